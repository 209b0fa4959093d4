#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "rules/result.h"

namespace measured::rules {

// The holidays of a feed and what was left out of it, for the operator.
struct Holidays {
  std::vector<std::chrono::local_days> dates;  // ascending, each once
  std::vector<std::string> warnings;           // "line 12: …", at most one for each event
};

// The days in [from, to) that an iCalendar feed (RFC 5545) gives: all-day events with DTEND
// (exclusive) or DURATION in whole days or weeks, RRULE of FREQ YEARLY, MONTHLY or WEEKLY with
// INTERVAL, COUNT, UNTIL, BYMONTH, BYMONTHDAY and BYDAY, and EXDATE. Cancelled events give none,
// nor do those with a time of the day, which are warned of. A rule with anything else is a Failure
// that names the line, since half a rule would be a wrong calendar. A day that a year does not have
// (February 29) is skipped in it.
Result<Holidays> read_ics(std::string_view text, std::chrono::local_days from,
                          std::chrono::local_days to);

}  // namespace measured::rules
