#include "rules/time/working.h"

#include <algorithm>

namespace measured::rules {
namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::seconds;

constexpr days look_ahead_max{50 * 366};

local_days day_of(const Calendar& calendar, Instant t) {
  return std::chrono::floor<days>(calendar.zone.local(t));
}

void add_day(const Calendar& calendar, local_days day, std::vector<Interval>& out) {
  for (const HoursRange& range : calendar.hours_of(day)) {
    const Interval open{calendar.zone.resolve(LocalTime{day} + range.start),
                        calendar.zone.resolve(LocalTime{day} + range.end)};
    if (open.start < open.end) {
      out.push_back(open);
    }
  }
}

std::vector<Interval> joined(std::vector<Interval> intervals) {
  std::ranges::sort(intervals);
  std::vector<Interval> out;
  for (const Interval& next : intervals) {
    if (!out.empty() && next.start <= out.back().end) {
      out.back().end = std::max(out.back().end, next.end);
    } else {
      out.push_back(next);
    }
  }
  return out;
}

// The latest end of the ranges of a working day; none where they all vanish.
std::optional<Instant> closing(const Calendar& calendar, local_days day) {
  std::vector<Interval> open;
  add_day(calendar, day, open);
  std::optional<Instant> last;
  for (const Interval& interval : open) {
    last = std::max(last.value_or(interval.end), interval.end);
  }
  return last;
}

}  // namespace

std::vector<Interval> open_intervals(const Calendar& calendar, const Interval& span) {
  std::vector<Interval> found;
  // A range may end on the day after the one it belongs to.
  const local_days last = day_of(calendar, span.end) + days{1};
  for (local_days day = day_of(calendar, span.start) - days{2}; day <= last; day += days{1}) {
    add_day(calendar, day, found);
  }
  return joined(std::move(found));
}

seconds working_time(const Calendar& calendar, Instant from, Instant to) {
  if (to < from) {
    return -working_time(calendar, to, from);
  }
  seconds sum{0};
  for (const Interval& open : open_intervals(calendar, {from, to})) {
    sum += std::max(std::min(open.end, to) - std::max(open.start, from), seconds{0});
  }
  return sum;
}

std::optional<Instant> due(const Calendar& calendar, Instant from, seconds working) {
  if (working <= seconds{0}) {
    return from;
  }
  // Longer and longer pieces: most answers are days away, and a calendar may be closed for years.
  constexpr days first_piece{14};
  Instant start = from;
  for (days piece = first_piece; start - from < look_ahead_max; piece *= 2) {
    const Instant end = start + piece;
    for (const Interval& open : open_intervals(calendar, {start, end})) {
      const Instant opens = std::max(open.start, start);
      const Instant closes = std::min(open.end, end);
      if (opens >= closes) {
        continue;
      }
      if (working <= closes - opens) {
        return opens + working;
      }
      working -= closes - opens;
    }
    start = end;
  }
  return std::nullopt;
}

std::optional<Instant> due_business_days(const Calendar& calendar, Instant from, int count) {
  const local_days first = day_of(calendar, from);
  int left = std::max(count, 1);
  for (local_days day = count == 0 ? first : first + days{1}; day - first < look_ahead_max;
       day += days{1}) {
    const std::optional<Instant> end =
        calendar.is_working_day(day) ? closing(calendar, day) : std::nullopt;
    left -= end ? 1 : 0;
    if (left == 0) {
      return end;
    }
  }
  return std::nullopt;
}

WorkingClock::WorkingClock(const Calendar& calendar, const Interval& span) {
  const auto number = [](Instant t) { return static_cast<double>(t.time_since_epoch().count()); };
  starts_.push_back(number(span.start));
  lengths_.push_back(0);
  before_.push_back(0);
  last_ = number(span.end);
  double sum = 0;
  for (const Interval& open : open_intervals(calendar, span)) {
    const Instant start = std::max(open.start, span.start);
    const Instant end = std::min(open.end, span.end);
    if (start < end) {
      starts_.push_back(number(start));
      lengths_.push_back(number(end) - number(start));
      before_.push_back(sum);
      sum += lengths_.back();
    }
  }
}

std::optional<double> WorkingClock::until(double unix_seconds) const {
  if (!(unix_seconds >= starts_.front() && unix_seconds <= last_)) {
    return std::nullopt;
  }
  const auto after = std::ranges::upper_bound(starts_, unix_seconds);
  const auto i = static_cast<std::size_t>(after - starts_.begin()) - 1;
  return before_[i] + std::min(unix_seconds - starts_[i], lengths_[i]);
}

}  // namespace measured::rules
