#include "rules/time/ics.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "rules/time/ics_rule.h"

namespace measured::rules {
namespace {

using std::chrono::days;
using std::chrono::local_days;

struct Line {
  int number = 0;  // in the file, of where it begins
  std::string name;
  std::string parameters;  // ";VALUE=DATE"
  std::string value;
};

// A line that begins with a blank goes on with the one before.
std::vector<std::pair<int, std::string>> unfolded(std::string_view text) {
  std::vector<std::pair<int, std::string>> lines;
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) {
      line.remove_suffix(1);
    }
    const bool goes_on = !line.empty() && (line.front() == ' ' || line.front() == '\t');
    if (goes_on && !lines.empty()) {
      lines.back().second += line.substr(1);
    } else if (!line.empty()) {
      lines.emplace_back(number, std::string(line));
    }
  }
  return lines;
}

// "DTSTART;VALUE=DATE:20261225"; a colon within quotes belongs to a parameter.
Line split_line(int number, const std::string& text) {
  std::size_t colon = 0;
  for (bool quoted = false; colon < text.size() && (quoted || text[colon] != ':'); ++colon) {
    quoted = text[colon] == '"' ? !quoted : quoted;
  }
  const std::string head = text.substr(0, colon);
  const std::size_t semicolon = std::min(head.find(';'), head.size());
  Line line;
  line.number = number;
  line.name = head.substr(0, semicolon);
  line.parameters = head.substr(semicolon);
  line.value = colon < text.size() ? text.substr(colon + 1) : "";
  return line;
}

struct Event {
  int line = 0;
  std::optional<local_days> start;
  std::optional<local_days> end;
  std::optional<days> length;
  std::optional<IcsRule> rule;
  std::set<local_days> without;
  bool timed = false;
  bool cancelled = false;
};

Failure wrong(const Line& line, std::string_view what) {
  return {Failure::Retry::never, fmt::format("line {}: {}", line.number, what)};
}

bool is_day(const Line& line) {
  constexpr std::size_t digits = 8;
  return line.parameters.find("VALUE=DATE-TIME") == std::string::npos &&
         line.value.size() == digits;
}

// "P4D", "P2W".
std::optional<days> length_of(std::string_view text) {
  if (text.size() < 3 || text.front() != 'P' ||
      text.substr(1, text.size() - 2).find_first_not_of("0123456789") != std::string_view::npos) {
    return std::nullopt;
  }
  constexpr std::size_t digits_max = 4;
  const std::string_view digits = text.substr(1, text.size() - 2);
  if (digits.size() > digits_max) {
    return std::nullopt;
  }
  const days number{std::stoi(std::string(digits))};
  return text.back() == 'D'   ? std::optional(number)
         : text.back() == 'W' ? std::optional(number * 7)
                              : std::nullopt;
}

Result<void> read_exclusions(const Line& line, Event& event) {
  std::string_view rest = line.value;
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    const auto day = parse_ics_date(rest.substr(0, comma));
    if (!day) {
      return tl::unexpected<Failure>(wrong(line, fmt::format("'{}' is not a day", line.value)));
    }
    event.without.insert(*day);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return {};
}

Result<void> read_property(const Line& line, Event& event) {
  if (line.name == "DTSTART" || line.name == "DTEND") {
    event.timed = event.timed || !is_day(line);
    const auto day = parse_ics_date(line.value);
    if (!day) {
      return tl::unexpected<Failure>(wrong(line, fmt::format("'{}' is not a day", line.value)));
    }
    (line.name == "DTSTART" ? event.start : event.end) = day;
  } else if (line.name == "DURATION") {
    event.length = length_of(line.value);
    event.timed = event.timed || !event.length;
  } else if (line.name == "RRULE") {
    const Result<IcsRule> rule = parse_ics_rule(line.value);
    if (!rule) {
      return tl::unexpected<Failure>(wrong(line, rule.error().message));
    }
    event.rule = *rule;
  } else if (line.name == "EXDATE") {
    return read_exclusions(line, event);
  } else if (line.name == "RDATE" || line.name == "RECURRENCE-ID") {
    return tl::unexpected<Failure>(wrong(line, fmt::format("'{}' is not known here", line.name)));
  } else if (line.name == "STATUS") {
    event.cancelled = line.value == "CANCELLED";
  }
  return {};
}

void add_event(const Event& event, local_days from, local_days to, std::set<local_days>& out) {
  const days length =
      event.end ? std::max(*event.end - *event.start, days{1}) : event.length.value_or(days{1});
  const std::vector<local_days> starts = event.rule ? occurrences(*event.rule, *event.start, to)
                                                    : std::vector<local_days>{*event.start};
  for (const local_days start : starts) {
    if (event.without.contains(start)) {
      continue;
    }
    for (local_days day = std::max(start, from); day < std::min(start + length, to);
         day += days{1}) {
      out.insert(day);
    }
  }
}

}  // namespace

Result<Holidays> read_ics(std::string_view text, local_days from, local_days to) {
  const auto lines = unfolded(text);
  if (lines.empty() || lines.front().second != "BEGIN:VCALENDAR") {
    return give_up("this is no iCalendar feed: it does not begin with BEGIN:VCALENDAR");
  }
  Holidays holidays;
  std::set<local_days> dates;
  std::optional<Event> event;
  int inside = 0;  // components within the event, such as alarms
  for (const auto& [number, written] : lines) {
    const Line line = split_line(number, written);
    if (line.name == "BEGIN" && !event && line.value == "VEVENT") {
      event.emplace();
      event->line = number;
    } else if (line.name == "BEGIN" && event) {
      ++inside;
    } else if (line.name == "END" && event && inside > 0) {
      --inside;
    } else if (line.name == "END" && event) {
      if (event->timed && !event->cancelled) {
        holidays.warnings.push_back(
            fmt::format("line {}: an event with a time of the day is no holiday", event->line));
      } else if (event->start && !event->cancelled) {
        add_event(*event, from, to, dates);
      }
      event.reset();
    } else if (event && inside == 0) {
      if (const Result<void> read = read_property(line, *event); !read) {
        return tl::unexpected<Failure>(read.error());
      }
    }
  }
  holidays.dates.assign(dates.begin(), dates.end());
  return holidays;
}

}  // namespace measured::rules
