// Both schedule grammars on any text: they must refuse or give a schedule that moves forward, and
// what they refuse must point into the text and say what to write.

#include <cstdlib>

#include "rules/time/schedule.h"

namespace {

using measured::rules::Instant;

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

void check(const tl::expected<measured::rules::Schedule, measured::rules::ScheduleError>& schedule,
           std::string_view text) {
  if (!schedule) {
    require(schedule.error().offset <= text.size());
    require(!schedule.error().kind.empty() && !schedule.error().message.empty() &&
            !schedule.error().help.empty());
    return;
  }
  // Across the spring change of New York, where times fold together.
  const Instant start{std::chrono::seconds{1741478400}};
  Instant t = start;
  std::int64_t steps = 0;
  for (; steps < 40; ++steps) {
    const auto next = schedule->next(t);
    if (!next) {
      break;
    }
    require(*next > t);
    t = *next;
  }
  require(schedule->count(start, t) == steps);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace measured::rules;
  static const Zone zone = Zone::load("America/New_York").value();
  static const Calendar calendar = [] {
    Calendar office;
    for (std::size_t day = 1; day <= 5; ++day) {
      office.hours[day] = {parse_hours("09:00-17:00").value()};
    }
    return office;
  }();
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  check(Schedule::cron(text, zone), text);
  check(Schedule::cron(text, zone, DayMatch::all), text);
  check(Schedule::phrase(text, zone), text);
  check(Schedule::phrase(text, zone, &calendar), text);
  return 0;
}
