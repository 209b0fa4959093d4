#include "daemon/work/service.h"

#include <algorithm>
#include <set>
#include <utility>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

namespace measured::daemon {
namespace {

// How long it is tried to record that a job is gone whose slot a killed process left.
constexpr std::chrono::hours gone_job_max{24};

// What the keeper knows when jobs are taken.
struct Begun {
  std::vector<connectors::ScanGroup> groups;
  std::set<std::string> never_pulled;  // keys of groups
  std::map<std::string, Instant> last_slots;
  std::vector<SlotRow> abandoned;
  std::string error;
};

// On the keeper. `abandon_at` is given at the first look after a start.
Begun look(const Engine& engine, Store& store, const rules::RuleSet& rules,
           std::optional<Instant> abandon_at) {
  Begun begun;
  begun.groups = engine.groups();
  for (const connectors::ScanGroup& group : begun.groups) {
    if (!engine.was_pulled(group)) {
      begun.never_pulled.insert(group.key);
    }
  }
  for (const WorkJob& job : jobs_of(rules, begun.groups)) {
    const auto last = store.last_slot(job.job.name);
    if (!last) {
      begun.error = last.error().message;
    } else if (*last) {
      begun.last_slots.emplace(job.job.name, **last);
    }
  }
  if (abandon_at) {
    auto abandoned = store.abandon_running(*abandon_at);
    if (abandoned) {
      begun.abandoned = std::move(*abandoned);
    } else {
      begun.error = abandoned.error().message;
    }
  }
  return begun;
}

}  // namespace

Service::Service(ServiceParts parts)
    : parts_(std::move(parts)), tasks_(parts_.loop, [this] { note_running(); }) {}

void Service::note_running() {
  parts_.metrics.slots_running.set(static_cast<double>(tasks_.size()));
  if (stopping_ && tasks_.empty() && ended_) {
    std::exchange(ended_, {})();
  }
}

void Service::take(std::shared_ptr<const rules::RuleSet> rules) {
  if (!stopping_) {
    spawn(begin(std::move(rules)));
  }
}

asio::awaitable<void> Service::begin(std::shared_ptr<const rules::RuleSet> rules) {
  const bool first = rules_ == nullptr;
  const Instant started = now();
  auto ask = [this, rules, first, started] {
    return look(parts_.engine, parts_.store, *rules, first ? std::optional(started) : std::nullopt);
  };
  const Begun begun = co_await keep(std::move(ask));
  if (!begun.error.empty()) {
    note_store(begun.error);
  }
  rules_ = std::move(rules);
  jobs_ = jobs_of(*rules_, begun.groups);
  std::vector<Job> jobs;
  for (const WorkJob& job : jobs_) {
    jobs.push_back(job.job);
  }
  const auto last_done = [&begun](const Job& job) -> std::optional<Instant> {
    const auto found = begun.last_slots.find(job.name);
    return found == begun.last_slots.end() ? std::nullopt : std::optional(found->second);
  };
  if (scheduler_.set_jobs(std::move(jobs), last_done, parts_.clock.now())) {
    parts_.log.warning("clock_corrected", {});
  }
  parts_.metrics.jobs.set(static_cast<double>(jobs_.size()));
  for (const WorkJob& job : jobs_) {
    const bool undone = std::any_of(begun.abandoned.begin(), begun.abandoned.end(),
                                    [&](const SlotRow& slot) { return slot.job == job.job.name; });
    if (job.kind == JobKind::pull && !undone && begun.never_pulled.contains(job.subject) &&
        !pulling_->contains(job.subject)) {
      spawn(run_slot({job, started, false, false}));
    }
    for (const SlotRow& slot : begun.abandoned) {
      if (slot.job == job.job.name) {
        spawn(run_slot({job, slot.nominal, true, true}));
      }
    }
  }
  finish_abandoned(begun.abandoned);
  std::erase_if(failing_pulls_, [this](const auto& one) { return !knows(one.first); });
  start_ticking();
}

bool Service::knows(const std::string& job) const {
  return std::any_of(jobs_.begin(), jobs_.end(),
                     [&](const WorkJob& one) { return one.job.name == job; });
}

void Service::finish_abandoned(const std::vector<SlotRow>& abandoned) {
  for (SlotRow slot : abandoned) {
    if (!knows(slot.job)) {
      slot.ended_at = now();
      slot.outcome = "failed";
      slot.detail = "the job is no longer in the rules";
      spawn(finish(std::move(slot), now() + gone_job_max));
    }
  }
}

void Service::start_ticking() {
  if (ticking_) {
    ticking_->emit(asio::cancellation_type::terminal);
  }
  ticking_ = std::make_shared<asio::cancellation_signal>();
  // The coroutine uses its signal until it has ended, which is after the next one took its place.
  auto ended = [signal = ticking_](std::exception_ptr error) {
    if (error && !is_cancelled(error)) {
      std::rethrow_exception(error);
    }
  };
  asio::co_spawn(parts_.loop, tick(), asio::bind_cancellation_slot(ticking_->slot(), ended));
}

asio::awaitable<void> Service::tick() {
  while (!stopping_) {
    const std::optional<TimePoint> wake = scheduler_.next_wake();
    if (!wake) {
      co_return;
    }
    co_await parts_.clock.sleep_until(*wake);
    const Due due = scheduler_.take_due(parts_.clock.now());
    if (due.clock_corrected) {
      parts_.log.warning("clock_corrected", {});
    }
    for (const Missed& missed : due.missed) {
      note_missed(missed);
    }
    for (const Firing& firing : due.run) {
      fire(firing);
    }
  }
}

void Service::fire(const Firing& firing) {
  spawn(run_slot({jobs_[firing.job], firing.nominal, firing.late, false}));
}

void Service::note_missed(const Missed& missed) {
  const WorkJob& job = jobs_[missed.job];
  const std::string_view reason = missed.reason == Missed::Reason::too_late  ? "too_late"
                                  : missed.reason == Missed::Reason::overlap ? "overlap"
                                                                             : "superseded";
  parts_.metrics.slots.with({to_text(job.kind), "skipped"})
      ->add(static_cast<std::uint64_t>(missed.count));
  parts_.log.warning("slots_skipped", {{"job", job.job.name},
                                       {"count", missed.count},
                                       {"newest", missed.newest},
                                       {"reason", reason}});
  SlotRow slot{job.job.name, missed.newest, now(),
               now(),        "skipped",     fmt::format("{} left out: {}", missed.count, reason)};
  spawn(record_missed(std::move(slot)));
}

asio::awaitable<void> Service::record_missed(SlotRow slot) {
  auto claim = [this, slot] { return parts_.store.claim_slot(slot); };
  const rules::Result<bool> claimed = co_await keep(std::move(claim));
  note_store(claimed ? "" : claimed.error().message);
}

void Service::note_store(const std::string& problem) {
  parts_.metrics.store_ok.set(problem.empty() ? 1 : 0);
  if (problem == store_problem_) {
    return;
  }
  if (problem.empty()) {
    parts_.log.info("store_works_again");
  } else {
    parts_.log.error("store_failed", {{"reason", problem}});
  }
  store_problem_ = problem;
}

asio::awaitable<Service::Ending> Service::run_job(Run run) {
  switch (run.job.kind) {
    case JobKind::pull: return pull(std::move(run));
    case JobKind::digest: return digest(std::move(run));
    case JobKind::roster:
    case JobKind::targets: return refresh(run.job.subject);
    case JobKind::upkeep: return upkeep();
  }
  return upkeep();
}

void Service::stop(std::function<void()> ended) {
  stopping_ = true;
  ended_ = std::move(ended);
  if (ticking_) {
    ticking_->emit(asio::cancellation_type::terminal);
  }
  tasks_.cancel();
  if (tasks_.empty() && ended_) {
    std::exchange(ended_, {})();
  }
}

}  // namespace measured::daemon
