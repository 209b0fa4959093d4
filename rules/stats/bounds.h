#pragma once

#include <optional>
#include <string_view>

#include "rules/model/measure.h"

namespace measured::rules::stats {

// An interval in the unit of what was estimated. A bound that is missing is not known or does not
// exist; it is never 0 and never decides anything.
struct Bounds {
  std::optional<double> low;
  std::optional<double> high;
  friend bool operator==(const Bounds&, const Bounds&) = default;
};

// What the numbers of one window say about one target. `too_early` is the `cannot_tell` of the
// rules language (`too_few` where the reason is a small sample).
enum class TargetVerdict { met, missed, too_early, no_data, invalid };
std::string_view to_text(TargetVerdict verdict);

// Values closer than this to a target count as on it, so that 57 of 60 meets 95 % whatever the last
// bit of the division says. In the unit of the measure.
inline constexpr double target_slack = 1e-12;

// Whether one value meets a target; on the target is met.
bool meets(double value, Direction direction, double target);

// `met` when the whole interval meets the target, `missed` when none of it does, else `too_early`.
TargetVerdict compare(const Bounds& bounds, Direction direction, double target);

}  // namespace measured::rules::stats
