#include "connectors/scan.h"

#include <fmt/format.h>

namespace measured::connectors {

ScanShape shape_of(const ScanMeasure& measure) {
  switch (measure.kind) {
    case rules::MeasureKind::percentile:
    case rules::MeasureKind::median: return ScanShape::values;
    case rules::MeasureKind::per_customer:
    case rules::MeasureKind::handoffs: return ScanShape::entities;
    case rules::MeasureKind::duration:
      return measure.value == rules::QueryValue::quantile ? ScanShape::values : ScanShape::tallies;
    case rules::MeasureKind::count:
    case rules::MeasureKind::ratio:
    case rules::MeasureKind::sum:
    case rules::MeasureKind::mean:
    case rules::MeasureKind::rate:
    case rules::MeasureKind::query:
    case rules::MeasureKind::survey: break;
  }
  return ScanShape::tallies;
}

std::string shape_key(const ScanMeasure& measure) {
  const rules::KindParts& parts = measure.parts;
  // Each part with its length, so that no two texts run into each other.
  const auto joined = [](std::initializer_list<std::string_view> texts) {
    std::string text;
    for (const std::string_view part : texts) {
      text += fmt::format("{}:{}", part.size(), part);
    }
    return text;
  };
  switch (shape_of(measure)) {
    case ScanShape::tallies: break;
    case ScanShape::values:
      return "values " + joined({measure.of, measure.where, parts.start, parts.end, parts.hours});
    case ScanShape::entities:
      return std::string(to_text(measure.kind)) + " " +
             joined({parts.entity, measure.where, parts.owner, parts.at,
                     parts.first_team ? "first" : "last"});
  }
  return "";
}

}  // namespace measured::connectors
