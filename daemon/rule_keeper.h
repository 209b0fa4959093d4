#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "daemon/clock.h"
#include "daemon/config.h"
#include "daemon/log.h"
#include "daemon/metrics_set.h"
#include "daemon/web/health.h"
#include "daemon/work/engine.h"
#include "daemon/work/source_pool.h"

namespace measured::daemon {

// What the keeper of the rules works with; all of it outlives it.
struct RuleKeeperParts {
  asio::any_io_executor loop;
  asio::any_io_executor keeper;
  Engine& engine;
  Store& store;
  Clock& clock;
  Log& log;
  MetricsSet& metrics;
  std::map<std::string, std::unique_ptr<SourcePool>, std::less<>>& sources;
  std::shared_ptr<rules::RuleLoader> loader;
  Surroundings surroundings;
};

// Which rules are in force: those of the files, with the teams of the roster. A reload or a roster
// with any error changes nothing. On the loop's thread.
class RuleKeeper {
 public:
  RuleKeeper(RuleKeeperParts parts, Loaded loaded);

  // Fetches the roster (or takes the last good copy of it when its source does not answer) and puts
  // the rules in force. False when the store refused.
  asio::awaitable<bool> start();

  // Reads the files again. False when they have an error, which the log then shows; nothing
  // changed.
  asio::awaitable<bool> reload();

  struct Refreshed {
    bool changed = false;  // other rules are in force now
    std::string problem;   // why not; empty when the roster is as it was
  };
  asio::awaitable<Refreshed> refresh_roster();

  std::shared_ptr<const rules::RuleSet> in_force() const { return in_force_; }
  std::vector<NotReady> problems() const;

 private:
  asio::awaitable<bool> put_in_force(std::shared_ptr<const rules::RuleSet> rules);
  asio::awaitable<rules::Result<rules::RosterTable>> fetch_roster(const rules::Roster& roster);
  asio::awaitable<std::shared_ptr<const rules::RuleSet>> with_roster(
      std::shared_ptr<const rules::RuleSet> rules);

  RuleKeeperParts parts_;
  Config config_;
  std::string own_text_;  // of measured.yaml, as it was at the start
  std::shared_ptr<const rules::RuleSet> from_files_;
  std::shared_ptr<const rules::RuleSet> in_force_;
  std::string reload_problem_;
  std::string roster_problem_;
  std::string roster_json_;  // of what is in force
};

}  // namespace measured::daemon
