#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "rules/judge/answers.h"
#include "rules/judge/process_chart.h"
#include "rules/judge/transition.h"

namespace measured::rules {

// Whether the reading is a signal in the direction that is bad (or good) for the measure.
bool is_worse(const Measure& measure, const ChartReading& reading);
bool is_better(const Measure& measure, const ChartReading& reading);

// What else is asked of a chart's newest period than whether it is a signal.
struct PeriodQuestions {
  bool baseline_read = true;                    // whether all that the limits rest on was read
  std::optional<AnswersCompared> answers = {};  // of the window that ends with the period
};

// What the alerts on signal.*, integrity.smoothed and integrity.response_drop have to say of the
// chart's newest period, which has just been read; moves their memory on. An alert fires when the
// signal has held for `for_periods` in a row, is over after `recover_periods` without (limits that
// were given up by a declared change are such periods), and is told again after `repeat`. A period
// without a row neither counts nor breaks a row. Periods that ended at or before `quiet_until` move
// the memory and tell nobody. What is said of a whole baseline is said when all of it was read.
std::vector<Change> signal_changes(ProcessChart& chart, std::span<const Alert> alerts,
                                   const Measure& measure, std::string_view team,
                                   const StepOptions& options,
                                   const PeriodQuestions& questions = {});

}  // namespace measured::rules
