#pragma once

#include <span>
#include <string>

#include "rules/judge/chart_reading.h"
#include "rules/model/measure.h"
#include "rules/stats/rate_chart.h"
#include "rules/stats/xmr.h"
#include "rules/text/language.h"

// What a process behaviour chart says of its newest period, in words a manager can read. "Signal"
// and "noise" are one chart's words; what a reader of many charts may call real is the digest's.
namespace measured::rules {

// How a signal differs, as a clause: "below the usual 24.9 to 43.1 h".
std::string say_signal(Language language, const Measure& measure, const ChartReading& reading);

// A chart of any kind, read at its newest period.
struct ChartFinding {
  ChartReading reading;  // its period is not said
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

// The usual range alone: "92.8 to 97.8 %". A limit beyond what is possible is printed as the end of
// what is: a share ends at 0 % and 100 %.
std::string say_usual_range(Language language, const Measure& measure, const ChartReading& reading);

// For a segment with less variation than counting allows (`under`): a question.
std::string say_under(Language language);

}  // namespace measured::rules
