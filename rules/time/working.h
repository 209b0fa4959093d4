#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/time/calendar.h"
#include "rules/time/instant.h"

// Time in which a calendar is open, in real seconds: a night shift has seven hours when the clocks
// go forward and nine when they go back. Wall-clock bounds become instants by Zone::resolve; a
// range whose end then is not after its start vanishes, and ranges that overlap count once.
namespace measured::rules {

// What is open of `span` and a little around it, ascending and disjoint.
std::vector<Interval> open_intervals(const Calendar& calendar, const Interval& span);

// Of [from, to); negative where `to` is before `from`.
std::chrono::seconds working_time(const Calendar& calendar, Instant from, Instant to);

// The earliest instant from `from` on at which so much working time has passed; `from` itself for
// none. Nothing where the calendar does not open so long within fifty years.
std::optional<Instant> due(const Calendar& calendar, Instant from, std::chrono::seconds working);

// The end of the last range of the n-th working day after the local date of `from`; for 0 of that
// date, or where it is none of the next working day. Nothing as above.
std::optional<Instant> due_business_days(const Calendar& calendar, Instant from, int days);

// The working time of a span looked at once, for many questions.
class WorkingClock {
 public:
  WorkingClock(const Calendar& calendar, const Interval& span);

  // Working seconds from the start of the span to the given Unix second, which may have a fraction;
  // nothing outside of the span.
  std::optional<double> until(double unix_seconds) const;

  // For a source that has to work it out itself: where each open interval starts, how long it is
  // and how much working time lies before it. The first one starts with the span and is empty.
  const std::vector<double>& starts() const { return starts_; }
  const std::vector<double>& lengths() const { return lengths_; }
  const std::vector<double>& before() const { return before_; }
  double last() const { return last_; }  // the end of the span

 private:
  std::vector<double> starts_;
  std::vector<double> lengths_;
  std::vector<double> before_;
  double last_ = 0;
};

// A calendar as one line that tells any two apart: "office|America/New_York|mon 09:00-17:00|…".
std::string to_text(const Calendar& calendar);
// None for anything that to_text does not write.
std::optional<Calendar> parse_calendar(std::string_view text);

}  // namespace measured::rules
