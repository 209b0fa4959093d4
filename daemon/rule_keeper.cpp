#include "daemon/rule_keeper.h"

#include <algorithm>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "daemon/assembly.h"
#include "daemon/git_author.h"
#include "daemon/work/roster.h"
#include "daemon/workers.h"

namespace measured::daemon {
namespace {

constexpr std::string_view roster_fact = "roster";
constexpr std::string_view restart_needed =
    "changes of sources, channels, operations, store, http, log and retention take effect at a "
    "restart; rules and defaults do now";

// A start or a reload waits no longer for the roster's source: the last good roster is better than
// a daemon that does nothing. Its schedule fetches it again, with all the time the rules give it.
constexpr std::chrono::seconds roster_wait_max{10};

asio::awaitable<void> wait_for_roster(asio::any_io_executor loop) {
  asio::steady_timer timer(loop, roster_wait_max);
  co_await timer.async_wait(asio::use_awaitable);
}

// What a source said of its roster, or why it did not.
using Answer =
    asio::experimental::channel<void(boost::system::error_code, rules::Result<rules::RosterTable>)>;

class CancelAtEnd {
 public:
  explicit CancelAtEnd(std::shared_ptr<asio::cancellation_signal> signal)
      : signal_(std::move(signal)) {}
  ~CancelAtEnd() { signal_->emit(asio::cancellation_type::terminal); }
  CancelAtEnd(const CancelAtEnd&) = delete;
  CancelAtEnd& operator=(const CancelAtEnd&) = delete;

 private:
  std::shared_ptr<asio::cancellation_signal> signal_;
};

}  // namespace

// Gives the turn back when the change is made, refused or cancelled.
class RuleKeeper::Holding {
 public:
  explicit Holding(Turn& turn) : turn_(turn) {}
  ~Holding() { turn_.try_send(boost::system::error_code{}); }
  Holding(const Holding&) = delete;
  Holding& operator=(const Holding&) = delete;

