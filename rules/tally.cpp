#include "rules/tally.h"

#include <utility>

namespace measured::rules {

Spread::Spread(stats::Sketch sketch)
    : sketch_(std::make_shared<const stats::Sketch>(std::move(sketch))) {}

Spread& Spread::operator+=(const Spread& other) {
  if (!other.sketch_) {
    return *this;
  }
  if (!sketch_) {
    sketch_ = other.sketch_;
    return *this;
  }
  stats::Sketch both = *sketch_;
  both += *other.sketch_;
  sketch_ = std::make_shared<const stats::Sketch>(std::move(both));
  return *this;
}

bool operator==(const Spread& a, const Spread& b) {
  if (a.sketch_ == b.sketch_) {
    return true;
  }
  return a.sketch_ && b.sketch_ && *a.sketch_ == *b.sketch_;
}

std::string_view to_text(MeasureKind kind) {
  switch (kind) {
    case MeasureKind::count: return "count";
    case MeasureKind::ratio: return "ratio";
    case MeasureKind::sum: return "sum";
    case MeasureKind::mean: return "mean";
    case MeasureKind::rate: return "rate";
    case MeasureKind::query: return "query";
    case MeasureKind::percentile: return "percentile";
    case MeasureKind::median: return "median";
    case MeasureKind::per_customer: return "per_customer";
    case MeasureKind::handoffs: return "handoffs";
    case MeasureKind::duration: return "duration";
    case MeasureKind::survey: return "survey";
  }
  return "";
}

}  // namespace measured::rules
