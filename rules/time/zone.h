#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "rules/result.h"
#include "rules/time/instant.h"

namespace measured::rules {

// A wall-clock time without a zone.
using LocalTime = std::chrono::local_seconds;

// An IANA time zone: a small value that is cheap to copy and safe to share between threads. The
// default one is UTC.
class Zone {
 public:
  Zone();

  // Fails for a name that the machine's tz database does not hold ("Europe/Berln").
  static Result<Zone> load(std::string_view name);

  // The one rule by which a wall-clock time becomes an instant: the first of two where it occurs
  // twice, the instant of the transition where it never occurs.
  Instant resolve(LocalTime local) const;

  LocalTime local(Instant t) const;
  std::chrono::seconds offset(Instant t) const;  // local time minus UTC

  // The first instant after `t` at which the offset from UTC changes; Instant::max() when none
  // does.
  Instant next_transition(Instant t) const;

  const std::string& name() const { return name_; }
  friend bool operator==(const Zone& a, const Zone& b) { return a.name_ == b.name_; }

 private:
  std::string name_;
  void* rep_ = nullptr;  // absl::TimeZone's own pointer; zones live as long as the process
};

}  // namespace measured::rules
