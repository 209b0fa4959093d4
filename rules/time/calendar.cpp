#include "rules/time/calendar.h"

#include <fmt/format.h>

#include "rules/time/plan.h"

namespace measured::rules {
namespace {

// "9:00" or "09:00" up to "24:00", as seconds since midnight.
std::optional<std::chrono::seconds> time_of_day(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || text.size() != colon + 3) {
    return std::nullopt;
  }
  const std::optional<int> hour = small_number(text.substr(0, colon));
  const std::optional<int> minute = small_number(text.substr(colon + 1));
  if (!hour || !minute || *minute > 59 || *hour > 24 || (*hour == 24 && *minute > 0)) {
    return std::nullopt;
  }
  return std::chrono::hours{*hour} + std::chrono::minutes{*minute};
}

}  // namespace

Result<HoursRange> parse_hours(std::string_view text) {
  const auto dash = text.find('-');
  if (dash != std::string_view::npos) {
    const auto start = time_of_day(text.substr(0, dash));
    const auto end = time_of_day(text.substr(dash + 1));
    constexpr std::chrono::hours day{24};
    if (start && end && *start < day) {
      return HoursRange{*start, *end > *start ? *end : *end + day};
    }
  }
  return give_up(fmt::format("'{}' are not working hours; write '09:00-17:00'", text));
}

const std::vector<HoursRange>& Calendar::hours_of(std::chrono::local_days day) const {
  static const std::vector<HoursRange> closed;
  if (const auto exception = exceptions.find(day); exception != exceptions.end()) {
    return exception->second;
  }
  if (holidays.contains(day)) {
    return closed;
  }
  return hours[std::chrono::weekday{day}.c_encoding()];
}

}  // namespace measured::rules
