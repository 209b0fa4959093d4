#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "rules/model/measure.h"
#include "rules/text/messages.h"
#include "rules/time/instant.h"
#include "rules/time/zone.h"

namespace measured::rules {

// "842", "12 345" with narrow spaces between groups of three from five digits on.
std::string print_count(std::int64_t n);

// `value` with a fixed number of decimals, grouped like a count; "-0.0" is "0.0".
std::string print_decimal(double value, int decimals);

// A value in its measure's own unit: "91.3 %", "12 345", "4.2 days", "30.0 per 1000". Rounding
// never hides a finding: a share above 0 is at least "<0.1 %" and one below 1 at most ">99.9 %",
// and decimals are added (up to four) while the value would print like `apart_from` (a goal)
// without being equal.
std::string print_value(const Measure& measure, double value,
                        std::optional<double> apart_from = {});

// A goal as it was written, without trailing zeros: "95 %", "92.5 %", "5 days".
std::string print_goal(const Measure& measure, double goal);
// "≥ 95 %", "≤ 8 %".
std::string print_target(Language language, const Measure& measure, const TargetValue& target);

// The counts behind a value, short for a column: "842/922", "n 120"; empty where the value is
// itself the count.
std::string print_counts(const Measure& measure, const Tally& tally);
// The same within a sentence, with a space before: " (842 of 922)", " (120 cases)"; or empty.
std::string print_counts_in_words(Language language, const Measure& measure, const Tally& tally);

std::string print_date(Language language, std::chrono::local_days day);    // "1 Oct 2026"
std::string print_moment(Language language, const Zone& zone, Instant t);  // "Mon 23 Nov 06:55"
std::string print_weekday_date(Language language, const Zone& zone,
                               Instant t);  // "Monday 23 November 2026"

// A window as a person names it: "week 47 (16–22 Nov)", "November 2026", "Sep–Nov 2026", "Q4 2026",
// "Mon 16 Nov". `window` may hold several periods of the measure.
std::string print_window(Language language, const Measure& measure, const Zone& zone,
                         const Interval& window);

}  // namespace measured::rules
