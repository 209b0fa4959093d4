#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/clock.h"
#include "rules/model/schedule_spec.h"
#include "rules/time/schedule.h"

namespace measured::daemon {

// Something to be done again and again: a pull, an evaluation, a digest.
struct Job {
  std::string name;  // unique; its hash spreads jobs over `splay`
  rules::Schedule schedule;
  rules::CatchUp catch_up;
  std::chrono::milliseconds splay{0};
  rules::Overlap overlap = rules::Overlap::skip;
  std::chrono::seconds timeout{600};  // for whoever runs it; the scheduler does not look at it
  bool paused = false;
};

// A run that is to start now. `nominal`, the time on the schedule, names it in the store and
// chooses its bucket; when it really starts, after splay or downtime, does not matter.
struct Firing {
  std::uint32_t job = 0;  // for Scheduler::job; holds until the next set_jobs
  rules::Instant nominal;
  bool late = false;  // started more than the policy's grace after its time

  friend bool operator==(const Firing&, const Firing&) = default;
};

// Occurrences that will not run, and why. Each is counted exactly once.
struct Missed {
  enum class Reason {
    too_late,    // passed while nothing ran, and the catch-up policy leaves them out
    overlap,     // the run before was still active (overlap: skip)
    superseded,  // waited for the run before until a newer one came (overlap: queue_one)
  };
  std::uint32_t job = 0;
  Reason reason = Reason::too_late;
  std::int64_t count = 0;
  rules::Instant newest;

  friend bool operator==(const Missed&, const Missed&) = default;
};

struct Due {
  std::vector<Firing> run;
  std::vector<Missed> missed;
  bool clock_corrected = false;  // the clock went back so far that schedules start again from now
};

// Decides what runs when. Pure: it has no clock, and the time it is given may jump. The daemon
// drives it with the real clock and `measured replay` with a virtual one.
class Scheduler {
 public:
  using LastDone = std::function<std::optional<rules::Instant>(const Job&)>;

  // Replaces all jobs. A job that stays, by name and schedule, keeps its watermark and its active
  // run. Any other asks `last_done` for the newest occurrence that was handled before; without one,
  // or when it was paused until now, it starts at `now`. What passed since then is caught up by the
  // next take_due. Returns whether a watermark lay so far ahead of `now` that it was dropped.
  bool set_jobs(std::vector<Job> jobs, const LastDone& last_done, TimePoint now);

  // When take_due will next have something; none when no job will ever run again.
  std::optional<TimePoint> next_wake() const;

  // Everything due at `now`, in order of its due time and then of its name.
  Due take_due(TimePoint now);

  // An active run of this job has ended, however it ended. Gives the run that waited for that,
  // which is to start now. A name that is not known (any more) is not an error.
  std::optional<Firing> finished(std::string_view name);

  std::size_t size() const { return entries_.size(); }
  const Job& job(std::uint32_t index) const { return entries_[index].job; }

  // The watermark: the newest occurrence that ran, waits or was counted as missed. Keep it with the
  // record of the run.
  rules::Instant last_done(std::uint32_t index) const { return entries_[index].last_done; }

 private:
  // Runs that wait for the active one.
  struct Waiting {
    std::vector<rules::Instant> backlog;   // what is caught up one by one, newest first
    std::optional<rules::Instant> queued;  // the newest that came due meanwhile
  };
  struct Entry {
    Job job;
    rules::Instant last_done;
    rules::Instant nominal;  // the occurrence that the heap holds the due time of
    std::uint32_t active = 0;
    std::unique_ptr<Waiting> waiting;
  };
  struct Wake {
    TimePoint due;
    std::uint32_t entry;
  };

  Entry* find(std::string_view name);
  void rebuild();
  void push_next(std::uint32_t index);
  void take(const Wake& wake, TimePoint now, Due& due);
  void start(std::uint32_t index, const std::vector<rules::Instant>& runs, TimePoint now, Due& due);
  bool correct(TimePoint now);

  std::vector<Entry> entries_;  // sorted by name
  std::vector<Wake> heap_;      // the earliest on top; one for each job that will run again
  TimePoint latest_now_ = TimePoint::min();
};

}  // namespace measured::daemon
