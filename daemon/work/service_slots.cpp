// One slot from its claim to its record. While the store refuses, as on a full disk, everything
// waits for it and nothing is forgotten: the claim, the work, the record.
#include <algorithm>
#include <utility>

#include "daemon/work/service.h"

namespace measured::daemon {
namespace {

constexpr std::chrono::seconds store_retry{15};
constexpr std::chrono::seconds store_retry_max{std::chrono::minutes{10}};
constexpr std::string_view probe_fact = "store_probe";

// How long a slot that the store could not take is tried again.
Instant retry_until(const Job& job, Instant nominal) {
  return nominal + (job.catch_up.policy == rules::CatchUp::Policy::none ? job.catch_up.grace
                                                                        : job.catch_up.window);
}

// The same for its work. The next slot of a pull asks for all that this one did.
Instant again_until(const WorkJob& job, Instant nominal) {
  const Instant until = retry_until(job.job, nominal);
  const std::optional<Instant> next =
      job.kind == JobKind::pull ? job.job.schedule.next(nominal) : std::nullopt;
  return next ? std::min(*next, until) : until;
}

// Names the group that is being pulled, for as long as it is.
class Pulling {
 public:
  Pulling(std::shared_ptr<std::multiset<std::string>> keys, const std::string& key)
      : keys_(std::move(keys)), place_(keys_->insert(key)) {}
  ~Pulling() { keys_->erase(place_); }
  Pulling(const Pulling&) = delete;
  Pulling& operator=(const Pulling&) = delete;

 private:
  std::shared_ptr<std::multiset<std::string>> keys_;
  std::multiset<std::string>::iterator place_;
};

}  // namespace

// True when the slot is ours to run. While the store takes nothing, as on a full disk, the slot
// waits for it for as long as it would be caught up.
asio::awaitable<bool> Service::claim(Run& run) {
  for (;;) {
    SlotRow slot{run.job.job.name, run.nominal, now(), std::nullopt, "running", ""};
    auto claim = [this, slot] { return parts_.store.claim_slot(slot); };
    const rules::Result<bool> claimed = co_await keep(std::move(claim));
    note_store(claimed ? "" : claimed.error().message);
    if (claimed) {
      co_return *claimed;
    }
    if (now() + store_retry > retry_until(run.job.job, run.nominal)) {
      parts_.log.error(
          "slot_not_claimed",
          {{"job", run.job.job.name}, {"slot", run.nominal}, {"reason", claimed.error().message}});
      co_return false;
    }
    run.late = true;
    co_await parts_.clock.sleep_until(parts_.clock.now() + store_retry);
  }
}

// Does the work, and does it again while the store refuses what came of it.
asio::awaitable<Service::Ending> Service::run_until_stored(Run& run) {
  Ending ending = co_await run_job(run);
  const Instant until = again_until(run.job, run.nominal);
  std::chrono::seconds wait = store_retry;
  while (ending.store_failed && now() + wait <= until) {
    co_await parts_.clock.sleep_until(parts_.clock.now() + wait);
    if (run.job.kind == JobKind::pull) {
      const bool takes = co_await store_takes_writes();
      if (!takes) {
        continue;
      }
      // It takes some writes and not ours: the source is asked less and less often.
      wait = std::min(wait * 2, store_retry_max);
    }
    run.late = run.late || now() > run.nominal + run.job.job.catch_up.grace;
    ending = co_await run_job(run);
  }
  co_return ending;
}

// A source is not asked again for what could not be stored anyway.
asio::awaitable<bool> Service::store_takes_writes() {
  auto write = [this, at = rules::to_text(now())] { return parts_.store.set_fact(probe_fact, at); };
  const rules::Result<void> written = co_await keep(std::move(write));
  note_store(written ? "" : written.error().message);
  co_return written.has_value();
}

// Records how a slot ended; while the store refuses, again and again. The job itself goes on. What
// ended as the daemon stops is recorded once more at most.
asio::awaitable<void> Service::finish(SlotRow slot, Instant until) {
  for (bool said = false;;) {
    auto record = [this, slot] { return parts_.store.finish_slot(slot); };
    const rules::Result<void> recorded = co_await keep(std::move(record));
    note_store(recorded ? "" : recorded.error().message);
    if (recorded || stopping_) {
      co_return;
    }
    if (!std::exchange(said, true)) {
      parts_.log.error("slot_not_recorded",
                       {{"job", slot.job}, {"reason", recorded.error().message}});
    }
    if (now() + store_retry > until) {
      co_return;  // it stays `running`, and is looked at again at the next start
    }
    co_await parts_.clock.sleep_until(parts_.clock.now() + store_retry);
  }
}

asio::awaitable<void> Service::run_slot(Run run) {
  std::optional<Pulling> pulling;
  if (run.job.kind == JobKind::pull) {
    pulling.emplace(pulling_, run.job.subject);
  }
  if (run.job.kind == JobKind::digest) {
    co_await wait_for_data(run);
  }
  if (!run.again) {
    const bool ours = co_await claim(run);
    if (!ours) {
      scheduler_.finished(run.job.job.name);
      co_return;
    }
  }
  const Instant started = now();
  Ending ending = co_await run_until_stored(run);
  if (ending.outcome == "done" && run.late) {
    ending.outcome = "done_late";
  }
  SlotRow slot{run.job.job.name, run.nominal, started, now(), ending.outcome, ending.detail};
  spawn(finish(std::move(slot), retry_until(run.job.job, run.nominal)));
  record_ending(run, ending, started);
  if (const auto waited = scheduler_.finished(run.job.job.name); waited && !stopping_) {
    fire(*waited);
  }
}

void Service::record_ending(const Run& run, const Ending& ending, Instant started) {
  const std::string_view kind = to_text(run.job.kind);
  parts_.metrics.slots.with({kind, ending.outcome})->add();
  parts_.metrics.slot_lateness.with({kind})->observe(
      static_cast<double>((started - run.nominal).count()));
  const auto took = std::chrono::milliseconds(now() - started);
  const bool good = ending.outcome == "done" || ending.outcome == "done_late";
  const std::initializer_list<Field> fields = {{"job", run.job.job.name},
                                               {"slot", run.nominal},
                                               {"outcome", ending.outcome},
                                               {"took", took},
                                               {"detail", ending.detail}};
  if (good) {
    said_trouble_.erase(run.job.job.name);
    parts_.log.info("slot_ended", fields);
    return;
  }
  // The same trouble at every slot is said once; the metrics count each.
  std::string trouble = ending.outcome + ": " + ending.detail;
  std::string& said = said_trouble_[run.job.job.name];
  if (said != trouble) {
    parts_.log.warning("slot_ended", fields);
    said = std::move(trouble);
  }
}

}  // namespace measured::daemon
