// The work of each kind of job. Whatever touches the engine or the store runs on the keeper;
// whatever a source may keep waiting runs on that source's own threads; the loop only waits.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "daemon/work/service.h"

namespace measured::daemon {
namespace {

constexpr std::int64_t prune_rows_max = 1000;  // of each kind, in one transaction
constexpr int prune_batches_max = 200;
constexpr int pulls_max = 3;  // of one slot, when other rules come into force meanwhile

// The measures of a group for a person: a group's key says nothing to her.
std::string names_of(const connectors::ScanGroup& group) {
  constexpr std::size_t shown = 3;
  std::string names;
  for (std::size_t i = 0; i < std::min(group.measures.size(), shown); ++i) {
    names += (i == 0 ? "" : ", ") + group.measures[i]->id;
  }
  return group.measures.size() > shown
             ? fmt::format("{} and {} more", names, group.measures.size() - shown)
             : names;
}

}  // namespace

asio::awaitable<Service::Ending> Service::pull_step(PullStep step, WorkJob job) {
  const std::string source = step.group.measures.front()->source;
  const auto pool = parts_.sources.find(source);
  if (pool == parts_.sources.end()) {
    const std::string reason = "source '" + source + "' is not connected: restart to connect it";
    failing_pulls_[job.job.name] = {source, names_of(step.group), reason};
    co_return Ending{"failed", reason};
  }
  const Instant started = now();
  const TimePoint began = parts_.clock.now();
  rules::Result<connectors::ScanResult> scanned =
      co_await pool->second->scan(step.scan, job.job.timeout);
  const Instant ended = now();
  const std::chrono::duration<double> took = parts_.clock.now() - began;
  parts_.metrics.scan_duration.with({source})->observe(took.count());
  parts_.metrics.scans.with({source, scanned ? "done" : "failed"})->add();

  auto take = [this, &step, &scanned, started, ended]() -> rules::Result<Engine::Taken> {
    if (!parts_.engine.is_current(step)) {
      return rules::give_up("");
    }
    return parts_.engine.take(step, scanned, started, ended);
  };
  const rules::Result<Engine::Taken> taken = co_await keep(take);
  if (!taken && taken.error().message.empty()) {
    co_return Ending{"superseded", "the rules were read again meanwhile"};
  }
  note_store(taken ? "" : taken.error().message);
  if (!taken) {
    co_return Ending{"failed", taken.error().message, true};
  }
  if (!scanned) {
    failing_pulls_[job.job.name] = {source, names_of(step.group), scanned.error().message};
    co_return Ending{"source_error", scanned.error().message};
  }
  failing_pulls_.erase(job.job.name);
  parts_.metrics.source_last_success_timestamp.with({source})->set(
      static_cast<double>(ended.time_since_epoch().count()));
  parts_.metrics.buckets_changed.with({source})->add(
      static_cast<std::uint64_t>(taken->buckets_changed));
  parts_.metrics.buckets_revised.with({source})->add(static_cast<std::uint64_t>(taken->revisions));
  parts_.metrics.scan_rows_skipped.with({source})->add(
      static_cast<std::uint64_t>(scanned->rows_skipped));
  note_skipped(job, source, fmt::format("{}", fmt::join(scanned->notes, "; ")));
  co_return Ending{"done", fmt::format("{} buckets changed", taken->buckets_changed)};
}

// The same rows are skipped at every pull: said when it is something else than the last time.
void Service::note_skipped(const WorkJob& job, const std::string& source,
                           const std::string& notes) {
  std::string& said = said_skipped_[job.job.name];
  if (!notes.empty() && notes != said) {
    parts_.log.warning("rows_skipped", {{"source", source}, {"note", notes}});
  }
  said = notes;
}

// Other rules may come into force while a source answers, and the answer is then to another
// question: it is asked again.
asio::awaitable<Service::Ending> Service::pull(Run run) {
  Ending ending;
  for (int asked = 0; asked < pulls_max; ++asked) {
    ending = co_await pull_once(run);
    if (ending.outcome != "superseded") {
      break;
    }
  }
  co_return ending;
}

asio::awaitable<Service::Ending> Service::pull_once(Run run) {
  const Instant asked = now();
  const std::string key = run.job.subject;
  auto plan = [this, key, asked] {
    const connectors::ScanGroup* group = parts_.engine.group(key);
    return group == nullptr ? std::vector<PullStep>() : parts_.engine.pull_steps(*group, asked);
  };
  const std::vector<PullStep> steps = co_await keep(plan);
  Ending ending{"superseded", "the rules no longer ask for it"};
  const std::string names = steps.empty() ? "" : names_of(steps.front().group);
  std::vector<std::string> measures;
  for (const PullStep& step : steps) {
    ending = co_await pull_step(step, run.job);
    for (const connectors::ScanMeasure& measure : step.scan.measures) {
      measures.push_back(measure.id);
    }
    if (ending.outcome != "done") {
      break;
    }
  }
  if (measures.empty() || ending.outcome == "superseded") {
    co_return ending;
  }
  // After a failed scan too: the data may have become stale by it.
  const Instant as_of = now();
  auto judge = [this, &measures, as_of, &steps]() -> rules::Result<Engine::RoundReport> {
    if (!parts_.engine.is_current(steps.front())) {
      return rules::give_up("");
    }
    auto judged = parts_.engine.judge(measures, as_of);
    if (judged && judged->messages > 0) {
      parts_.messages_stored();
    }
    return judged;
  };
  const rules::Result<Engine::RoundReport> judged = co_await keep(judge);
  if (!judged && judged.error().message.empty()) {
    co_return Ending{"superseded", "the rules were read again meanwhile"};
  }
  note_store(judged ? "" : judged.error().message);
  if (!judged) {
    co_return Ending{"failed", judged.error().message, true};
  }
  ending.detail = names + ": " + ending.detail;
  if (ending.outcome == "done") {
    ending.detail +=
        fmt::format(", {} standings, {} events", judged->standings_changed, judged->events);
  }
  co_return ending;
}

asio::awaitable<Service::Ending> Service::refresh(std::string measure) {
  const std::string problem = co_await parts_.refresh(std::move(measure));
  co_return problem.empty() ? Ending{} : Ending{"source_error", problem};
}

// In small transactions, so that what else the keeper has to do comes between them, and so many at
// most: what is left is for tomorrow.
asio::awaitable<Service::Ending> Service::upkeep() {
  const Instant at = now();
  Pruned all;
  bool more = true;
  for (int batch = 0; batch < prune_batches_max && more; ++batch) {
    auto prune = [this, at] { return parts_.store.prune(parts_.retention, at, prune_rows_max); };
    const rules::Result<Pruned> removed = co_await keep(std::move(prune));
    note_store(removed ? "" : removed.error().message);
    if (!removed) {
      co_return Ending{"failed", removed.error().message, true};
    }
    all.messages += removed->messages;
    all.slots += removed->slots;
    all.scans += removed->scans;
    all.events += removed->events;
    all.digests += removed->digests;
    more = std::max({removed->messages, removed->slots, removed->scans, removed->events,
                     removed->digests}) == prune_rows_max;
  }
  co_return Ending{"done",
                   fmt::format("removed {} delivered messages, {} slots, {} scans, {} events, {} "
                               "digests told{}",
                               all.messages, all.slots, all.scans, all.events, all.digests,
                               more ? "; more is left for the next run" : "")};
}

}  // namespace measured::daemon
