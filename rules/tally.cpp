#include "rules/tally.h"

namespace measured::rules {

std::string_view to_text(MeasureKind kind) {
  switch (kind) {
    case MeasureKind::count: return "count";
    case MeasureKind::ratio: return "ratio";
    case MeasureKind::sum: return "sum";
    case MeasureKind::mean: return "mean";
    case MeasureKind::rate: return "rate";
    case MeasureKind::query: return "query";
  }
  return "";
}

}  // namespace measured::rules
