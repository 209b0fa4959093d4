// Phrases such as "every monday at 08:00": a small fixed grammar, not natural language. Each form
// reads one way only; what is near a form is refused with the form to write.

#include <algorithm>

#include <fmt/format.h>

#include "rules/ascii.h"
#include "rules/time/phrase_words.h"
#include "rules/time/plan.h"

namespace measured::rules {
namespace {

using Refused = tl::unexpected<ScheduleError>;
using When = std::variant<Period, WallTimes>;

constexpr std::chrono::seconds period_max = std::chrono::hours{24 * 31};
constexpr std::uint16_t quarter_starts = 1U << 1 | 1U << 4 | 1U << 7 | 1U << 10;
constexpr std::uint16_t quarter_ends = 1U << 3 | 1U << 6 | 1U << 9 | 1U << 12;
constexpr std::uint8_t monday_to_friday = 0b0111110;
constexpr std::uint8_t weekend = 0b1000001;
constexpr std::uint32_t every_business_day = ~1U;

std::optional<ClockTimes> clock_time(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || text.size() != colon + 3) {
    return std::nullopt;
  }
  const std::optional<int> hour = small_number(text.substr(0, colon));
  const std::optional<int> minute = small_number(text.substr(colon + 1));
  if (!hour || !minute || *hour > 23 || *minute > 59) {
    return std::nullopt;
  }
  return ClockTimes{1U << *hour, std::uint64_t{1} << *minute};
}

// "at T, T" to the end of the phrase.
tl::expected<std::vector<ClockTimes>, ScheduleError> parse_times(Words& words) {
  if (!words.accept("at")) {
    const Piece word = words.peek();
    return refuse("phrase",
                  word.text.empty() ? "the time is missing"
                                    : fmt::format("expected 'at' before '{}'", word.text),
                  "end with the time, such as 'at 08:00'", word.offset);
  }
  std::vector<ClockTimes> times;
  do {
    const Piece word = words.take();
    const std::optional<ClockTimes> time = clock_time(word.text);
    if (!time) {
      return refuse(
          "phrase", fmt::format("'{}' is not a time", word.text),
          word.text == "24:00"
              ? "write 00:00, the first minute of the day, or 23:59"
              : "write hours and minutes from 0:00 to 23:59, such as '08:00' or '08:00, 17:30'",
          word.offset);
    }
    // Times of the same minute share an entry.
    const auto same = std::find_if(times.begin(), times.end(), [&](const ClockTimes& other) {
      return other.minutes == time->minutes;
    });
    if (same == times.end()) {
      times.push_back(*time);
    } else {
      same->hours |= time->hours;
    }
  } while (words.accept(","));
  if (!words.at_end()) {
    const Piece word = words.peek();
    return refuse("phrase", fmt::format("'{}' is not understood after the time", word.text),
                  "separate times by commas, such as 'at 08:00, 17:30'", word.offset);
  }
  return times;
}

// The end of every form but periods: the days are known, the times follow.
tl::expected<When, ScheduleError> at_times(Words& words, const DayRule& days) {
  auto times = parse_times(words);
  if (!times) {
    return Refused(std::move(times.error()));
  }
  return When{WallTimes{days, std::move(*times), false}};
}

DayRule on_weekdays(std::uint8_t weekdays) {
  DayRule rule;
  rule.combine = DayRule::Combine::by_weekday;
  rule.weekdays = weekdays;
  return rule;
}

tl::expected<std::chrono::seconds, ScheduleError> parse_duration(const Piece& piece) {
  if (is_calendar_length(piece.text)) {
    return refuse(
        "period",
        fmt::format("'{}': days and longer follow the calendar, not a number of hours", piece.text),
        "write 'daily at 08:00', 'every monday at 08:00' or 'monthly on 1 at 08:00'; 24h is "
        "allowed",
        piece.offset);
  }
  const auto duration = duration_of(piece.text);
  if (!duration || piece.text.empty()) {
    return refuse("period", fmt::format("'{}' is not a duration of h, m and s", piece.text),
                  "write it as '15m', '90s' or '1h30m'", piece.offset);
  }
  return *duration;
}

// "D [offset D]" after "every".
tl::expected<When, ScheduleError> parse_period(Words& words) {
  const Piece written = words.take_until("offset");
  const auto period = parse_duration(written);
  if (!period) {
    return Refused(period.error());
  }
  if (*period < std::chrono::seconds{1} || *period > period_max) {
    return refuse("period", fmt::format("a period of '{}' is outside 1s to 744h", written.text),
                  "write a period of at most 31 days; longer ones follow the calendar",
                  written.offset);
  }
  if (!words.accept("offset")) {
    return When{Period{*period, std::chrono::seconds{0}}};
  }
  const Piece shift = words.take_until({});
  const auto offset = parse_duration(shift);
  if (!offset) {
    return Refused(offset.error());
  }
  if (*offset >= *period) {
    return refuse(
        "period",
        fmt::format("offset '{}' is not smaller than the period '{}'", shift.text, written.text),
        "write an offset below the period", shift.offset);
  }
  return When{Period{*period, *offset}};
}

tl::expected<int, ScheduleError> parse_weekday(std::string_view name, const Piece& word) {
  if (const std::optional<int> day = weekday_number(name)) {
    return *day;
  }
  std::string help = "write days as 'monday' or 'mon', lists as 'mon, wed', ranges as 'mon-fri'";
  if (name.ends_with('s') && weekday_number(name.substr(0, name.size() - 1))) {
    help = fmt::format("write '{}'", name.substr(0, name.size() - 1));
  } else if (name == "weekend") {
    help = "write 'weekends at 08:00'";
  }
  return refuse("phrase", fmt::format("'{}' is not a day of the week", word.text), std::move(help),
                word.offset);
}

// "mon", "mon, wed and fri", "fri-mon" up to "at".
tl::expected<DayRule, ScheduleError> parse_weekdays(Words& words) {
  unsigned days = 0;
  do {
    const Piece word = words.take();
    const std::size_t dash = std::min(word.text.find('-'), word.text.size());
    const auto first = parse_weekday(word.text.substr(0, dash), word);
    if (!first) {
      return Refused(first.error());
    }
    const auto last =
        dash < word.text.size() ? parse_weekday(word.text.substr(dash + 1), word) : first;
    if (!last) {
      return Refused(last.error());
    }
    // A range may wrap: friday to monday is four days.
    for (int day = *first; days |= 1U << day, day != *last;) {
      day = (day + 1) % 7;
    }
  } while (words.accept(",") || words.accept("and"));
  return on_weekdays(static_cast<std::uint8_t>(days));
}

// 1 to 5 for "first" to "fifth", 0 for "last"; none for any other word.
std::optional<unsigned> ordinal(std::string_view word) {
  constexpr std::string_view names[] = {"last", "first", "second", "third", "fourth", "fifth"};
  const auto* found = std::find(std::begin(names), std::end(names), word);
  return found == std::end(names) ? std::nullopt
                                  : std::optional(static_cast<unsigned>(found - std::begin(names)));
}

// "1" or "1, 15".
tl::expected<DayRule, ScheduleError> parse_dates(Words& words) {
  DayRule rule;
  rule.combine = DayRule::Combine::by_date;
  do {
    const Piece word = words.take();
    const std::optional<int> day = small_number(word.text);
    if (!day) {
      return refuse(
          "phrase", fmt::format("'{}' is not a day of the month", word.text),
          "write '1', '1, 15', 'last day', 'last weekday', 'first monday' or 'first business day'",
          word.offset);
    }
    if (*day < 1 || *day > 31) {
      return refuse("range", fmt::format("day of month {} is outside 1-31", *day),
                    "write a day from 1 to 31", word.offset);
    }
    rule.dates |= 1U << *day;
  } while (words.accept(","));
  return rule;
}

// What follows "monthly on" or "quarterly on".
tl::expected<DayRule, ScheduleError> parse_month_days(Words& words, bool quarterly) {
  const Piece start = words.peek();
  const std::optional<unsigned> nth = ordinal(start.text);
  if (!nth) {
    return parse_dates(words);
  }
  words.take();
  const bool last = *nth == 0;
  DayRule rule;
  rule.combine = DayRule::Combine::by_date;
  if (last && words.accept("day")) {
    rule.dates_from_last = 1U;
    return rule;
  }
  if (last && words.accept("weekday")) {
    rule.last_weekday = true;
    return rule;
  }
  if (words.accept("business", "day") && (!quarterly || *nth <= 1)) {
    rule.combine = DayRule::Combine::business_days;
    rule.business_days = 1U << *nth;
    return rule;
  }
  const std::optional<int> weekday = weekday_number(words.take().text);
  if (!weekday || *nth == 5) {
    return refuse(
        "phrase",
        fmt::format("'{}' is not a day of {}", words.since(start),
                    quarterly ? "the quarter" : "the month"),
        "write '1', '1, 15', 'last day', 'last weekday', 'first monday' or 'first business day'",
        start.offset);
  }
  rule.combine = DayRule::Combine::by_weekday;
  const auto bit = static_cast<std::uint8_t>(1U << *weekday);
  (last ? rule.last_weekdays : rule.nth_weekdays[*nth - 1]) = bit;
  return rule;
}

tl::expected<DayRule, ScheduleError> parse_quarter_days(Words& words) {
  const bool last = words.peek().text == "last";
  auto rule = parse_month_days(words, true);
  if (rule) {
    rule->months = last ? quarter_ends : quarter_starts;
  }
  return rule;
}

// "MONTH n" after "yearly on".
tl::expected<DayRule, ScheduleError> parse_date_of_year(Words& words) {
  const Piece name = words.take();
  const std::optional<int> month = month_number(name.text);
  if (!month) {
    return refuse("phrase", fmt::format("'{}' is not a month", name.text),
                  "write a date such as 'jan 1'", name.offset);
  }
  auto rule = parse_dates(words);
  if (rule) {
    rule->months = static_cast<std::uint16_t>(1U << *month);
    if (!matches_ever(*rule)) {
      return refuse("never", fmt::format("there is no {}", words.since(name)),
                    "write a date that the month has", name.offset);
    }
  }
  return rule;
}

DayRule on_business_days() {
  DayRule rule;
  rule.combine = DayRule::Combine::business_days;
  rule.business_days = every_business_day;
  return rule;
}

// "hourly" or "hourly at :MM".
tl::expected<When, ScheduleError> parse_hourly(Words& words) {
  constexpr std::uint32_t every_hour = 0xFFFFFF;
  int minute = 0;
  if (words.accept("at")) {
    const Piece word = words.take();
    const auto written = word.text.size() == 3 && word.text[0] == ':'
                             ? small_number(word.text.substr(1))
                             : std::nullopt;
    if (!written || *written > 59) {
      return refuse("phrase", fmt::format("'{}' is not a minute", word.text),
                    "write it from ':00' to ':59'", word.offset);
    }
    minute = *written;
  }
  if (!words.at_end()) {
    const Piece word = words.peek();
    return refuse("phrase", fmt::format("'{}' is not understood after 'hourly'", word.text),
                  "write 'hourly at :15'", word.offset);
  }
  return When{WallTimes{DayRule{}, {{every_hour, std::uint64_t{1} << minute}}, true}};
}

// What follows "every".
tl::expected<When, ScheduleError> parse_every(Words& words) {
  if (!words.at_end() && is_digit(words.peek().text.front())) {
    return parse_period(words);
  }
  if (words.accept("day")) {
    return at_times(words, DayRule{});
  }
  if (words.accept("weekday")) {
    return at_times(words, on_weekdays(monday_to_friday));
  }
  if (words.accept("business", "day")) {
    return at_times(words, on_business_days());
  }
  return parse_weekdays(words).and_then([&](const DayRule& rule) { return at_times(words, rule); });
}

tl::expected<When, ScheduleError> parse_form(std::string_view text, Words& words) {
  const auto with_times = [&](const DayRule& rule) { return at_times(words, rule); };
  if (words.accept("every")) {
    return parse_every(words);
  }
  if (words.accept("hourly")) {
    return parse_hourly(words);
  }
  if (words.accept("daily")) {
    return at_times(words, DayRule{});
  }
  if (words.accept("weekdays")) {
    return at_times(words, on_weekdays(monday_to_friday));
  }
  if (words.accept("weekends")) {
    return at_times(words, on_weekdays(weekend));
  }
  if (words.accept("business", "days")) {
    return at_times(words, on_business_days());
  }
  if (words.accept("weekly", "on")) {
    return parse_weekdays(words).and_then(with_times);
  }
  if (words.accept("monthly", "on")) {
    return parse_month_days(words, false).and_then(with_times);
  }
  if (words.accept("quarterly", "on")) {
    return parse_quarter_days(words).and_then(with_times);
  }
  if (words.accept("yearly", "on")) {
    return parse_date_of_year(words).and_then(with_times);
  }
  return refuse("phrase", fmt::format("'{}' is not understood as a schedule", text),
                phrase_help(text), words.peek().offset);
}

}  // namespace

tl::expected<When, ScheduleError> parse_phrase(std::string_view text, const Calendar* calendar) {
  const std::string text_lower = lower(text);
  Words words{text_lower};
  if (words.at_end()) {
    return refuse("empty", "the schedule is empty", phrase_help(""), 0);
  }
  auto when = parse_form(text, words);
  const WallTimes* wall = when ? std::get_if<WallTimes>(&*when) : nullptr;
  if (wall == nullptr || wall->days.combine != DayRule::Combine::business_days) {
    return when;
  }
  if (calendar == nullptr) {
    return refuse("calendar", "business days need a calendar",
                  "set calendar to one of the calendars", 0);
  }
  const auto& week = calendar->hours;
  if (std::all_of(week.begin(), week.end(), [](const auto& hours) { return hours.empty(); })) {
    return refuse("calendar",
                  fmt::format("calendar '{}' has no working day in its week", calendar->id),
                  "give at least one weekday hours", 0);
  }
  return when;
}

}  // namespace measured::rules
