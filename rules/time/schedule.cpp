// When the next occurrence comes.
//
// A wall-clock schedule is searched in wall-clock time, month by month with bit sets, never minute
// by minute; the zone is asked only about the candidates found. Two rules, those of Debian's cron,
// turn a wall-clock time into instants:
//
// - by interval ("*/15 * * * *"): every real instant whose wall clock matches. Between two changes
//   of offset wall clock and real time run in step, so each such stretch is searched on its own:
//   what a gap skips is in no stretch, and what an overlap repeats is in two.
// - fixed ("30 2 * * *"): one occurrence a matching date and time, at resolve(date time). resolve
//   never decreases, so the first candidate after the wall clock of `after` whose instant is later
//   than `after` is the next occurrence. A candidate in the second pass of an overlap resolves to
//   an earlier instant and is passed over; two candidates in one gap resolve to one instant, which
//   counts once. A gap of more than three hours is a day that never happened and gives none.

#include "rules/time/schedule.h"

#include <algorithm>

#include "rules/time/plan.h"

namespace measured::rules {
namespace {

using std::chrono::days;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::chrono::years search_max{50};
constexpr std::chrono::hours gap_max{3};

// Outside these years nothing is scheduled; inside them no sum below can overflow.
constexpr Instant earliest = std::chrono::sys_days{std::chrono::year{1} / 1 / 1};
constexpr Instant latest = std::chrono::sys_days{std::chrono::year{9999} / 1 / 1};

const Calendar* calendar_of(const Schedule::Plan& plan) {
  return plan.calendar ? &*plan.calendar : nullptr;
}

std::optional<Instant> next_by_interval(const WallTimes& when, const Schedule::Plan& plan,
                                        Instant after) {
  const Instant limit = after + search_max;
  for (Instant begin = after + seconds{1}; begin <= limit;) {
    const Instant end = std::min(plan.zone.next_transition(begin), limit + seconds{1});
    const seconds offset = plan.zone.offset(begin);
    const LocalTime last{(end + offset).time_since_epoch() - seconds{1}};
    const LocalTime first{(begin + offset).time_since_epoch()};
    if (const auto wall = first_wall_time(when, calendar_of(plan), first, last)) {
      return Instant{wall->time_since_epoch() - offset};
    }
    begin = end;
  }
  return std::nullopt;
}

std::optional<Instant> next_fixed(const WallTimes& when, const Schedule::Plan& plan,
                                  Instant after) {
  const LocalTime now = plan.zone.local(after);
  const LocalTime until = now + search_max;
  LocalTime from = now + seconds{1};
  while (const auto wall = first_wall_time(when, calendar_of(plan), from, until)) {
    const Instant t = plan.zone.resolve(*wall);
    const LocalTime shown = plan.zone.local(t);
    const bool in_gap = shown != *wall;
    if (in_gap && plan.zone.offset(t) - plan.zone.offset(t - seconds{1}) > gap_max) {
      from = shown;
    } else if (t <= after) {
      from = *wall + minutes{1};
    } else {
      return t;
    }
  }
  return std::nullopt;
}

// How many periods have ended at `t`, counted from the offset.
std::int64_t periods_at(const Period& every, Instant t) {
  const seconds since = t.time_since_epoch() - every.offset;
  return since.count() >= 0 ? since / every.period
                            : -((-since + every.period - seconds{1}) / every.period);
}

Instant next_period(const Period& every, Instant after) {
  return Instant{(periods_at(every, after) + 1) * every.period + every.offset};
}

std::int64_t count_by_interval(const WallTimes& when, const Schedule::Plan& plan, Instant after,
                               Instant until) {
  std::int64_t count = 0;
  for (Instant begin = after + seconds{1}; begin <= until;) {
    const Instant end = std::min(plan.zone.next_transition(begin), until + seconds{1});
    const seconds offset = plan.zone.offset(begin);
    const LocalTime first{(begin + offset).time_since_epoch()};
    const LocalTime last{(end + offset).time_since_epoch() - seconds{1}};
    count += count_wall_times(when, calendar_of(plan), first, last);
    begin = end;
  }
  return count;
}

// Further than a day from any change of offset, wall clock and real time run in step and whole days
// are counted; near a change, where times fold together or drop out, it goes step by step.
std::int64_t count_fixed(const WallTimes& when, const Schedule::Plan& plan, Instant after,
                         Instant until) {
  std::int64_t count = 0;
  while (after < until) {
    const Instant change = plan.zone.next_transition(after - days{1});
    const Instant calm_until = std::min(until, change - days{1});
    if (calm_until > after) {
      count += count_wall_times(when, calendar_of(plan), plan.zone.local(after) + seconds{1},
                                plan.zone.local(calm_until));
      after = calm_until;
      continue;
    }
    const Instant near_until = std::min(until, change + days{1});
    for (auto t = next_fixed(when, plan, after); t && *t <= near_until;
         t = next_fixed(when, plan, *t)) {
      ++count;
    }
    after = near_until;
  }
  return count;
}

}  // namespace

Schedule::Schedule(std::shared_ptr<const Plan> plan) : plan_(std::move(plan)) {}

tl::expected<Schedule, ScheduleError> Schedule::cron(std::string_view text, const Zone& zone,
                                                     DayMatch day_match) {
  auto when = parse_cron(text, day_match);
  if (!when) {
    return tl::unexpected<ScheduleError>(std::move(when.error()));
  }
  Plan plan{std::string(text), zone, std::move(*when), std::nullopt};
  return Schedule{std::make_shared<const Plan>(std::move(plan))};
}

tl::expected<Schedule, ScheduleError> Schedule::phrase(std::string_view text, const Zone& zone,
                                                       const Calendar* calendar) {
  auto when = parse_phrase(text, calendar);
  if (!when) {
    return tl::unexpected<ScheduleError>(std::move(when.error()));
  }
  Plan plan{std::string(text), zone, std::move(*when), std::nullopt};
  const WallTimes* wall = std::get_if<WallTimes>(&plan.when);
  if (wall != nullptr && wall->days.combine == DayRule::Combine::business_days) {
    plan.calendar = *calendar;
  }
  return Schedule{std::make_shared<const Plan>(std::move(plan))};
}

std::optional<Instant> Schedule::next(Instant after) const {
  if (after >= latest) {
    return std::nullopt;
  }
  after = std::max(after, earliest);
  if (const Period* period = std::get_if<Period>(&plan_->when)) {
    return next_period(*period, after);
  }
  const WallTimes& wall = std::get<WallTimes>(plan_->when);
  return wall.by_interval ? next_by_interval(wall, *plan_, after) : next_fixed(wall, *plan_, after);
}

std::int64_t Schedule::count(Instant after, Instant until) const {
  after = std::max(after, earliest);
  until = std::min(until, latest);
  if (until <= after) {
    return 0;
  }
  if (const Period* period = std::get_if<Period>(&plan_->when)) {
    return periods_at(*period, until) - periods_at(*period, after);
  }
  const WallTimes& wall = std::get<WallTimes>(plan_->when);
  return wall.by_interval ? count_by_interval(wall, *plan_, after, until)
                          : count_fixed(wall, *plan_, after, until);
}

bool same_expression(const Schedule& a, const Schedule& b) {
  const auto combine = [](const Schedule::Plan& plan) {
    const WallTimes* wall = std::get_if<WallTimes>(&plan.when);
    return wall == nullptr ? DayRule::Combine::every_day : wall->days.combine;
  };
  return a.text() == b.text() && a.zone() == b.zone() && combine(*a.plan_) == combine(*b.plan_);
}

const std::string& Schedule::text() const {
  return plan_->text;
}
const Zone& Schedule::zone() const {
  return plan_->zone;
}

}  // namespace measured::rules
