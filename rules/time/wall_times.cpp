// Searching and counting in wall-clock time, where every day has 24 hours; schedule.cpp brings in
// the zone.

#include <algorithm>
#include <bit>

#include "rules/time/plan.h"

namespace measured::rules {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::minutes;

// The first of the times at or after `from`, in minutes since midnight.
std::optional<int> first_time(const std::vector<ClockTimes>& times, int from) {
  std::optional<int> first;
  for (const ClockTimes& clock : times) {
    int hour = from / 60;
    std::uint64_t left = clock.minutes >> (from % 60) << (from % 60);
    if ((clock.hours >> hour & 1) == 0 || left == 0) {
      const std::uint64_t later =
          hour >= 23 ? 0 : std::uint64_t{clock.hours} >> (hour + 1) << (hour + 1);
      if (later == 0) {
        continue;
      }
      hour = std::countr_zero(later);
      left = clock.minutes;
    }
    const int time = hour * 60 + std::countr_zero(left);
    first = first ? std::min(*first, time) : time;
  }
  return first;
}

// How many of the times come before `until`, in minutes since midnight up to 24 h.
std::int64_t times_before(const std::vector<ClockTimes>& times, int until) {
  std::int64_t count = 0;
  for (const ClockTimes& clock : times) {
    const std::uint32_t hours_before = clock.hours & ((1U << (until / 60)) - 1);
    count += std::int64_t{std::popcount(hours_before)} * std::popcount(clock.minutes);
    if ((clock.hours >> (until / 60) & 1) != 0) {
      count += std::popcount(clock.minutes & ((std::uint64_t{1} << (until % 60)) - 1));
    }
  }
  return count;
}

}  // namespace

std::optional<LocalTime> first_wall_time(const WallTimes& when, const Calendar* calendar,
                                         LocalTime from, LocalTime until) {
  from = std::chrono::ceil<minutes>(from);
  const auto first_day = floor<days>(from);
  const std::chrono::year_month_day date{first_day};
  // What is left of the first day comes before every whole day.
  int time_min = static_cast<int>(floor<minutes>(from - first_day).count());
  auto day_min = static_cast<unsigned>(date.day());
  for (auto month = date.year() / date.month(); std::chrono::local_days{month / 1} <= until;
       month += std::chrono::months{1}) {
    std::uint32_t found = matching_days(when.days, month, calendar) & ~0U << day_min;
    for (; found != 0; found &= found - 1) {
      const auto day = static_cast<unsigned>(std::countr_zero(found));
      const auto time = first_time(when.times, day == day_min ? time_min : 0);
      if (time) {
        const LocalTime wall =
            std::chrono::local_days{month / std::chrono::day{day}} + minutes{*time};
        return wall <= until ? std::optional(wall) : std::nullopt;
      }
    }
    day_min = 0;
    time_min = 0;
  }
  return std::nullopt;
}

std::int64_t count_wall_times(const WallTimes& when, const Calendar* calendar, LocalTime from,
                              LocalTime until) {
  constexpr int day_minutes = 24 * 60;
  from = std::chrono::ceil<minutes>(from);
  until = floor<minutes>(until) + minutes{1};  // half-open from here on
  const auto first_day = floor<days>(from);
  const auto last_day = floor<days>(until);
  const std::chrono::year_month_day date{first_day};
  const std::int64_t per_day = times_before(when.times, day_minutes);
  std::int64_t count = 0;
  for (auto month = date.year() / date.month(); std::chrono::local_days{month / 1} <= last_day;
       month += std::chrono::months{1}) {
    for (std::uint32_t found = matching_days(when.days, month, calendar); found != 0;
         found &= found - 1) {
      const std::chrono::day day{static_cast<unsigned>(std::countr_zero(found))};
      const std::chrono::local_days today{month / day};
      if (today < first_day || today > last_day) {
        continue;
      }
      count +=
          today == last_day
              ? times_before(when.times, static_cast<int>((floor<minutes>(until - today)).count()))
              : per_day;
      count -=
          today == first_day
              ? times_before(when.times, static_cast<int>((floor<minutes>(from - today)).count()))
              : 0;
    }
  }
  return count;
}

}  // namespace measured::rules
