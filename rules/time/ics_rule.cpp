#include "rules/time/ics_rule.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include <fmt/format.h>

namespace measured::rules {
namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::year_month;
using std::chrono::year_month_day;

constexpr int periods_max = 20'000;  // a rule that never ends is looked at no further
constexpr int year_max = 9999;
constexpr int interval_max = 1'000;  // with it a step of periods_max months stays a date

std::optional<int> number_of(std::string_view text) {
  int number = 0;
  text.remove_prefix(text.starts_with('+') ? 1 : 0);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole ? std::optional(number) : std::nullopt;
}

std::vector<std::string_view> split(std::string_view text, char mark) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t at = std::min(text.find(mark), text.size());
    parts.push_back(text.substr(0, at));
    text.remove_prefix(std::min(at + 1, text.size()));
  }
  return parts;
}

std::optional<std::chrono::weekday> weekday_of(std::string_view name) {
  constexpr std::array<std::string_view, 7> names = {"SU", "MO", "TU", "WE", "TH", "FR", "SA"};
  for (unsigned i = 0; i < names.size(); ++i) {
    if (names[i] == name) {
      return std::chrono::weekday{i};
    }
  }
  return std::nullopt;
}

bool read_days(std::string_view value, IcsRule& rule) {
  for (const std::string_view part : split(value, ',')) {
    if (part.size() < 2) {
      return false;
    }
    const auto weekday = weekday_of(part.substr(part.size() - 2));
    const std::string_view place = part.substr(0, part.size() - 2);
    const auto number = place.empty() ? std::optional(0) : number_of(place);
    if (!weekday || !number || (!place.empty() && *number == 0)) {
      return false;
    }
    rule.days.push_back({*weekday, *number});
  }
  return !rule.days.empty();
}

bool read_numbers(std::string_view value, int most, bool negative, std::vector<int>& out) {
  for (const std::string_view part : split(value, ',')) {
    const auto number = number_of(part);
    if (!number || *number == 0 || *number > most || *number < (negative ? -most : 1)) {
      return false;
    }
    out.push_back(*number);
  }
  return !out.empty();
}

bool read_part(std::string_view name, std::string_view value, IcsRule& rule) {
  if (name == "FREQ") {
    rule.frequency = value == "MONTHLY"  ? IcsRule::Frequency::monthly
                     : value == "WEEKLY" ? IcsRule::Frequency::weekly
                                         : IcsRule::Frequency::yearly;
    return value == "YEARLY" || value == "MONTHLY" || value == "WEEKLY";
  }
  if (name == "INTERVAL" || name == "COUNT") {
    const auto number = number_of(value);
    if (!number || *number < 1 || (name == "INTERVAL" && *number > interval_max)) {
      return false;
    }
    (name == "COUNT" ? rule.count.emplace() : rule.interval) = *number;
    return true;
  }
  if (name == "UNTIL") {
    rule.until = parse_ics_date(value);
    return rule.until.has_value();
  }
  if (name == "BYMONTH") {
    std::vector<int> numbers;
    const bool good = read_numbers(value, 12, false, numbers);
    rule.months.assign(numbers.begin(), numbers.end());
    return good;
  }
  if (name == "BYMONTHDAY") {
    return read_numbers(value, 31, true, rule.month_days);
  }
  if (name == "BYDAY") {
    return read_days(value, rule);
  }
  if (name == "WKST") {
    const auto weekday = weekday_of(value);
    rule.week_start = weekday.value_or(rule.week_start);
    return weekday.has_value();
  }
  return false;
}

// Whether `day` is the one that a BYDAY names, between the first and last day of its month or year.
bool is_place(const IcsRule::Day& wanted, local_days day, local_days first, local_days last) {
  if (std::chrono::weekday{day} != wanted.weekday) {
    return false;
  }
  constexpr int week = 7;
  const int from_start = static_cast<int>((day - first).count()) / week + 1;
  const int from_end = -(static_cast<int>((last - day).count()) / week + 1);
  return wanted.place == 0 || wanted.place == from_start || wanted.place == from_end;
}

bool matches_days(const IcsRule& rule, local_days day, local_days first, local_days last) {
  return rule.days.empty() || std::ranges::any_of(rule.days, [&](const IcsRule::Day& wanted) {
           return is_place(wanted, day, first, last);
         });
}

bool matches_month_day(const IcsRule& rule, local_days day, unsigned otherwise) {
  const year_month_day date{day};
  const auto number = static_cast<int>(static_cast<unsigned>(date.day()));
  if (rule.month_days.empty()) {
    return !rule.days.empty() || number == static_cast<int>(otherwise);
  }
  const year_month_day end{date.year() / date.month() / std::chrono::last};
  const int back = number - static_cast<int>(static_cast<unsigned>(end.day())) - 1;
  return std::ranges::any_of(rule.month_days,
                             [&](int wanted) { return wanted == number || wanted == back; });
}

bool matches_month(const IcsRule& rule, unsigned month) {
  return rule.months.empty() || std::ranges::find(rule.months, month) != rule.months.end();
}

