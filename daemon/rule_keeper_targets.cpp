// Targets that other systems keep: as their sources have them now, else as they last had them, else
// none. What a source says of a target is no better than what a person writes: it is checked row by
// row, and its changes are in the ledger.
#include <set>

#include <boost/asio/use_awaitable.hpp>

#include "daemon/rule_keeper.h"
#include "daemon/work/roster.h"
#include "daemon/work/target_tables.h"
#include "daemon/workers.h"

namespace measured::daemon {

void RuleKeeper::note_targets(const std::string& measure, const std::string& problem) {
  std::string& known = target_problems_[measure];
  if (!problem.empty() && problem != known) {
    parts_.log.error("targets_failed", {{"measure", measure}, {"reason", problem}});
  }
  known = problem;
}

// The table as it is kept; an empty text when there is none.
asio::awaitable<std::string> RuleKeeper::kept_table(std::string measure) {
  if (const auto in_force = tables_.find(measure); in_force != tables_.end()) {
    co_return in_force->second;
  }
  auto recall = [this, measure](std::stop_token) {
    return parts_.store.fact(target_fact(measure)).value_or(std::nullopt).value_or("");
  };
  co_return co_await on_worker(parts_.keeper, std::move(recall));
}

asio::awaitable<void> RuleKeeper::keep_table(std::string measure, std::string json) {
  auto keep = [this, measure, json](std::stop_token) {
    return parts_.store.set_fact(target_fact(measure), json).has_value();
  };
  co_await on_worker(parts_.keeper, std::move(keep));
}

// What a source says of one measure's targets: taken if it is good, and kept for the next start.
asio::awaitable<std::string> RuleKeeper::take_table(std::shared_ptr<const rules::RuleSet> rules,
                                                    std::string id, Fetched table) {
  const rules::Measure& measure = *rules->measure(id);
  const auto read =
      table ? targets_of(*table, measure, *rules)
            : rules::Result<std::vector<rules::DatedTarget>>(tl::unexpected(table.error()));
  note_targets(id, read ? "" : read.error().message);
  if (!read) {
    co_return std::string();
  }
  std::string json = to_json(*table);
  co_await keep_table(id, json);
  co_return json;
}

asio::awaitable<RuleKeeper::Whole> RuleKeeper::with_tables(Whole whole, Ask ask, Answers answers) {
  rules::TargetsByMeasure targets;
  std::set<std::string> silent;  // sources that are not waited for again
  const std::shared_ptr<const rules::RuleSet> rules = whole.rules;
  for (const rules::Measure& measure : rules->measures) {
    if (!measure.target_source) {
      continue;
    }
    const std::string& source = measure.target_source->source;
    auto answer = answers.find(measure.id);
    if (answer == answers.end() && ask == Ask::soon && !silent.contains(source)) {
      Fetched table = co_await fetch_soon(table_of(*measure.target_source));
      if (!table) {
        silent.insert(source);
      }
      answer = answers.emplace(measure.id, std::move(table)).first;
    }
    std::string json;
    if (answer != answers.end()) {
      json = co_await take_table(rules, measure.id, answer->second);
    }
    if (json.empty()) {
      json = co_await kept_table(measure.id);
    }
    const auto table = roster_from_json(json);
    const auto read = table ? targets_of(*table, measure, *rules)
                            : rules::Result<std::vector<rules::DatedTarget>>();
    if (table && read) {
      targets.emplace(measure.id, *read);
      whole.tables.emplace(measure.id, json);
    }
  }
  if (!targets.empty()) {
    whole.rules = rules::with_targets(*rules, targets);
  }
  co_return whole;
}

asio::awaitable<RuleKeeper::Refreshed> RuleKeeper::refresh_targets(std::string measure) {
  const rules::Measure* asked = in_force_->measure(measure);
  if (asked == nullptr || !asked->target_source) {
    co_return Refreshed{};  // the rules were read again since
  }
  // The source may take long, and a reload need not wait for it.
  Answers answers;
  Fetched table = co_await fetch_roster(table_of(*asked->target_source));
  answers.emplace(measure, std::move(table));
  co_await turn_.async_receive(asio::use_awaitable);
  const std::shared_ptr<void> holding = hold();
  Whole whole{in_force_, roster_json_, {}};
  whole = co_await with_tables(std::move(whole), Ask::nobody, std::move(answers));
  Refreshed refreshed;
  refreshed.problem = target_problems_[measure];
  if (refreshed.problem.empty() && whole.tables != tables_) {
    refreshed.changed = co_await put_in_force(std::move(whole));
    refreshed.problem = refreshed.changed ? "" : "the store refused the new targets";
  }
  co_return refreshed;
}

}  // namespace measured::daemon
