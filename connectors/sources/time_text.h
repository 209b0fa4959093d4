#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/time/instant.h"
#include "rules/time/zone.h"

namespace measured::connectors {

// A time as a source wrote it: on the wall clock of the source's zone, or, where it came with an
// offset, an instant. Whole seconds: bucket edges are whole seconds, so a fraction never decides.
struct WrittenTime {
  rules::LocalTime local{};  // as written, also when there is an offset
  std::optional<std::chrono::seconds> offset;
  bool has_clock = false;     // false: a day only, read as its midnight
  std::string_view fraction;  // digits behind the second, as written; a view into the text

  rules::Instant instant(const rules::Zone& zone) const;
};

// ISO 8601 as databases and exports write it: "2026-11-23", "2026-11-23 07:00",
// "2026-11-23T07:00:00", with a fraction, and with "Z", "+02", "+02:00" or "+0200". None for
// anything else, also for days that do not exist.
std::optional<WrittenTime> read_time(std::string_view text);

// The same by a pattern of %Y %y %m %d %H %M %S %b (English month names) %z and literal text.
// %y means 1970 to 2069. Every part of the text must be used.
std::optional<WrittenTime> read_time(std::string_view text, std::string_view pattern);

// What is wrong with a pattern: an unknown letter, or a day, month or year that is missing. Empty
// when it is good.
std::string pattern_problem(std::string_view pattern);

// Seconds since 1970 as an instant, towards the past; none beyond the years 0001 to 9999, which is
// where milliseconds taken for seconds end up.
std::optional<rules::Instant> from_unix_seconds(double seconds);

// "2026-11-23 07:00:00", or "2026-11-23" at midnight: the one form that compares rightly, as text,
// both with days and with times of the same zone.
std::string compact_text(rules::LocalTime local);

// "2026-11-23 07:00:00" always.
std::string clock_text(rules::LocalTime local);

}  // namespace measured::connectors
