#pragma once

#include <optional>
#include <string>

#include "rules/stats/chart.h"
#include "rules/tally.h"
#include "rules/time/instant.h"

namespace measured::rules {

// What the process behaviour chart of one team and measure says of one single period (never of the
// window that a target judges). Values and limits are in the measure's own unit, as value_of()
// gives them.
struct ChartReading {
  Interval period{};
  Tally tally;
  stats::Latest latest = stats::Latest::no_data;
  stats::ChartStatus status = stats::ChartStatus::no_limits;
  // The rules that the period breaks; R alone (a jump from the period before) is no signal.
  bool outside = false;
  bool near_limit = false;
  bool run = false;
  bool range = false;
  std::optional<double> value, low, centre, high;  // a limit outside the possible range is none
  int baseline = 0;  // periods that the limits rest on, or that there are so far
  bool is_signal() const {
    return latest == stats::Latest::signal_high || latest == stats::Latest::signal_low ||
           latest == stats::Latest::changed;
  }
  // Whether a signal lies on the high side.
  bool is_high() const {
    return latest == stats::Latest::signal_high ||
           (latest == stats::Latest::changed && value && centre && *value > *centre);
  }
  friend bool operator==(const ChartReading&, const ChartReading&) = default;
};

}  // namespace measured::rules
