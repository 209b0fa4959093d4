#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "rules/diagnostic.h"
#include "rules/time/schedule.h"

namespace measured::rules {

enum class Overlap { skip, queue_one, allow };

// A schedule as it was written. It becomes a Schedule once a zone is known: a digest's is the
// reader's, so one spec may give many schedules.
struct ScheduleSpec {
  std::string phrase;  // exactly one of phrase and cron is not empty
  std::string cron;
  DayMatch day_match = DayMatch::unset;
  std::string time_zone;  // empty: the zone of what it belongs to
  std::string calendar;   // id; empty for none
  std::chrono::seconds splay{0};
  CatchUp catch_up;
  Overlap overlap = Overlap::skip;
  std::chrono::seconds timeout{600};
  bool paused = false;
  SourceSpan place;
};

}  // namespace measured::rules
