#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string_view>

#include "rules/judge/process_chart.h"
#include "rules/judge/verdict.h"
#include "rules/stats/trend.h"

// What a chart lets be said about what comes: of the target, of a date, of chance.
namespace measured::rules {

// Whether a process that stays as it is meets its target, from what its window can be expected to
// vary by itself.
enum class Assurance {
  will,            // all of the usual range of a window meets the target
  may_or_may_not,  // the target lies inside the usual range: the process decides by chance
  will_not,        // none of it does
  changing,        // the newest period is a signal: the process is not as it was
  no_limits,
};
std::string_view to_text(Assurance assurance);
Assurance assurance_of(const Measure& measure, const ProcessChart& chart, const TargetValue& target,
                       int periods, const Tally& window);

// Where the level of single periods will be on the day a target is looked at again, if it goes on
// as it has.
struct Pace {
  std::chrono::local_days date{};
  stats::Projection projection;
};
Pace pace_of(const Measure& measure, std::span<const ChartPeriod> periods,
             const TargetValue& target, std::chrono::local_days date, const Zone& zone);

// How surprising the newest periods are, for false_discoveries() over all that one reader could be
// shown; none where it cannot be said. `periods` are those since the chart's declared change.
std::optional<double> change_p_of(const Measure& measure, const ProcessChart& chart,
                                  std::span<const ChartPeriod> periods);

// All that a reader may be told of one chart.
struct ChartView {
  ChartReading newest;
  Instant since{};      // of the signal; the epoch for none
  int run_periods = 0;  // periods in a row in which rule 3 has held
  bool alike = false;   // periods are alike: runs are not read as signals
  std::optional<double> p;
  std::optional<Assurance> assurance;  // where a target is in force
  std::optional<WindowLimits> usual;   // of the window that the target judges
  std::optional<Pace> pace;            // where the target has a day of review
};
ChartView chart_view(const Measure& measure, const ProcessChart& chart, const Judgement& now,
                     std::span<const ChartPeriod> periods, const Zone& zone);

}  // namespace measured::rules
