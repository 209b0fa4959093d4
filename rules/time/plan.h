#pragma once

// Private to rules/time: what the text of a schedule compiles to. Callers use schedule.h.

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <tl/expected.hpp>

#include "rules/time/schedule.h"

namespace measured::rules {

// Which days of which months, as bit sets; bit n of a set of days is day n of the month.
struct DayRule {
  enum class Combine { every_day, by_date, by_weekday, either, both, business_days };

  Combine combine = Combine::every_day;
  std::uint16_t months = 0x1FFE;  // bits 1 to 12

  std::uint32_t dates = 0;             // bits 1 to 31
  std::uint32_t dates_from_last = 0;   // bit n: n days before the last (cron L-n)
  std::uint32_t nearest_weekdays = 0;  // bit n: the Monday to Friday nearest to day n (cron nW)
  bool last_weekday = false;           // the last Monday to Friday (cron LW)

  std::uint8_t weekdays = 0;                   // bit 0 is Sunday
  std::array<std::uint8_t, 5> nth_weekdays{};  // [k-1] bit d: the k-th such day (cron d#k)
  std::uint8_t last_weekdays = 0;              // bit d: the last such day (cron dL)

  std::uint32_t business_days = 0;  // bit k: the k-th of the month, bit 0: the last one
};

// The days of `month` that match, as bits 1 to 31. `calendar` is read for business days only.
std::uint32_t matching_days(const DayRule& rule, std::chrono::year_month month,
                            const Calendar* calendar);

// Whether any day of the Gregorian calendar's cycle of 400 years matches: false for February 30.
bool matches_ever(const DayRule& rule);

// Every combination of one of the hours and one of the minutes.
struct ClockTimes {
  std::uint32_t hours = 0;    // bits 0 to 23
  std::uint64_t minutes = 0;  // bits 0 to 59
};

// Fixed seconds, whatever the zone: instants t with (t - offset) mod period = 0.
struct Period {
  std::chrono::seconds period{0};
  std::chrono::seconds offset{0};
};

// Wall-clock times on matching days. Where `by_interval`, the schedule means "every so many minutes
// or hours" and follows real time through a change of offset; else each date's time comes once.
struct WallTimes {
  DayRule days;
  std::vector<ClockTimes> times;
  bool by_interval = false;
};

// The first matching wall-clock time in [from, until], and how many there are.
std::optional<LocalTime> first_wall_time(const WallTimes& when, const Calendar* calendar,
                                         LocalTime from, LocalTime until);
std::int64_t count_wall_times(const WallTimes& when, const Calendar* calendar, LocalTime from,
                              LocalTime until);

struct Schedule::Plan {
  std::string text;
  Zone zone;
  std::variant<Period, WallTimes> when;
  std::optional<Calendar> calendar;  // for business days
};

// cron.cpp and phrase.cpp: the two grammars.
tl::expected<WallTimes, ScheduleError> parse_cron(std::string_view text, DayMatch day_match);
tl::expected<std::variant<Period, WallTimes>, ScheduleError> parse_phrase(std::string_view text,
                                                                          const Calendar* calendar);

inline tl::unexpected<ScheduleError> refuse(std::string kind, std::string message, std::string help,
                                            std::size_t offset) {
  return tl::unexpected<ScheduleError>(
      ScheduleError{std::move(kind), std::move(message), std::move(help), offset});
}

// A part of the text and where it begins, so that an error can point at it.
struct Piece {
  std::string_view text;
  std::size_t offset = 0;

  Piece part(std::size_t begin, std::size_t length = std::string_view::npos) const {
    return {text.substr(begin, length), offset + begin};
  }
};

// 0 to 6 for "sun" or "sunday", 1 to 12 for "jan" or "january"; the text must be lower case.
std::optional<int> weekday_number(std::string_view name);
std::optional<int> month_number(std::string_view name);

// The number that one or two digits write; none for anything else.
std::optional<int> small_number(std::string_view text);

}  // namespace measured::rules
