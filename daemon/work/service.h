#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include "daemon/task_group.h"
#include "daemon/work/jobs.h"
#include "daemon/work/parts.h"
#include "daemon/work/scheduler.h"
#include "daemon/workers.h"

namespace measured::daemon {

// What the service works with; all of it outlives the service.
struct ServiceParts : WorkParts {
  std::function<void()> messages_stored;  // on the keeper: the outbox has something new
  // Fetches what another system keeps of the rules, and takes those that hold it: the roster, or
  // the targets of the measure that it is given. Gives what went wrong, or "".
  std::function<asio::awaitable<std::string>(std::string measure)> refresh;
  Retention retention = {};
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

  // For probes: pulls whose last run its source failed, by the name of the job. A source can answer
  // one and fail another.
  struct FailingPull {
    std::string source;
    std::string measures;  // for a person: at most a few of them
    std::string reason;
  };
  const std::map<std::string, FailingPull>& failing_pulls() const { return failing_pulls_; }

  // For probes: why the store's last write failed; empty when it did not.
  const std::string& store_problem() const { return store_problem_; }
  std::size_t running() const { return tasks_.size(); }

 private:
  // How one slot ended.
  struct Ending {
    std::string outcome = "done";
    std::string detail;
    bool store_failed = false;  // nothing of it happened, and it can be done again
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
  asio::awaitable<bool> claim(Run& run);
  asio::awaitable<Ending> run_until_stored(Run& run);
  asio::awaitable<bool> store_takes_writes();
  asio::awaitable<Ending> pull(Run run);
  asio::awaitable<Ending> pull_once(Run run);
  asio::awaitable<Ending> pull_step(PullStep step, WorkJob job);
  asio::awaitable<Ending> digest(Run run);
  asio::awaitable<void> wait_for_data(Run run);
  struct CaseAnswers;
  asio::awaitable<void> ask_for_cases(std::vector<CaseQuestion> questions,
                                      std::shared_ptr<CaseAnswers> to);
  asio::awaitable<std::vector<rules::CasesBehind>> read_cases(Run run);
  asio::awaitable<Ending> refresh(std::string measure);
  asio::awaitable<Ending> upkeep();
  void spawn(asio::awaitable<void> work) { tasks_.spawn(std::move(work)); }
  void note_running();
  void fire(const Firing& firing);
  void note_missed(const Missed& missed);
  asio::awaitable<void> record_missed(SlotRow slot);
  asio::awaitable<void> finish(SlotRow slot, Instant until);
  void finish_abandoned(const std::vector<SlotRow>& abandoned);
  bool knows(const std::string& job) const;
  void start_ticking();
  void note_store(const std::string& problem);
  void note_skipped(const WorkJob& job, const std::string& source, const std::string& notes);
  void record_ending(const Run& run, const Ending& ending, Instant started);
  Instant now() const { return std::chrono::floor<std::chrono::seconds>(parts_.clock.now()); }

  // Runs `work` on the keeper, where the engine lives.
  template <class Work>
  asio::awaitable<std::invoke_result_t<Work&>> keep(Work work);

  ServiceParts parts_;
  Scheduler scheduler_;
  std::shared_ptr<const rules::RuleSet> rules_;
  std::vector<WorkJob> jobs_;  // in the scheduler's order, which is that of their names
  std::shared_ptr<asio::cancellation_signal> ticking_;
  std::map<std::string, FailingPull> failing_pulls_;
  // What the log has said of a job already, by its name.
  std::map<std::string, std::string> said_trouble_;
  std::map<std::string, std::string> said_skipped_;
  // Keys of groups whose pull has begun, or is to begin. Slots that are cut off by the end of the
  // loop, after us, still take theirs out.
  std::shared_ptr<std::multiset<std::string>> pulling_ =
      std::make_shared<std::multiset<std::string>>();
  std::string store_problem_;
  std::function<void()> ended_;
  bool stopping_ = false;
  TaskGroup tasks_;
};

template <class Work>
asio::awaitable<std::invoke_result_t<Work&>> Service::keep(Work work) {
  auto call = [work = std::move(work)](std::stop_token) mutable { return work(); };
  return on_worker(parts_.keeper, std::move(call));
}

}  // namespace measured::daemon
