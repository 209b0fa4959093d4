#include "rules/stats/bounds.h"

namespace measured::rules::stats {

std::string_view to_text(TargetVerdict verdict) {
  switch (verdict) {
    case TargetVerdict::met: return "met";
    case TargetVerdict::missed: return "missed";
    case TargetVerdict::too_early: return "too_early";
    case TargetVerdict::no_data: return "no_data";
    case TargetVerdict::invalid: return "invalid";
  }
  return "invalid";
}

bool meets(double value, Direction direction, double target) {
  switch (direction) {
    case Direction::at_least: return value >= target - target_slack;
    case Direction::at_most: return value <= target + target_slack;
  }
  return false;
}

TargetVerdict compare(const Bounds& bounds, Direction direction, double target) {
  const bool upwards = direction == Direction::at_least;
  const std::optional<double>& worst = upwards ? bounds.low : bounds.high;
  const std::optional<double>& best = upwards ? bounds.high : bounds.low;
  if (worst && meets(*worst, direction, target)) {
    return TargetVerdict::met;
  }
  if (best && !meets(*best, direction, target)) {
    return TargetVerdict::missed;
  }
  return TargetVerdict::too_early;
}

}  // namespace measured::rules::stats
