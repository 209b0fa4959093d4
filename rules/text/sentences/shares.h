#pragma once

#include <string>

#include "rules/model/measure.h"
#include "rules/stats/ratio.h"
#include "rules/text/language.h"

// What rules/stats/ratio.h finds, in a sentence a manager can read. `measure` says how a share is
// shown: in per cent, or per 1000.
namespace measured::rules {

std::string say_ratio_interval(Language language, const Measure& measure,
                               const stats::RatioCounts& counts,
                               const stats::RatioInterval& interval, double conf = 0.95);

// `target` and `verdict` as given to and returned by ratio_target.
std::string say_ratio_target(Language language, const Measure& measure,
                             const stats::RatioCounts& counts, const stats::RatioTarget& target,
                             const stats::RatioVerdict& verdict);

std::string say_ratio_change(Language language, const Measure& measure,
                             const stats::RatioCounts& earlier, const stats::RatioCounts& later,
                             const stats::RatioChange& change,
                             const stats::RatioChangeOptions& options = {});

}  // namespace measured::rules
