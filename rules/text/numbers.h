#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "rules/model/measure.h"
#include "rules/tally.h"
#include "rules/text/language.h"

// Numbers as a reader of `language` writes them: never through the C locale.
namespace measured::rules {

// "842", "12 345" with narrow spaces between groups of three from five digits on; "1.234" in
// languages that write so.
std::string print_count(Language language, std::int64_t n);

// `value` with a fixed number of decimals, grouped like a count; "-0.0" is "0.0".
std::string print_decimal(Language language, double value, int decimals);

// A share: "91.3 %" for 0.913. Rounding never hides a finding: a share above 0 is at least "<0.1 %"
// and one below 1 at most ">99.9 %".
std::string print_share(Language language, double share);

// A share as it was written, without trailing zeros: "95 %", "92.5 %".
std::string print_percent(Language language, double share);

// A value in its measure's own unit: "91.3 %", "12 345", "4.2 days", "30.0 per 1000". A share is
// printed as above, and decimals are added (up to four) while the value would print like
// `apart_from` (a goal) without being equal.
std::string print_value(Language language, const Measure& measure, double value,
                        std::optional<double> apart_from = {});

// Two values with their unit once: "92.8 to 97.8 %".
std::string print_range(Language language, const Measure& measure, double low, double high);

// How far two values are apart: "3.1 points" for shares, "0.5 h" for others; and a range of it.
std::string print_difference(Language language, const Measure& measure, double difference);
std::string print_difference_range(Language language, const Measure& measure, double low,
                                   double high);

// A goal as it was written, without trailing zeros: "95 %", "92.5 %", "5 days".
std::string print_goal(Language language, const Measure& measure, double goal);
// "≥ 95 %", "≤ 8 %".
std::string print_target(Language language, const Measure& measure, const TargetValue& target);

// The counts behind a value, short for a column: "842/922", "n 120"; empty where the value is
// itself the count.
std::string print_counts(Language language, const Measure& measure, const Tally& tally);
// The same within a sentence, with a space before: " (842 of 922)", " (n 120)"; or empty.
std::string print_counts_in_words(Language language, const Measure& measure, const Tally& tally);

}  // namespace measured::rules
