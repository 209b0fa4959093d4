#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "rules/time/calendar.h"
#include "rules/time/instant.h"
#include "rules/time/zone.h"

namespace measured::rules {

enum class DayMatch { unset, any, all };

// Why a schedule was refused. `kind` is stable ("syntax", "range", "day-ambiguous", ...); `offset`
// is where in the text it stands, in bytes.
struct ScheduleError {
  std::string kind;
  std::string message;
  std::string help;
  std::size_t offset = 0;
};

// When something is to happen, for ever. Immutable and cheap to copy; the text, the zone and the
// calendar it was made from are part of it.
class Schedule {
 public:
  // Five cron fields or a nickname. `schedule.md` 2.1 has the grammar and what is refused.
  static tl::expected<Schedule, ScheduleError> cron(std::string_view text, const Zone& zone,
                                                    DayMatch day_match = DayMatch::unset);

  // A phrase such as "every monday at 08:00". `calendar` is needed for business days only.
  static tl::expected<Schedule, ScheduleError> phrase(std::string_view text, const Zone& zone,
                                                      const Calendar* calendar = nullptr);

  // The first occurrence after `after`; none when the next would be more than 50 years away, or
  // outside the years 1 to 9998. About half a microsecond for usual schedules.
  std::optional<Instant> next(Instant after) const;

  // How many occurrences lie in (after, until], without visiting each.
  std::int64_t count(Instant after, Instant until) const;

  // Whether both read the same text in the same way and zone. Calendars are left out: one more
  // holiday does not make it another schedule.
  friend bool same_expression(const Schedule& a, const Schedule& b);

  const std::string& text() const;
  const Zone& zone() const;

  struct Plan;  // what an expression compiles to; private to the implementation
 private:
  explicit Schedule(std::shared_ptr<const Plan> plan);
  std::shared_ptr<const Plan> plan_;
};

bool same_expression(const Schedule& a, const Schedule& b);

// What to do about occurrences that passed while nothing ran.
struct CatchUp {
  enum class Policy { latest, all, none };  // none: only what is at most `grace` late runs
  Policy policy = Policy::latest;
  std::chrono::seconds window = std::chrono::hours{24 * 7};
  int runs_max = 24;
  std::chrono::seconds grace{60};
};

// What is to run now after an interruption, oldest first, and how many occurrences were dropped.
struct DueRuns {
  std::vector<Instant> run;
  std::int64_t dropped = 0;
  Instant
      newest;  // the newest occurrence looked at: the new watermark; `last_done` when there is none
  std::optional<Instant> newest_dropped;  // never one that runs
};

// Occurrences in (last_done, now] by the catch-up policy.
DueRuns due_runs(const Schedule& schedule, Instant last_done, Instant now, const CatchUp& catch_up);

// A fixed delay below min(splay, gap), spread evenly by the SHA-256 of `name`, so that jobs of one
// time do not start together and a job's delay is the same on every host and start.
std::chrono::milliseconds splay_offset(std::string_view name, std::chrono::milliseconds splay,
                                       std::chrono::milliseconds gap);

}  // namespace measured::rules
