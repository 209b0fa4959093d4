#include <algorithm>
#include <bit>

#include "rules/time/plan.h"

namespace measured::rules {
namespace {

// One month as the rules see it.
struct Month {
  std::chrono::year_month month;
  unsigned length;         // days
  unsigned first_weekday;  // of day 1; 0 is Sunday

  explicit Month(std::chrono::year_month of)
      : month(of),
        length(static_cast<unsigned>((of / std::chrono::last).day())),
        first_weekday(std::chrono::weekday{std::chrono::sys_days{of / 1}}.c_encoding()) {}

  std::uint32_t days() const { return ((1ULL << (length + 1)) - 2) & 0xFFFFFFFFU; }
  unsigned weekday_of(unsigned day) const { return (first_weekday + day - 1) % 7; }

  // All days that fall on a weekday of the set.
  std::uint32_t on(std::uint8_t weekdays) const {
    constexpr std::uint32_t every_seventh = 1U << 1 | 1U << 8 | 1U << 15 | 1U << 22 | 1U << 29;
    std::uint32_t found = 0;
    for (unsigned weekday = 0; weekday < 7; ++weekday) {
      if ((weekdays >> weekday & 1) != 0) {
        found |= every_seventh << ((weekday + 7 - first_weekday) % 7);
      }
    }
    return found & days();
  }
};

constexpr std::uint8_t monday_to_friday = 0b0111110;

std::uint32_t last_of(std::uint32_t days) {
  return days == 0 ? 0 : std::bit_floor(days);
}

// The Monday to Friday nearest to `day` without leaving the month.
std::uint32_t nearest_weekday(const Month& month, unsigned day) {
  switch (month.weekday_of(day)) {
    case 6: return 1U << (day == 1 ? day + 2 : day - 1);
    case 0: return 1U << (day == month.length ? day - 2 : day + 1);
    default: return 1U << day;
  }
}

std::uint32_t by_date(const DayRule& rule, const Month& month) {
  std::uint32_t found = rule.dates & month.days();
  for (unsigned before = 0; before < month.length; ++before) {
    if ((rule.dates_from_last >> before & 1) != 0) {
      found |= 1U << (month.length - before);
    }
  }
  for (unsigned day = 1; rule.nearest_weekdays != 0 && day <= month.length; ++day) {
    if ((rule.nearest_weekdays >> day & 1) != 0) {
      found |= nearest_weekday(month, day);
    }
  }
  return rule.last_weekday ? found | last_of(month.on(monday_to_friday)) : found;
}

std::uint32_t by_weekday(const DayRule& rule, const Month& month) {
  std::uint32_t found = month.on(rule.weekdays);
  for (unsigned k = 0; k < rule.nth_weekdays.size(); ++k) {
    // The k-th of any weekday lies in the k-th run of seven days.
    const std::uint64_t seven = 0b1111111ULL << (1 + 7 * k);
    found |= static_cast<std::uint32_t>(month.on(rule.nth_weekdays[k]) & seven);
  }
  for (unsigned weekday = 0; rule.last_weekdays != 0 && weekday < 7; ++weekday) {
    found |= last_of(month.on(static_cast<std::uint8_t>(rule.last_weekdays & 1U << weekday)));
  }
  return found;
}

std::uint32_t by_business_day(const DayRule& rule, const Month& month, const Calendar& calendar) {
  std::uint32_t found = 0;
  std::uint32_t last = 0;
  unsigned count = 0;
  for (unsigned day = 1; day <= month.length; ++day) {
    const std::chrono::local_days date{month.month / std::chrono::day{day}};
    if (calendar.is_working_day(date)) {
      last = 1U << day;
      found |= (rule.business_days >> ++count & 1) != 0 ? last : 0;
    }
  }
  return (rule.business_days & 1) != 0 ? found | last : found;
}

}  // namespace

std::uint32_t matching_days(const DayRule& rule, std::chrono::year_month year_month,
                            const Calendar* calendar) {
  if ((rule.months >> static_cast<unsigned>(year_month.month()) & 1) == 0) {
    return 0;
  }
  const Month month{year_month};
  switch (rule.combine) {
    case DayRule::Combine::every_day: return month.days();
    case DayRule::Combine::by_date: return by_date(rule, month);
    case DayRule::Combine::by_weekday: return by_weekday(rule, month);
    case DayRule::Combine::either: return by_date(rule, month) | by_weekday(rule, month);
    case DayRule::Combine::both: return by_date(rule, month) & by_weekday(rule, month);
    case DayRule::Combine::business_days:
      return calendar == nullptr ? 0 : by_business_day(rule, month, *calendar);
  }
  return 0;
}

bool matches_ever(const DayRule& rule) {
  constexpr int cycle_months = 400 * 12;
  std::chrono::year_month month = std::chrono::year{2000} / 1;
  for (int i = 0; i < cycle_months; ++i, month += std::chrono::months{1}) {
    if (matching_days(rule, month, nullptr) != 0) {
      return true;
    }
  }
  return false;
}

}  // namespace measured::rules