// The days of one month or year that match, in order.
void add_matching(const IcsRule& rule, local_days start, local_days first, local_days last,
                  std::vector<local_days>& out) {
  const year_month_day begins{start};
  const bool yearly = rule.frequency == IcsRule::Frequency::yearly;
  const bool by_month = !rule.months.empty();
  for (local_days day = first; day <= last; day += days{1}) {
    const year_month_day date{day};
    const auto month = static_cast<unsigned>(date.month());
    // Without any other part a yearly rule comes on its own day of the year.
    const bool own_month = !yearly || by_month || !rule.month_days.empty() || !rule.days.empty() ||
                           date.month() == begins.month();
    if (!own_month || !matches_month(rule, month) ||
        !matches_month_day(rule, day, static_cast<unsigned>(begins.day()))) {
      continue;
    }
    const bool in_month = !yearly || by_month;
    const local_days low = in_month ? local_days{date.year() / date.month() / 1} : first;
    const local_days high =
        in_month ? local_days{date.year() / date.month() / std::chrono::last} : last;
    if (matches_days(rule, day, low, high)) {
      out.push_back(day);
    }
  }
}

void add_week(const IcsRule& rule, local_days start, local_days first,
              std::vector<local_days>& out) {
  for (int i = 0; i < 7; ++i) {
    const local_days day = first + days{i};
    const std::chrono::weekday weekday{day};
    const bool named = std::ranges::any_of(
        rule.days, [&](const IcsRule::Day& wanted) { return wanted.weekday == weekday; });
    const bool wanted = rule.days.empty() ? weekday == std::chrono::weekday{start} : named;
    if (wanted && matches_month(rule, static_cast<unsigned>(year_month_day{day}.month()))) {
      out.push_back(day);
    }
  }
}

// The candidates of the n-th period of the rule, and the day it begins on.
local_days add_period(const IcsRule& rule, local_days start, int n, std::vector<local_days>& out) {
  const year_month_day begins{start};
  const int step = n * rule.interval;
  switch (rule.frequency) {
    case IcsRule::Frequency::yearly: {
      const std::chrono::year year{std::min(static_cast<int>(begins.year()) + step, year_max)};
      const local_days first{year / 1 / 1};
      add_matching(rule, start, first, local_days{year / 12 / 31}, out);
      return first;
    }
    case IcsRule::Frequency::monthly: {
      const int counted = static_cast<int>(begins.year()) * 12 + step +
                          static_cast<int>(static_cast<unsigned>(begins.month())) - 1;
      const int within = std::min(counted, year_max * 12 + 11);
      const year_month month{std::chrono::year{within / 12},
                             std::chrono::month{static_cast<unsigned>(within % 12 + 1)}};
      const local_days first{month / 1};
      add_matching(rule, start, first, local_days{month / std::chrono::last}, out);
      return first;
    }
    case IcsRule::Frequency::weekly: break;
  }
  const local_days first =
      start - (std::chrono::weekday{start} - rule.week_start) + std::chrono::weeks{step};
  add_week(rule, start, first, out);
  return first;
}

}  // namespace

Result<IcsRule> parse_ics_rule(std::string_view text) {
  IcsRule rule;
  bool has_frequency = false;
  for (const std::string_view part : split(text, ';')) {
    const std::size_t equals = std::min(part.find('='), part.size());
    const std::string_view name = part.substr(0, equals);
    const std::string_view value = part.substr(std::min(equals + 1, part.size()));
    if (!read_part(name, value, rule)) {
      return give_up(fmt::format("'{}' of a rule is not known here", part));
    }
    has_frequency = has_frequency || name == "FREQ";
  }
  const bool places_in_weeks =
      rule.frequency == IcsRule::Frequency::weekly &&
      (!rule.month_days.empty() ||
       std::ranges::any_of(rule.days, [](const IcsRule::Day& day) { return day.place != 0; }));
  if (!has_frequency || places_in_weeks) {
    return give_up(fmt::format("the rule '{}' makes no sense", text));
  }
  return rule;
}

std::vector<local_days> occurrences(const IcsRule& rule, local_days start, local_days to) {
  std::vector<local_days> found;
  int left = rule.count.value_or(std::numeric_limits<int>::max());
  for (int n = 0; n < periods_max; ++n) {
    std::vector<local_days> candidates;
    if (add_period(rule, start, n, candidates) >= to) {
      break;
    }
    for (const local_days day : candidates) {
      if (day < start) {
        continue;
      }
      if (left == 0 || day >= to || (rule.until && day > *rule.until)) {
        return found;
      }
      found.push_back(day);
      --left;
    }
  }
  return found;
}

std::optional<local_days> parse_ics_date(std::string_view text) {
  constexpr std::size_t digits = 8;
  const bool rest_is_time = text.size() == digits || (text.size() > digits && text[digits] == 'T');
  const auto number = rest_is_time ? number_of(text.substr(0, digits)) : std::nullopt;
  if (!number || *number < 0) {
    return std::nullopt;
  }
  const year_month_day date{std::chrono::year{*number / 10000},
                            std::chrono::month{static_cast<unsigned>(*number / 100 % 100)},
                            std::chrono::day{static_cast<unsigned>(*number % 100)}};
  return date.ok() ? std::optional(local_days{date}) : std::nullopt;
}

}  // namespace measured::rules
