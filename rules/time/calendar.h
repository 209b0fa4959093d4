#pragma once

#include <array>
#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "rules/result.h"
#include "rules/time/zone.h"

namespace measured::rules {

// Working hours of one day as wall-clock seconds from its midnight. `end` may pass 24 h: the range
// then ends on the next day and still belongs to the day it starts on.
struct HoursRange {
  std::chrono::seconds start{0};
  std::chrono::seconds end{0};
  friend bool operator==(const HoursRange&, const HoursRange&) = default;
};

// "09:00-17:00", "22:00-06:00", "00:00-24:00".
Result<HoursRange> parse_hours(std::string_view text);

// When a team works. A date's hours are its exception if there is one, else none on a holiday, else
// those of its weekday; a working day has at least one range.
struct Calendar {
  std::string id;
  Zone zone;
  std::array<std::vector<HoursRange>, 7>
      hours;  // index 0 is Sunday, as std::chrono::weekday counts
  std::set<std::chrono::local_days> holidays;
  std::map<std::chrono::local_days, std::vector<HoursRange>> exceptions;

  const std::vector<HoursRange>& hours_of(std::chrono::local_days day) const;
  bool is_working_day(std::chrono::local_days day) const { return !hours_of(day).empty(); }
};

}  // namespace measured::rules
