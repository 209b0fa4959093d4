#pragma once

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/metrics_set.h"
#include "daemon/store/store.h"
#include "daemon/work/engine.h"
#include "daemon/work/jobs.h"
#include "daemon/work/scheduler.h"
#include "daemon/work/source_pool.h"
#include "daemon/workers.h"

namespace measured::daemon {

// What the service works with; all of it outlives the service.
struct ServiceParts {
  asio::any_io_executor loop;
  // Where the engine and the store are used, and nowhere else: one thread of its own in the daemon,
  // the loop in a replay.
  asio::any_io_executor keeper;
  Engine& engine;
  Store& store;
  Clock& clock;
  Log& log;
  MetricsSet& metrics;
  std::map<std::string, std::unique_ptr<SourcePool>, std::less<>>& sources;
  std::function<void()> messages_stored;  // on the keeper: the outbox has something new
  // Fetches the roster's teams and takes the rules that hold them; gives what went wrong, or "".
  std::function<asio::awaitable<std::string>()> refresh_roster;
  std::chrono::seconds retention{std::chrono::days{90}};  // of delivered messages
};

// Runs every job of the rules on its schedule: claims the slot, does the work, records how it
// ended. On the loop's thread, but for what it hands to the keeper and to the sources.
class Service {
 public:
  explicit Service(ServiceParts parts);

  // Takes the jobs of `rules`, which the engine uses already; those that were there before keep
  // their place. What was never pulled is pulled at once, and what a killed process left undone is
  // done.
  void take(std::shared_ptr<const rules::RuleSet> rules);

  // Asks everything under way to end and starts nothing more. `ended` is called when nothing runs.
  void stop(std::function<void()> ended);

  // For probes: sources whose last pull failed, with the reason.
  const std::map<std::string, std::string>& failing_sources() const { return failing_sources_; }
  std::size_t running() const { return running_.size(); }

 private:
  // How one slot ended.
  struct Ending {
    std::string outcome = "done";
    std::string detail;
  };
  // A slot to run. `again`: it was claimed by a process that was killed; the work is done again,
  // which changes nothing that was done.
  struct Run {
    WorkJob job;
    Instant nominal{};
    bool late = false;
    bool again = false;
  };

  asio::awaitable<void> begin(std::shared_ptr<const rules::RuleSet> rules);
  asio::awaitable<void> tick();
  asio::awaitable<void> run_slot(Run run);
  asio::awaitable<Ending> run_job(Run run);
  asio::awaitable<Ending> pull(Run run);
  asio::awaitable<Ending> pull_step(PullStep step, std::chrono::seconds deadline);
  asio::awaitable<Ending> digest(Run run);
  asio::awaitable<void> wait_for_data(Run run);
  asio::awaitable<Ending> refresh_roster();
  asio::awaitable<Ending> upkeep();
  void spawn(asio::awaitable<void> work);
  void fire(const Firing& firing);
  void note_missed(const Missed& missed);
  asio::awaitable<void> record_missed(SlotRow slot);
  void record_ending(const Run& run, const Ending& ending, Instant started);
  Instant now() const { return std::chrono::floor<std::chrono::seconds>(parts_.clock.now()); }

  // Runs `work` on the keeper, where the engine lives.
  template <class Work>
  asio::awaitable<std::invoke_result_t<Work&>> keep(Work work);

  ServiceParts parts_;
  Scheduler scheduler_;
  std::shared_ptr<const rules::RuleSet> rules_;
  std::vector<WorkJob> jobs_;  // in the scheduler's order, which is that of their names
  std::list<std::shared_ptr<asio::cancellation_signal>> running_;
  std::shared_ptr<asio::cancellation_signal> ticking_;
  std::map<std::string, std::string> failing_sources_;
  std::function<void()> ended_;
  bool stopping_ = false;
};

template <class Work>
asio::awaitable<std::invoke_result_t<Work&>> Service::keep(Work work) {
  auto call = [work = std::move(work)](std::stop_token) mutable { return work(); };
  return on_worker(parts_.keeper, std::move(call));
}

}  // namespace measured::daemon
