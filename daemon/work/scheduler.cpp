// One binary heap of 16-byte entries. A timing wheel would save nothing that can be measured here
// (a heap of a million entries costs under a microsecond a firing), and a timer object for each job
// would cost many times the memory.
//
// Every job has a watermark, the nominal time of the newest occurrence handled. Late wake-ups,
// suspend, downtime and a clock set forward are one case: several occurrences lie between the
// watermark and now, and the catch-up policy says which of them run. When the clock goes back the
// watermark lies ahead: up to three hours nothing runs until the clock has come back to it, so
// nothing runs twice; beyond that the earlier time was wrong and the watermark is drawn back.

#include "daemon/work/scheduler.h"

#include <algorithm>

namespace measured::daemon {
namespace {

using rules::Instant;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::chrono::hours back_max{3};

// For std::push_heap, which keeps the greatest on top.
constexpr auto later = [](const auto& a, const auto& b) {
  return a.due != b.due ? a.due > b.due : a.entry > b.entry;
};

Instant whole(TimePoint t) {
  return std::chrono::floor<seconds>(t);
}

// How long after `nominal` the job really starts; always before the occurrence that follows.
milliseconds offset_of(const Job& job, Instant nominal) {
  if (job.splay <= milliseconds{0}) {
    return milliseconds{0};
  }
  const std::optional<Instant> following = job.schedule.next(nominal);
  return rules::splay_offset(job.name, job.splay,
                             following ? milliseconds{*following - nominal} : milliseconds::max());
}

bool is_late(const Job& job, Instant nominal, TimePoint now) {
  return now - nominal > job.catch_up.grace + job.splay;
}

// Drawn back when it lies too far ahead of `now`.
bool correct_watermark(Instant& last_done, TimePoint now) {
  if (last_done - now <= back_max) {
    return false;
  }
  last_done = whole(now);
  return true;
}

}  // namespace

bool Scheduler::set_jobs(std::vector<Job> jobs, const LastDone& last_done, TimePoint now) {
  std::sort(jobs.begin(), jobs.end(), [](const Job& a, const Job& b) { return a.name < b.name; });
  bool corrected = false;
  std::vector<Entry> entries;
  entries.reserve(jobs.size());
  for (Job& job : jobs) {
    Entry entry{std::move(job), whole(now), {}, 0, nullptr};
    Entry* old = find(entry.job.name);
    const bool same = old != nullptr && same_expression(old->job.schedule, entry.job.schedule);
    if (old != nullptr) {
      // Also under another schedule the active run is the same job's and must not be overlapped.
      entry.active = old->active;
      entry.waiting = std::move(old->waiting);
    }
    if (same && !old->job.paused) {
      entry.last_done = old->last_done;
    } else if (old == nullptr) {
      entry.last_done = last_done(entry.job).value_or(entry.last_done);
      corrected |= correct_watermark(entry.last_done, now);
    }
    entries.push_back(std::move(entry));
  }
  entries_ = std::move(entries);
  latest_now_ = std::max(latest_now_, now);
  rebuild();
  return corrected;
}

std::optional<TimePoint> Scheduler::next_wake() const {
  return heap_.empty() ? std::nullopt : std::optional(heap_.front().due);
}

Due Scheduler::take_due(TimePoint now) {
  Due due;
  due.clock_corrected = correct(now);
  while (!heap_.empty() && heap_.front().due <= now) {
    std::pop_heap(heap_.begin(), heap_.end(), later);
    const Wake wake = heap_.back();
    heap_.pop_back();
    take(wake, now, due);
    push_next(wake.entry);
  }
  return due;
}

std::optional<Firing> Scheduler::finished(std::string_view name) {
  Entry* entry = find(name);
  if (entry == nullptr || entry->active == 0) {
    return std::nullopt;
  }
  --entry->active;
  if (!entry->waiting || entry->active > 0) {
    return std::nullopt;
  }
  Waiting& waiting = *entry->waiting;
  Firing firing{static_cast<std::uint32_t>(entry - entries_.data()), {}, true};
  if (!waiting.backlog.empty()) {
    firing.nominal = waiting.backlog.back();
    waiting.backlog.pop_back();
  } else {
    firing.nominal = *waiting.queued;
    firing.late = false;
    waiting.queued.reset();
  }
  if (waiting.backlog.empty() && !waiting.queued) {
    entry->waiting.reset();
  }
  ++entry->active;
  return firing;
}

Scheduler::Entry* Scheduler::find(std::string_view name) {
  const auto found = std::lower_bound(
      entries_.begin(), entries_.end(), name,
      [](const Entry& entry, std::string_view key) { return entry.job.name < key; });
  return found == entries_.end() || found->job.name != name ? nullptr : &*found;
}

void Scheduler::rebuild() {
  heap_.clear();
  heap_.reserve(entries_.size());
  for (std::uint32_t index = 0; index < entries_.size(); ++index) {
    push_next(index);
  }
}

void Scheduler::push_next(std::uint32_t index) {
  Entry& entry = entries_[index];
  const std::optional<Instant> nominal =
      entry.job.paused ? std::nullopt : entry.job.schedule.next(entry.last_done);
  if (!nominal) {
    return;
  }
  entry.nominal = *nominal;
  heap_.push_back({*nominal + offset_of(entry.job, *nominal), index});
  std::push_heap(heap_.begin(), heap_.end(), later);
}

// Handles what came due of one job: nearly always the one occurrence that the heap held.
void Scheduler::take(const Wake& wake, TimePoint now, Due& due) {
  const std::uint32_t index = wake.entry;
  Entry& entry = entries_[index];
  const milliseconds offset = wake.due - entry.nominal;
  const rules::DueRuns runs =
      rules::due_runs(entry.job.schedule, entry.last_done, whole(now - offset), entry.job.catch_up);
  entry.last_done = runs.newest;
  if (runs.newest_dropped) {
    due.missed.push_back({index, Missed::Reason::too_late, runs.dropped, *runs.newest_dropped});
  }
  if (!runs.run.empty()) {
    start(index, runs.run, now, due);
  }
}

void Scheduler::start(std::uint32_t index, const std::vector<Instant>& runs, TimePoint now,
                      Due& due) {
  Entry& entry = entries_[index];
  if (entry.job.overlap == rules::Overlap::allow) {
    for (const Instant nominal : runs) {
      due.run.push_back({index, nominal, is_late(entry.job, nominal, now)});
    }
    entry.active += static_cast<std::uint32_t>(runs.size());
    return;
  }
  if (entry.active == 0) {
    due.run.push_back({index, runs.front(), is_late(entry.job, runs.front(), now)});
    entry.active = 1;
    if (runs.size() > 1) {
      // Several are caught up one by one, which is what the policy asked for.
      entry.waiting = std::make_unique<Waiting>();
      entry.waiting->backlog.assign(runs.rbegin(), runs.rend() - 1);
    }
    return;
  }
  const auto count = static_cast<std::int64_t>(runs.size());
  if (entry.job.overlap == rules::Overlap::skip) {
    due.missed.push_back({index, Missed::Reason::overlap, count, runs.back()});
    return;
  }
  if (!entry.waiting) {
    entry.waiting = std::make_unique<Waiting>();
  }
  std::optional<Instant>& queued = entry.waiting->queued;
  const std::int64_t superseded = count - 1 + (queued ? 1 : 0);
  if (superseded > 0) {
    due.missed.push_back({index, Missed::Reason::superseded, superseded,
                          count > 1 ? runs[runs.size() - 2] : *queued});
  }
  queued = runs.back();
}

bool Scheduler::correct(TimePoint now) {
  // No watermark lies ahead of the latest time that was seen, so one look is enough.
  const bool back = latest_now_ != TimePoint::min() && latest_now_ - now > back_max;
  if (!back) {
    latest_now_ = std::max(latest_now_, now);
    return false;
  }
  latest_now_ = now;
  bool corrected = false;
  for (Entry& entry : entries_) {
    corrected |= correct_watermark(entry.last_done, now);
  }
  if (corrected) {
    rebuild();
  }
  return corrected;
}

}  // namespace measured::daemon
