#pragma once

#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include "rules/result.h"

namespace measured::rules {

// A rule of an iCalendar event that comes again (RFC 5545, 3.3.10), as far as ics.h says.
struct IcsRule {
  enum class Frequency { yearly, monthly, weekly };
  struct Day {
    std::chrono::weekday weekday;
    int place = 0;  // 2: the second of the month (or year), -1: the last, 0: every one
  };

  Frequency frequency = Frequency::yearly;
  int interval = 1;
  std::optional<int> count;
  std::optional<std::chrono::local_days> until;  // included
  std::vector<unsigned> months;                  // empty: as the frequency says
  std::vector<int> month_days;                   // 31, or -1 for the last
  std::vector<Day> days;
  std::chrono::weekday week_start = std::chrono::Monday;
};

// "FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO". The Failure names the part that is not known.
Result<IcsRule> parse_ics_rule(std::string_view text);

// The days on which an event of this rule that starts first on `start` starts, up to `to`, which is
// left out; ascending.
std::vector<std::chrono::local_days> occurrences(const IcsRule& rule, std::chrono::local_days start,
                                                 std::chrono::local_days to);

// "20261225", also at the beginning of "20261225T120000Z".
std::optional<std::chrono::local_days> parse_ics_date(std::string_view text);

}  // namespace measured::rules
