#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "rules/result.h"

namespace measured::rules {

// A point in time: UTC, whole seconds. Everything that is stored or compared is one of these; a
// wall-clock time exists only where a person wrote or reads it.
using Instant = std::chrono::sys_seconds;

// Half-open: `start` belongs to it, `end` does not. Empty where end <= start.
struct Interval {
  Instant start;
  Instant end;

  bool contains(Instant t) const { return start <= t && t < end; }
  friend bool operator==(const Interval&, const Interval&) = default;
  friend auto operator<=>(const Interval&, const Interval&) = default;
};

// "2026-11-23T07:00:00Z", the only form in which an instant leaves the process.
std::string to_text(Instant t);

// Reads exactly that form, and also "2026-11-23" as midnight UTC. Anything else is a Failure that
// shows the text and the form.
Result<Instant> parse_instant(std::string_view text);

}  // namespace measured::rules
