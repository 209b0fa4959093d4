#include <algorithm>

#include "rules/hash.h"
#include "rules/time/schedule.h"

namespace measured::rules {
namespace {

// The last `runs_max` occurrences in (after, until], oldest first. It looks back in growing steps,
// so that a schedule of every minute does not walk through a week of downtime to find its last run.
std::vector<Instant> last_occurrences(const Schedule& schedule, Instant after, Instant until,
                                      std::size_t runs_max) {
  for (std::chrono::seconds reach{60};; reach *= 4) {
    const bool whole = reach >= until - after;
    std::vector<Instant> found;
    for (auto t = schedule.next(whole ? after : until - reach); t && *t <= until;
         t = schedule.next(*t)) {
      found.push_back(*t);
    }
    if (whole || found.size() >= runs_max) {
      found.erase(found.begin(),
                  found.end() - static_cast<std::ptrdiff_t>(std::min(runs_max, found.size())));
      return found;
    }
  }
}

}  // namespace

DueRuns due_runs(const Schedule& schedule, Instant last_done, Instant now,
                 const CatchUp& catch_up) {
  DueRuns due{{}, 0, last_done, std::nullopt};
  const std::optional<Instant> first = schedule.next(last_done);
  if (!first || *first > now) {
    return due;
  }
  const std::chrono::seconds late_max =
      catch_up.policy == CatchUp::Policy::none ? catch_up.grace : catch_up.window;
  const bool all = catch_up.policy == CatchUp::Policy::all;
  const auto runs_max = static_cast<std::size_t>(all ? std::max(catch_up.runs_max, 0) : 1);

  const std::optional<Instant> second = schedule.next(*first);
  if (!second || *second > now) {
    // The usual case: one occurrence, just now.
    due.newest = *first;
    if (now - *first <= late_max && runs_max > 0) {
      due.run.push_back(*first);
    }
    if (due.run.empty()) {
      due.dropped = 1;
      due.newest_dropped = *first;
    }
    return due;
  }
  due.newest = last_occurrences(schedule, last_done, now, 1).back();
  // An occurrence that is exactly `late_max` late still runs.
  const bool reaches_all = late_max >= now - last_done;
  const Instant too_late = reaches_all ? last_done : now - late_max - std::chrono::seconds{1};
  if (too_late < due.newest) {
    due.run = last_occurrences(schedule, too_late, now, runs_max);
  }
  due.dropped = schedule.count(last_done, now) - static_cast<std::int64_t>(due.run.size());
  if (due.dropped > 0) {
    const Instant until = due.run.empty() ? due.newest : due.run.front() - std::chrono::seconds{1};
    due.newest_dropped = last_occurrences(schedule, last_done, until, 1).back();
  }
  return due;
}

std::chrono::milliseconds splay_offset(std::string_view name, std::chrono::milliseconds splay,
                                       std::chrono::milliseconds gap) {
  const std::chrono::milliseconds width =
      std::max(std::min(splay, gap), std::chrono::milliseconds{0});
  std::uint64_t spread = 0;
  const Sha256 hash = sha256(name);
  for (std::size_t i = 0; i < sizeof spread; ++i) {
    spread = spread << 8 | hash[i];
  }
  // floor(spread * width / 2^64), the high half of the product of two 64-bit numbers.
  __extension__ using Wide = unsigned __int128;
  const Wide product = Wide{spread} * static_cast<std::uint64_t>(width.count());
  return std::chrono::milliseconds{static_cast<std::int64_t>(product >> 64)};
}

}  // namespace measured::rules
