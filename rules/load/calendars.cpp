#include <array>

#include <fmt/format.h>

#include "rules/load/names.h"
#include "rules/load/reading.h"

namespace measured::rules {
namespace {

using Kind = YamlNode::Kind;

// "09:00-12:00", or a list of such ranges; an empty list is a day without work.
std::vector<HoursRange> read_ranges(MapReader& days, std::string_view key) {
  std::vector<HoursRange> ranges;
  for (const auto& [text, place] : texts_with_places(days, key)) {
    const Result<HoursRange> range = parse_hours(text);
    if (range) {
      ranges.push_back(*range);
    } else {
      days.error(place, "bad-hours", fmt::format("'{}' are not working hours", text),
                 "write for example \"09:00-17:00\"");
    }
  }
  return ranges;
}

void read_hours(MapReader& map, Calendar& calendar) {
  constexpr std::array<std::string_view, 7> names = {"sun", "mon", "tue", "wed",
                                                     "thu", "fri", "sat"};
  std::optional<MapReader> hours = map.map("hours");
  if (!hours) {
    map.error(map.place(), "missing-key", "'hours' is missing",
              "write 'hours: {mon: [\"09:00-17:00\"]}'");
    return;
  }
  for (std::size_t day = 0; day < names.size(); ++day) {
    calendar.hours[day] = read_ranges(*hours, names[day]);
  }
  hours->finish();
}

void read_holidays(MapReader& map, Calendar& calendar) {
  const std::shared_ptr<const YamlNode> node = map.node("holidays");
  if (node == nullptr || node->kind == Kind::null) {
    return;
  }
  if (node->kind == Kind::map) {
    map.error(map.place("holidays"), "not-available-yet",
              "holidays from iCalendar are not available yet",
              "write the dates: [2026-12-25, 2027-01-01]");
    return;
  }
  if (node->kind == Kind::scalar) {
    map.error(map.place("holidays"), "not-a-list", "'holidays' is a list of dates",
              "write [2026-12-25]");
    return;
  }
  for (const YamlNode* item : node->items) {
    if (item->kind != Kind::scalar) {
      map.error(map.place_of(*item), "bad-date", "a holiday is a date",
                "write year-month-day, as in 2026-11-23");
    } else if (const auto day = map.quantity_of(*item, parse_date)) {
      calendar.holidays.insert(*day);
    }
  }
}

void read_exceptions(MapReader& map, Calendar& calendar) {
  std::optional<MapReader> days = map.map("exceptions");
  if (!days) {
    return;
  }
  for (const YamlNode::Entry& entry : days->yaml().entries) {
    const auto day = parse_date(entry.key);
    if (!day) {
      days->error(days->place_of(entry), day.error().code, day.error().message, day.error().help);
      continue;
    }
    calendar.exceptions[*day] = read_ranges(*days, entry.key);
  }
}

}  // namespace

void read_calendar(MapReader& map, const std::string& id, const SourceSpan& place,
                   Reading& reading) {
  Calendar calendar;
  calendar.id = id;
  calendar.zone = read_zone(map, "time_zone", reading.rules.defaults.time_zone);
  read_hours(map, calendar);
  read_holidays(map, calendar);
  read_exceptions(map, calendar);
  map.finish();
  reading.calendars.emplace(id, place);
  reading.rules.calendars.push_back(std::move(calendar));
}

}  // namespace measured::rules
