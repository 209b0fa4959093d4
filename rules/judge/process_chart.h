#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "rules/judge/alert_memory.h"
#include "rules/judge/chart_reading.h"
#include "rules/model/rule_set.h"
#include "rules/stats/bounds.h"
#include "rules/stats/rate_chart.h"
#include "rules/stats/xmr.h"

// The process behaviour chart of one team and measure (stats.md section 3): whether a single period
// differs from those before it by more than they differ from each other.
namespace measured::rules {

// share: hits among cases (p chart). events: rows in a period (c chart). single: one value a period
// with no known law (XmR chart).
enum class ChartKind { share, events, single };

// The counts of a share; none where there is no tally or its parts are no whole numbers.
std::optional<stats::RatioCounts> share_counts(const std::optional<Tally>& tally);

// What a measure is charted as; none for hours, which follow the clock of the day: the night would
// be a signal every night.
std::optional<ChartKind> chart_kind(const Measure& measure);

// One final period of a series; none where the source had no row.
struct ChartPeriod {
  Interval period{};
  std::optional<Tally> tally;
};

// How long an alert's condition has held for this chart.
struct SignalMemory {
  std::string alert;
  EventKind kind = EventKind::signal_worse;  // or signal_better, or integrity_smoothed
  int in = 0;                                // periods in a row of which that holds
  int out = 0;                               // and that are none
  bool firing = false;
  Instant told_until{};
  friend bool operator==(const SignalMemory&, const SignalMemory&) = default;
};

// All that reading the next period needs to know; a value to store. While the baseline is not full
// the limits are computed again with each period; then they stay as they are, whatever comes later
// and whatever is revised, until a change is declared.
struct ProcessChart {
  Instant from{};  // start of the oldest period charted; the epoch for a chart not begun
  std::chrono::local_days declared{};  // the declared change that began it; the epoch for none
  std::variant<stats::XmrSegment, stats::RateSegment> limits;  // single | share, events
  stats::ChartRun run;
  std::optional<double> before;  // value of the newest period, for rule R
  ChartReading newest;           // of the newest period read
  Instant since{};               // start of the first of the signals in a row on one side
  int run_periods = 0;           // periods in a row in which rule 3 (`run`) has held
  std::int64_t transition = 0;   // changes between signal and none, for the ids of events
  std::vector<SignalMemory> alerts;
  friend bool operator==(const ProcessChart&, const ProcessChart&) = default;
};

// Of the limits in use.
stats::ChartStatus status_of(const ProcessChart& chart);
bool is_frozen(const ProcessChart& chart);
bool has_limits(const ProcessChart& chart);
// Periods are alike, so that runs are not read as signals.
bool is_autocorrelated(const ProcessChart& chart);

// Periods differ less than counting alone would make them, over a full baseline: smoothed or
// edited?
bool is_smoothed(const ProcessChart& chart);

// The level seems to have moved for good: rule 3 has held for 12 periods (stats.md section 3). Only
// a person can say what changed; the chart waits for it.
inline constexpr int moved_periods = 12;

// A chart without periods yet, with the limits of the first 20 of `periods` that have a value. The
// periods are all since the declared change, in order and without a hole.
ProcessChart chart_with_limits(const Measure& measure, std::span<const ChartPeriod> periods);

// `chart` as before its first period, to read all of them again under the limits it has.
void rewind(ProcessChart& chart);

// Reads the next period under the chart's limits.
void read_period(const Measure& measure, ProcessChart& chart, const ChartPeriod& period);

// The first period to chart: it begins on or after the newest change declared for the team that is
// in force at `newest`, or at the series' start.
struct ChartStart {
  std::chrono::local_days declared{};  // the epoch for none
  Instant at{};                        // the epoch for none
};
ChartStart chart_start(std::span<const DeclaredBaseline> baselines, std::string_view team,
                       const Zone& zone, Instant newest);

// The limits for several periods together, in the measure's unit: what a target's window of
// `periods` with `tally` in it can be expected to show while the process stays as it is. None
// without limits.
struct WindowLimits {
  double low = 0;
  double centre = 0;
  double high = 0;
};
std::optional<WindowLimits> window_limits(const Measure& measure, const ProcessChart& chart,
                                          int periods, const Tally& tally);

// As JSON for a store; reading back gives the same value. None for text that is not one.
std::string to_json(const ProcessChart& chart);
std::optional<ProcessChart> chart_from_json(std::string_view json);

}  // namespace measured::rules
