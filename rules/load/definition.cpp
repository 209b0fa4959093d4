#include "rules/load/definition.h"

#include <string_view>

#include <fmt/format.h>

#include "rules/hash.h"
#include "rules/load/kinds.h"

namespace measured::rules {
namespace {

std::string_view name_of(QueryValue value) {
  switch (value) {
    case QueryValue::ratio: return "ratio";
    case QueryValue::count: return "count";
    case QueryValue::sum: return "sum";
    case QueryValue::mean: return "mean";
    case QueryValue::quantile: return "quantile";
    case QueryValue::nps: return "nps";
  }
  return "";
}

// The fields of a grain that its kind reads, so that a week start does not change a month.
std::string text_of(const Grain& grain) {
  switch (grain.kind) {
    case Grain::Kind::minutes: return fmt::format("minutes {}", grain.minutes);
    case Grain::Kind::hour: return "hour";
    case Grain::Kind::day: return "day";
    case Grain::Kind::week: return fmt::format("week {}", grain.week_start.c_encoding());
    case Grain::Kind::month: return "month";
    case Grain::Kind::quarter: return fmt::format("quarter {}", grain.year_start_month);
    case Grain::Kind::year: return fmt::format("year {}", grain.year_start_month);
    case Grain::Kind::fiscal_year:
    case Grain::Kind::fiscal_quarter:
    case Grain::Kind::fiscal_period: break;
  }
  return fmt::format("fiscal {} {} {} {} {}", static_cast<int>(grain.kind),
                     static_cast<int>(grain.pattern), static_cast<int>(grain.year_end),
                     grain.year_end_month, grain.year_end_weekday.c_encoding());
}

}  // namespace

std::string definition_of(const Measure& measure) {
  // Each part is written with its name and length, so that no two definitions give the same text.
  std::string text = "measured definition 1\n";
  const auto add = [&](std::string_view name, std::string_view value) {
    text += fmt::format("{} {}:{}\n", name, value.size(), value);
  };
  add("source", measure.source);
  add("from", measure.from);
  add("time", measure.time);
  add("team", measure.team);
  add("where", measure.where);
  add("kind", to_text(measure.kind));
  add("of", measure.of);
  if (measure.kind == MeasureKind::ratio || measure.kind == MeasureKind::rate) {
    add("among", measure.among);
  }
  if (measure.kind == MeasureKind::rate) {
    add("per", fmt::format("{}", measure.per));
  }
  if (measure.kind == MeasureKind::query) {
    add("value", name_of(measure.query_value));
  }
  if (kind_with_parts(to_text(measure.kind))) {
    add("parts", parts_text(measure));
    add("value", name_of(measure.query_value));
    add("hours", measure.parts.hours);
  }
  add("zone", measure.time_zone);
  add("period", text_of(measure.period));
  return hex(sha256(text));
}

}  // namespace measured::rules
