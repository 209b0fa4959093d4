#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "rules/model/measure.h"
#include "rules/stats/bounds.h"
#include "rules/stats/chart.h"
#include "rules/stats/rate_chart.h"
#include "rules/stats/xmr.h"
#include "rules/text/language.h"

// What a process behaviour chart says of its newest period, in sentences a manager can read. "Real"
// and "noise" are always the words for signal and no signal.
namespace measured::rules {

// A chart of any kind, read at its newest period; values in the measure's own unit.
struct ChartFinding {
  stats::Latest latest = stats::Latest::no_data;
  stats::ChartStatus status = stats::ChartStatus::no_limits;  // of the newest segment
  std::optional<double> value;
  std::optional<double> centre;
  stats::Bounds limits;                  // for the newest period
  std::optional<stats::ChartRule> rule;  // the first that fired in the newest period
  std::size_t baseline = 0;              // periods that the limits rest on
  bool autocorrelated = false;
  std::string since;  // the period the signal began in, as printed; empty: not said
};
ChartFinding chart_finding(const stats::XmrChart& chart, stats::Series values);
ChartFinding chart_finding(const Measure& measure, const stats::RateChart& chart,
                           std::span<const std::optional<stats::RatioCounts>> periods);
ChartFinding chart_finding(const stats::RateChart& chart,
                           std::span<const std::optional<stats::EventCounts>> periods);

// One sentence, and a second or third where the reading needs a caution. `options` as the chart was
// made with.
std::string say_chart(Language language, const Measure& measure, const ChartFinding& finding,
                      const stats::ChartOptions& options = {});

// The usual range alone: "92.8 to 97.8 %".
std::string say_usual_range(Language language, const Measure& measure, const ChartFinding& finding);

// For a segment with less variation than counting allows (`under`): a question.
std::string say_under(Language language);

}  // namespace measured::rules