 private:
  Turn& turn_;
};

std::shared_ptr<void> RuleKeeper::hold() {
  return std::make_shared<Holding>(turn_);
}

RuleKeeper::RuleKeeper(RuleKeeperParts parts, Loaded loaded)
    : parts_(std::move(parts)),
      config_(loaded.config),
      own_text_(std::move(loaded.own_text)),
      own_text_in_force_(own_text_),
      from_files_(std::move(loaded.rules)),
      turn_(parts_.loop, 1) {
  turn_.try_send(boost::system::error_code{});
}

std::vector<NotReady> RuleKeeper::problems() const {
  std::vector<NotReady> list;
  if (!reload_problem_.empty()) {
    list.push_back({"rules", reload_problem_});
  }
  if (!roster_problem_.empty()) {
    list.push_back({"roster", roster_problem_});
  }
  for (const auto& [measure, problem] : target_problems_) {
    if (!problem.empty()) {
      list.push_back({"targets/" + measure, problem});
    }
  }
  return list;
}

asio::awaitable<RuleKeeper::Fetched> RuleKeeper::fetch_roster(rules::Roster roster) {
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

// The fetch is a coroutine of its own: a source that does not even hear that it is to stop keeps
// nobody waiting but its own thread.
asio::awaitable<RuleKeeper::Fetched> RuleKeeper::fetch_soon(rules::Roster roster) {
  using asio::experimental::awaitable_operators::operator||;
  auto answer = std::make_shared<Answer>(parts_.loop, 1);
  auto signal = std::make_shared<asio::cancellation_signal>();
  const CancelAtEnd cancel(signal);
  auto done = [answer, signal](std::exception_ptr error, Fetched fetched) {
    if (error) {
      fetched = rules::retry_later("cancelled");
    }
    answer->try_send(boost::system::error_code{}, std::move(fetched));
  };
  asio::co_spawn(parts_.loop, fetch_roster(std::move(roster)),
                 asio::bind_cancellation_slot(signal->slot(), std::move(done)));
  auto first = answer->async_receive(asio::use_awaitable) || wait_for_roster(parts_.loop);
  std::variant<Fetched, std::monostate> got = co_await std::move(first);
  if (Fetched* fetched = std::get_if<Fetched>(&got)) {
    co_return std::move(*fetched);
  }
  co_return rules::retry_later(fmt::format("no answer within {} s", roster_wait_max.count()));
}

// Rules with the roster's teams: as its source has them now, else as it last had them, else
// without.
asio::awaitable<RuleKeeper::Whole> RuleKeeper::with_roster(
    std::shared_ptr<const rules::RuleSet> rules, Fetched fetched) {
  rules::Result<std::shared_ptr<const rules::RuleSet>> whole =
      fetched
          ? with_teams(*rules, *fetched)
          : rules::Result<std::shared_ptr<const rules::RuleSet>>(tl::unexpected(fetched.error()));
  const std::string problem = whole ? "" : whole.error().message;
  if (!problem.empty() && problem != roster_problem_) {
    parts_.log.error("roster_failed", {{"reason", problem}});
  }
  roster_problem_ = problem;
  if (whole) {
    std::string json = to_json(*fetched);
    auto keep = [this, json](std::stop_token) {
      return parts_.store.set_fact(roster_fact, json).has_value();
    };
    co_await on_worker(parts_.keeper, std::move(keep));
    co_return Whole{*whole, std::move(json)};
  }
  auto recall = [this](std::stop_token) { return parts_.store.fact(roster_fact); };
  const auto kept = co_await on_worker(parts_.keeper, std::move(recall));
  if (kept && *kept) {
    if (const auto old = roster_from_json(**kept)) {
      if (auto again = with_teams(*rules, *old)) {
        parts_.log.warning("roster_from_last_time", {{"teams", (*again)->teams.size()}});
        co_return Whole{*again, **kept};
      }
    }
  }
  co_return Whole{std::move(rules), ""};
}

asio::awaitable<RuleKeeper::Whole> RuleKeeper::with_roster_soon(
    std::shared_ptr<const rules::RuleSet> rules) {
  if (!rules->roster) {
    roster_problem_.clear();
    co_return Whole{std::move(rules), ""};
  }
  Fetched fetched = co_await fetch_soon(*rules->roster);
  co_return co_await with_roster(std::move(rules), std::move(fetched));
}

asio::awaitable<bool> RuleKeeper::put_in_force(Whole whole) {
  const Instant now = std::chrono::floor<std::chrono::seconds>(parts_.clock.now());
  auto use = [this, rules = whole.rules, now](std::stop_token) {
    return parts_.engine.use(rules, now, author_in(config_.base_folder, user_name()));
  };
  const rules::Result<void> used = co_await on_worker(parts_.keeper, std::move(use));
  if (!used) {
    parts_.log.error("store_failed", {{"reason", used.error().message}});
    co_return false;
  }
  in_force_ = std::move(whole.rules);
  roster_json_ = std::move(whole.roster);
  tables_ = std::move(whole.tables);
  parts_.metrics.reload_ok.set(1);
  parts_.metrics.reload_last_success_timestamp.set(
      static_cast<double>(now.time_since_epoch().count()));
  parts_.metrics.rules_measures.set(static_cast<double>(in_force_->measures.size()));
  parts_.metrics.rules_teams.set(static_cast<double>(in_force_->teams.size()));
  co_return true;
}

asio::awaitable<bool> RuleKeeper::start() {
  co_await turn_.async_receive(asio::use_awaitable);
  const Holding holding(turn_);
  Whole whole = co_await with_roster_soon(from_files_);
  whole = co_await with_tables(std::move(whole), Ask::soon, Answers());
  co_return co_await put_in_force(std::move(whole));
}

void RuleKeeper::show_findings(const Loaded& loaded) {
  for (const rules::Diagnostic& diagnostic : loaded.diagnostics) {
    parts_.log.warning("rules_finding", {{"file", diagnostic.where.file},
                                         {"line", diagnostic.where.line},
                                         {"code", diagnostic.code},
                                         {"message", diagnostic.message},
                                         {"help", diagnostic.help}});
  }
  if (loaded.own_text != own_text_) {
    parts_.log.warning("restart_needed", {{"file", config_.file}, {"reason", restart_needed}});
  }
}

std::string RuleKeeper::report_of(const Loaded& loaded, const Reloaded& reloaded) const {
  std::string report = render_all(loaded);
  if (reloaded.kind != Reloaded::Kind::done) {
    return report + fmt::format("nothing has changed: {}\n", reload_problem_);
  }
  if (loaded.own_text != own_text_) {
    report += fmt::format("{}: {}\n", config_.file, restart_needed);
  }
  if (!roster_problem_.empty()) {
    report += fmt::format("roster: {}; its last good copy is in force\n", roster_problem_);
  }
  return report + fmt::format("{}: {} measures, {} teams, {} alerts, {} digests\n",
                              reloaded.changed ? "in force now" : "in force as before",
                              in_force_->measures.size(), in_force_->teams.size(),
                              in_force_->alerts.size(), in_force_->digests.size());
}

void RuleKeeper::note_reload(const Loaded& loaded, Reloaded& reloaded) {
  const bool good = reloaded.kind == Reloaded::Kind::done;
  parts_.metrics.reloads.with({good ? "done" : "failed"})->add();
  parts_.metrics.reload_ok.set(good ? 1 : 0);
  if (good) {
    reload_problem_.clear();
    parts_.log.info("reloaded", {{"measures", in_force_->measures.size()},
                                 {"files_parsed", parts_.loader->files_parsed()},
                                 {"changed", reloaded.changed ? "yes" : "no"}});
  } else {
    reload_problem_ = reloaded.kind == Reloaded::Kind::findings
                          ? "the files on disk have errors; the rules from before are in force"
                          : "the store refused the rules on disk; those from before are in force";
    parts_.log.error("reload_failed", {{"reason", reload_problem_}});
  }
  reloaded.report = report_of(loaded, reloaded);
}

asio::awaitable<RuleKeeper::Reloaded> RuleKeeper::reload() {
  co_await turn_.async_receive(asio::use_awaitable);
  const Holding holding(turn_);
  auto load = [this](std::stop_token) {
    return load_all(config_.file, *parts_.loader, parts_.surroundings);
  };
  const Loaded loaded = co_await on_worker(parts_.keeper, std::move(load));
  show_findings(loaded);
  Reloaded reloaded;
  reloaded.kind = Reloaded::Kind::findings;
  if (loaded.rules != nullptr) {
    Whole whole = co_await with_roster_soon(loaded.rules);
    target_problems_.clear();
    whole = co_await with_tables(std::move(whole), Ask::soon, Answers());
    const bool same = loaded.rules->revision == from_files_->revision &&
                      loaded.own_text == own_text_in_force_ && whole.roster == roster_json_ &&
                      whole.tables == tables_;
    if (!same) {
      reloaded.changed = co_await put_in_force(std::move(whole));
    }
    reloaded.kind = same || reloaded.changed ? Reloaded::Kind::done : Reloaded::Kind::store_refused;
  }
  if (reloaded.changed) {
    from_files_ = loaded.rules;
    own_text_in_force_ = loaded.own_text;
  }
  note_reload(loaded, reloaded);
  co_return reloaded;
}

asio::awaitable<RuleKeeper::Refreshed> RuleKeeper::refresh(std::string measure) {
  if (measure.empty()) {
    co_return co_await refresh_roster();
  }
  co_return co_await refresh_targets(std::move(measure));
}

asio::awaitable<RuleKeeper::Refreshed> RuleKeeper::refresh_roster() {
  // The source may take long, and a reload need not wait for it; what it brought is then asked for
  // again, by the new rules.
  std::shared_ptr<const rules::RuleSet> files;
  Fetched fetched;
  for (;;) {
    files = from_files_;
    if (!files->roster) {
      co_return Refreshed{};
    }
    fetched = co_await fetch_roster(*files->roster);
    co_await turn_.async_receive(asio::use_awaitable);
    if (files == from_files_) {
      break;
    }
    turn_.try_send(boost::system::error_code{});
  }
  const Holding holding(turn_);
  Whole whole = co_await with_roster(files, std::move(fetched));
  whole = co_await with_tables(std::move(whole), Ask::nobody, Answers());
  Refreshed refreshed;
  refreshed.problem = roster_problem_;
  if (refreshed.problem.empty() && whole.roster != roster_json_) {
    refreshed.changed = co_await put_in_force(std::move(whole));
    refreshed.problem = refreshed.changed ? "" : "the store refused the new teams";
  }
  co_return refreshed;
}

}  // namespace measured::daemon
