#pragma once

#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "rules/judge/transition.h"
#include "rules/model/rule_set.h"

namespace measured::rules {

// The teams in an order in which a parent comes before its children, as places in RuleSet::teams.
std::vector<int> parents_first(const std::vector<Team>& teams);

// Who has been told of a miss of one measure, at the end of each period of one round. Teams are
// judged parents first, so what is asked of a team above is known by then; what it was told later
// does not reach back, so that one round over many periods folds as many rounds over one each do.
class Misses {
 public:
  explicit Misses(const RuleSet& rules) : rules_(&rules) {}

  // Before a team's first period of the round, and after each.
  void take(int team, const Standing& standing);
  // What step() asks for one team.
  TeamAbove above(int team) const;

 private:
  using Told = std::pair<Instant, std::vector<std::string>>;  // alerts, as of the end of a period
  const RuleSet* rules_;
  std::map<int, std::vector<Told>> told_;  // by team, of those that somebody's parent is
};

// Names in each message of a parent what was folded into it in the same period.
void name_folded_teams(std::vector<Change>& changes);

// One measure's data before and after a round.
struct FreshnessStep {
  const Measure* measure = nullptr;
  const Freshness* before = nullptr;
  const Freshness* after = nullptr;
};

// Makes one message of what alerts with `fold` say about measures whose source cannot be reached
// now: the first measure's names all others that read from it, those that follow are recorded and
// not sent, and the end is told once the last of them is back. A scan that failed by what it asked
// (a column that is not there) is that measure's own news and stays it. `steps` holds every measure
// of the rules, by id.
void fold_sources(std::vector<Change>& changes, std::span<const Alert> alerts,
                  std::span<const FreshnessStep> steps);

}  // namespace measured::rules
