// A calendar on one line, so that whatever is counted in its hours can carry it along: a definition
// changes with the hours it was made under, and a source needs no look into the rules.
#include <array>

#include <fmt/format.h>

#include "rules/time/working.h"

namespace measured::rules {
namespace {

using std::chrono::local_days;

constexpr std::array<std::string_view, 7> day_names = {"sun", "mon", "tue", "wed",
                                                       "thu", "fri", "sat"};

std::string clock(std::chrono::seconds time) {
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(time).count();
  return fmt::format("{:02}:{:02}", minutes / 60, minutes % 60);
}

std::string ranges_text(const std::vector<HoursRange>& ranges) {
  constexpr std::chrono::hours day{24};
  std::string text;
  for (const HoursRange& range : ranges) {
    const bool over = range.end > day;
    text += " " + clock(range.start) + "-" + clock(over ? range.end - day : range.end);
  }
  return text;
}

std::string date_text(local_days day) {
  return to_text(Instant{day.time_since_epoch()}).substr(0, 10);
}

std::string_view take(std::string_view& rest, char mark) {
  const std::size_t at = std::min(rest.find(mark), rest.size());
  const std::string_view part = rest.substr(0, at);
  rest.remove_prefix(std::min(at + 1, rest.size()));
  return part;
}

std::optional<local_days> date_of(std::string_view text) {
  const Result<Instant> midnight = parse_instant(text);
  return midnight ? std::optional(local_days{
                        std::chrono::floor<std::chrono::days>(*midnight).time_since_epoch()})
                  : std::nullopt;
}

// "mon 09:00-17:00", "2026-12-24 09:00-13:00", "2026-12-25 closed".
bool read_day(std::string_view text, Calendar& calendar) {
  const std::string_view name = take(text, ' ');
  if (text == "closed") {
    const std::optional<local_days> day = date_of(name);
    return day && calendar.holidays.insert(*day).second;
  }
  std::vector<HoursRange> ranges;
  while (!text.empty()) {
    const Result<HoursRange> range = parse_hours(take(text, ' '));
    if (!range) {
      return false;
    }
    ranges.push_back(*range);
  }
  for (std::size_t i = 0; i < day_names.size(); ++i) {
    if (day_names[i] == name) {
      calendar.hours[i] = std::move(ranges);
      return true;
    }
  }
  const std::optional<local_days> day = date_of(name);
  return day && calendar.exceptions.emplace(*day, std::move(ranges)).second;
}

}  // namespace

std::string to_text(const Calendar& calendar) {
  std::string text = calendar.id + "|" + calendar.zone.name();
  for (std::size_t i = 0; i < day_names.size(); ++i) {
    text += fmt::format("|{}{}", day_names[i], ranges_text(calendar.hours[i]));
  }
  for (const local_days day : calendar.holidays) {
    text += "|" + date_text(day) + " closed";
  }
  for (const auto& [day, ranges] : calendar.exceptions) {
    text += "|" + date_text(day) + ranges_text(ranges);
  }
  return text;
}

std::optional<Calendar> parse_calendar(std::string_view text) {
  Calendar calendar;
  calendar.id = take(text, '|');
  const Result<Zone> zone = Zone::load(take(text, '|'));
  if (!zone) {
    return std::nullopt;
  }
  calendar.zone = *zone;
  while (!text.empty()) {
    if (!read_day(take(text, '|'), calendar)) {
      return std::nullopt;
    }
  }
  return calendar;
}

}  // namespace measured::rules
