#pragma once

#include <chrono>
#include <string>

#include "rules/model/measure.h"
#include "rules/stats/trend.h"
#include "rules/stats/weekday.h"
#include "rules/text/language.h"

// What rules/stats says of days of the week, trends and where they lead, in a sentence a manager
// can read; values in the measure's unit.
namespace measured::rules {

std::string say_weekdays(Language language, const stats::WeekdayAdjustment& adjustment,
                         const stats::WeekdayOptions& options = {});

std::string say_trend(Language language, const Measure& measure, const stats::Trend& trend,
                      const stats::TrendOptions& options = {});

// `date` is that of the target.
std::string say_projection(Language language, const Measure& measure,
                           const stats::Projection& projection, const TargetValue& target,
                           std::chrono::local_days date,
                           const stats::ProjectionOptions& options = {});

}  // namespace measured::rules
