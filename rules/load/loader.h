#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rules/diagnostic.h"
#include "rules/load/explain.h"
#include "rules/model/rule_set.h"
#include "rules/yaml/document.h"

namespace measured::rules {

// One file of rules: where it is, for messages, and what it says.
struct RuleFile {
  std::string name;
  std::string text;
};

// What the rules may refer to that stands in the daemon's own file.
struct LoadContext {
  Defaults defaults;
  std::map<std::string, std::string> sources;      // id -> kind
  std::map<std::string, std::string> channels;     // id -> kind
  std::map<std::string, bool> channel_takes_mail;  // id -> mail (true) or events (false)
  YamlLimits limits;
};

struct LoadResult {
  std::shared_ptr<const RuleSet> rules;  // null when there is any error
  Diagnostics diagnostics;               // errors and warnings of all files, by file and line
};

// Reads and merges all files. Keeps the parsed tree of each file by the hash of its text, so that a
// reload parses only what changed. Not thread-safe; one a daemon.
class RuleLoader {
 public:
  RuleLoader();
  ~RuleLoader();
  LoadResult load(const std::vector<RuleFile>& files, const LoadContext& context);
  int files_parsed() const;  // by the last load; the rest were unchanged

  // Every setting of what is called `id`, and where it comes from; `rules` is what the last load
  // gave, with or without a roster.
  std::vector<ExplainedSetting> explain(const RuleSet& rules, std::string_view id) const;

 private:
  // Fills the cache's list of files; gives the revision of their texts.
  std::string parse(const std::vector<RuleFile>& files, const LoadContext& context,
                    Diagnostics& out);

  struct Cache;
  std::unique_ptr<Cache> cache_;
};

// Teams as a roster gives them (columns id, title, manager_name, manager_email, match, parent,
// time_zone; only id is required; `match` holds values separated by `;`). Rows and columns are
// named in the diagnostics by `file` and line.
struct RosterTable {
  std::string file;
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;  // null and empty are the same here
};
std::vector<Team> read_roster(const RosterTable& table, const Defaults& defaults, Diagnostics& out);

// Targets of one measure as a source gives them (columns from, team, at_least, at_most, watch,
// review, reason). A row without a team is of all teams; a team keeps its own from its first row
// on. Wrong rows are named by row and column, and then no target is given.
std::vector<DatedTarget> read_target_table(const RosterTable& table, const Measure& of,
                                           const RuleSet& rules, Diagnostics& out);
using TargetsByMeasure = std::map<std::string, std::vector<DatedTarget>, std::less<>>;
// `rules` with these targets in place of those that the measures had.
std::shared_ptr<const RuleSet> with_targets(const RuleSet& rules, const TargetsByMeasure& targets);

// `rules` with the roster's teams added, parents and per-team targets checked again.
std::shared_ptr<const RuleSet> with_roster(const RuleSet& rules, std::vector<Team> teams,
                                           Diagnostics& out);

}  // namespace measured::rules
