#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/experimental/channel.hpp>

#include "daemon/config.h"
#include "daemon/web/health.h"
#include "daemon/work/parts.h"

namespace measured::daemon {

// What the keeper of the rules works with; all of it outlives it.
struct RuleKeeperParts : WorkParts {
  std::shared_ptr<rules::RuleLoader> loader;
  Surroundings surroundings;
};

// Which rules are in force: those of the files, with the teams of the roster. A reload or a roster
// with any error changes nothing. One change at a time: who comes second waits. On the loop's
// thread.
class RuleKeeper {
 public:
  RuleKeeper(RuleKeeperParts parts, Loaded loaded);

  // Fetches the roster (or takes the last good copy of it when its source does not answer soon) and
  // puts the rules in force. False when the store refused.
  asio::awaitable<bool> start();

  struct Reloaded {
    enum class Kind { done, findings, store_refused };
    Kind kind = Kind::done;
    bool changed = false;  // other rules are in force now
    std::string report;    // for a person: what `check` would print, and what is in force now
  };
  // Reads the files again. Files and a roster that say what is in force already change nothing.
  asio::awaitable<Reloaded> reload();

  struct Refreshed {
    bool changed = false;  // other rules are in force now
    std::string problem;   // why not; empty when the roster is as it was
  };
  // The targets of one measure that another system keeps; the roster where `measure` is empty.
  asio::awaitable<Refreshed> refresh(std::string measure);

  std::shared_ptr<const rules::RuleSet> in_force() const { return in_force_; }
  std::vector<NotReady> problems() const;

 private:
  using Fetched = rules::Result<rules::RosterTable>;
  // Rules with what other systems keep of them: the roster and the tables of targets, by measure,
  // each as the store keeps it.
  struct Whole {
    std::shared_ptr<const rules::RuleSet> rules;
    std::string roster;
    std::map<std::string, std::string> tables = {};
  };
  enum class Ask { nobody, soon };  // the sources of tables
  // Whoever took the token out of it may change what is in force.
  using Turn = asio::experimental::channel<void(boost::system::error_code)>;
  class Holding;
  std::shared_ptr<void> hold();  // gives the turn back at its end

  asio::awaitable<Refreshed> refresh_roster();
  asio::awaitable<Refreshed> refresh_targets(std::string measure);
  asio::awaitable<bool> put_in_force(Whole whole);
  asio::awaitable<Fetched> fetch_roster(rules::Roster roster);
  asio::awaitable<Fetched> fetch_soon(rules::Roster roster);
  asio::awaitable<Whole> with_roster(std::shared_ptr<const rules::RuleSet> rules, Fetched fetched);
  asio::awaitable<Whole> with_roster_soon(std::shared_ptr<const rules::RuleSet> rules);
  // With the tables of targets: as `answers` has them, as their sources say now where `ask` says
  // so, and else as they were.
  using Answers = std::map<std::string, Fetched>;  // by measure
  asio::awaitable<Whole> with_tables(Whole whole, Ask ask, Answers answers);
  asio::awaitable<std::string> take_table(std::shared_ptr<const rules::RuleSet> rules,
                                          std::string id, Fetched table);
  asio::awaitable<std::string> kept_table(std::string measure);
  asio::awaitable<void> keep_table(std::string measure, std::string json);
  void note_targets(const std::string& measure, const std::string& problem);
  void show_findings(const Loaded& loaded);
  void note_reload(const Loaded& loaded, Reloaded& reloaded);
  std::string report_of(const Loaded& loaded, const Reloaded& reloaded) const;

  RuleKeeperParts parts_;
  Config config_;
  std::string own_text_;           // of measured.yaml, as it was at the start
  std::string own_text_in_force_;  // as it was at the last good load
  std::shared_ptr<const rules::RuleSet> from_files_;
  std::shared_ptr<const rules::RuleSet> in_force_;
  std::string reload_problem_;
  std::string roster_problem_;
  std::map<std::string, std::string> target_problems_;  // by measure; empty: none
  std::string roster_json_;                             // of what is in force
  std::map<std::string, std::string> tables_;           // likewise, by measure
  Turn turn_;
};

}  // namespace measured::daemon
