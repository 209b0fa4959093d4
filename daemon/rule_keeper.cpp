#include "daemon/rule_keeper.h"

#include <algorithm>

#include "daemon/assembly.h"
#include "daemon/work/roster.h"
#include "daemon/workers.h"

namespace measured::daemon {
namespace {

constexpr std::string_view roster_fact = "roster";

}  // namespace

RuleKeeper::RuleKeeper(RuleKeeperParts parts, Loaded loaded)
    : parts_(std::move(parts)),
      config_(loaded.config),
      own_text_(std::move(loaded.own_text)),
      from_files_(std::move(loaded.rules)) {}

std::vector<NotReady> RuleKeeper::problems() const {
  std::vector<NotReady> list;
  if (!reload_problem_.empty()) {
    list.push_back({"rules", reload_problem_});
  }
  if (!roster_problem_.empty()) {
    list.push_back({"roster", roster_problem_});
  }
  return list;
}

asio::awaitable<rules::Result<rules::RosterTable>> RuleKeeper::fetch_roster(
    const rules::Roster& roster) {
  const auto pool = parts_.sources.find(roster.source);
  const auto setting =
      std::find_if(config_.sources.begin(), config_.sources.end(),
                   [&](const ConnectorSetting& one) { return one.id == roster.source; });
  if (pool == parts_.sources.end() || setting == config_.sources.end()) {
    co_return rules::give_up("source '" + roster.source + "' is new: restart to connect it");
  }
  rules::Result<connectors::Table> table = co_await pool->second->read(
      roster_query(roster, setting->kind), roster_rows_max, roster.refresh.timeout);
  if (!table) {
    co_return tl::unexpected(table.error());
  }
  co_return roster_table(roster.from.empty() ? "roster" : roster.from, *table);
}

// Rules with the roster's teams: as its source has them now, else as it last had them, else
// without.
asio::awaitable<std::shared_ptr<const rules::RuleSet>> RuleKeeper::with_roster(
    std::shared_ptr<const rules::RuleSet> rules) {
  if (!rules->roster) {
    co_return rules;
  }
  rules::Result<rules::RosterTable> table = co_await fetch_roster(*rules->roster);
  rules::Result<std::shared_ptr<const rules::RuleSet>> whole =
      table ? with_teams(*rules, *table)
            : rules::Result<std::shared_ptr<const rules::RuleSet>>(tl::unexpected(table.error()));
  roster_problem_ = whole ? "" : whole.error().message;
  if (whole) {
    roster_json_ = to_json(*table);
    auto keep = [this, json = roster_json_](std::stop_token) {
      return parts_.store.set_fact(roster_fact, json).has_value();
    };
    co_await on_worker(parts_.keeper, std::move(keep));
    co_return *whole;
  }
  parts_.log.error("roster_failed", {{"reason", roster_problem_}});
  auto recall = [this](std::stop_token) { return parts_.store.fact(roster_fact); };
  const auto kept = co_await on_worker(parts_.keeper, std::move(recall));
  if (kept && *kept) {
    if (const auto old = roster_from_json(**kept)) {
      if (auto again = with_teams(*rules, *old)) {
        parts_.log.warning("roster_from_last_time", {{"teams", (*again)->teams.size()}});
        co_return *again;
      }
    }
  }
  co_return rules;
}

asio::awaitable<bool> RuleKeeper::put_in_force(std::shared_ptr<const rules::RuleSet> rules) {
  const Instant now = std::chrono::floor<std::chrono::seconds>(parts_.clock.now());
  auto use = [this, rules, now](std::stop_token) {
    return parts_.engine.use(rules, now, user_name());
  };
  const rules::Result<void> used = co_await on_worker(parts_.keeper, std::move(use));
  if (!used) {
    parts_.log.error("store_failed", {{"reason", used.error().message}});
    co_return false;
  }
  in_force_ = std::move(rules);
  parts_.metrics.reload_ok.set(1);
  parts_.metrics.reload_last_success_timestamp.set(
      static_cast<double>(now.time_since_epoch().count()));
  parts_.metrics.rules_measures.set(static_cast<double>(in_force_->measures.size()));
  parts_.metrics.rules_teams.set(static_cast<double>(in_force_->teams.size()));
  co_return true;
}

asio::awaitable<bool> RuleKeeper::start() {
  std::shared_ptr<const rules::RuleSet> rules = co_await with_roster(from_files_);
  co_return co_await put_in_force(std::move(rules));
}

asio::awaitable<bool> RuleKeeper::reload() {
  auto load = [this](std::stop_token) {
    return load_all(config_.file, *parts_.loader, parts_.surroundings);
  };
  const Loaded loaded = co_await on_worker(parts_.keeper, std::move(load));
  for (const rules::Diagnostic& diagnostic : loaded.diagnostics) {
    parts_.log.warning("rules_finding", {{"file", diagnostic.where.file},
                                         {"line", diagnostic.where.line},
                                         {"code", diagnostic.code},
                                         {"message", diagnostic.message},
                                         {"help", diagnostic.help}});
  }
  if (loaded.own_text != own_text_) {
    parts_.log.warning("restart_needed",
                       {{"file", config_.file},
                        {"reason",
                         "changes of sources, channels, store, http, log and outbox take "
                         "effect at a restart; rules and defaults do now"}});
  }
  bool good = false;
  if (loaded.rules != nullptr) {
    std::shared_ptr<const rules::RuleSet> rules = co_await with_roster(loaded.rules);
    good = co_await put_in_force(std::move(rules));
  }
  parts_.metrics.reloads.with({good ? "done" : "failed"})->add();
  parts_.metrics.reload_ok.set(good ? 1 : 0);
  if (good) {
    from_files_ = loaded.rules;
    reload_problem_.clear();
    parts_.log.info("reloaded", {{"measures", in_force_->measures.size()},
                                 {"files_parsed", parts_.loader->files_parsed()}});
  } else {
    reload_problem_ = "the files on disk have errors; the rules from before are in force";
    parts_.log.error("reload_failed", {{"reason", reload_problem_}});
  }
  co_return good;
}

asio::awaitable<RuleKeeper::Refreshed> RuleKeeper::refresh_roster() {
  const std::string before = roster_json_;
  std::shared_ptr<const rules::RuleSet> rules = co_await with_roster(from_files_);
  Refreshed refreshed;
  refreshed.problem = roster_problem_;
  if (refreshed.problem.empty() && roster_json_ != before) {
    refreshed.changed = co_await put_in_force(std::move(rules));
    refreshed.problem = refreshed.changed ? "" : "the store refused the new teams";
  }
  co_return refreshed;
}

}  // namespace measured::daemon
