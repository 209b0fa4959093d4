#pragma once

#include <chrono>
#include <string>

#include "rules/model/measure.h"
#include "rules/text/language.h"
#include "rules/time/instant.h"
#include "rules/time/zone.h"

// Days, times and periods as a reader of `language` writes them, from the catalogue and never from
// the C locale.
namespace measured::rules {

std::string print_date(Language language, std::chrono::local_days day);    // "1 Oct 2026"
std::string print_moment(Language language, const Zone& zone, Instant t);  // "Mon 23 Nov 06:55"
std::string print_weekday_date(Language language, const Zone& zone,
                               Instant t);  // "Monday 23 November 2026"

// When something began, for a narrow column: the month ("Oct"), or the year ("2025") where it is
// not that of `beside`.
std::string print_beginning(Language language, std::chrono::local_days day,
                            std::chrono::local_days beside);

// A window as a person names it: "week 47 (16–22 Nov)", "November 2026", "Sep–Nov 2026", "Q4 2026",
// "Mon 16 Nov". `window` may hold several periods of the measure.
std::string print_window(Language language, const Measure& measure, const Zone& zone,
                         const Interval& window);

}  // namespace measured::rules
