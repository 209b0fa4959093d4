#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "rules/model/measure.h"
#include "rules/stats/bounds.h"
#include "rules/stats/ratio.h"
#include "rules/text/language.h"

// Parts that the sentences of several statistics share. A phrase begins in lower case and ends
// without a full stop.
namespace measured::rules {

std::string say_cases(Language language, std::int64_t n);    // "60 cases"
std::string say_answers(Language language, std::int64_t n);  // "50 answers"
// So many periods of the measure: "12 weeks".
std::string say_span(Language language, const Measure& measure, std::size_t periods);
// One period of the measure, for "a week": "week".
std::string say_period_name(Language language, const Measure& measure);

// A share (0..1) of cases as the measure shows it: "90.0 %", or "30.0 per 1000" for a rate.
std::string say_share(Language language, const Measure& measure, double share);
// "54 of 60 (90.0 %)".
std::string say_share_of(Language language, const Measure& measure,
                         const stats::RatioCounts& counts);

// "79.9 to 95.3 %", "at least 79.9 %", or that there are no bounds.
std::string say_range(Language language, const Measure& measure, const stats::Bounds& bounds);
// "95 % range 79.9 to 95.3 %". Bounds of a share of cases are 0..1, also of a rate.
std::string say_confidence(Language language, const Measure& measure, const stats::Bounds& bounds,
                           double conf);
std::string say_share_confidence(Language language, const Measure& measure,
                                 const stats::Bounds& bounds, double conf);

// The measure that values of so many decimals and no unit have: scores, levels of a scale.
Measure plain_number();

// A phrase with what it says about a target: "…; target ≥ 4: met, by more than chance explains."
std::string say_against(Language language, stats::TargetVerdict verdict, std::string finding,
                        std::string target);

}  // namespace measured::rules
