#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connectors/planner.h"
#include "connectors/scan.h"
#include "daemon/store/records.h"
#include "rules/model/rule_set.h"

namespace measured::daemon {

// One statement to run and what becomes true when its rows are stored.
struct PullStep {
  std::shared_ptr<const rules::RuleSet> rules;  // that `group` points into
  connectors::ScanGroup group;
  connectors::Scan scan;
  Interval span{};
  Instant watermark{};   // everything before it is final once this step is committed
  bool recheck = false;  // of what was final already, for rows that came later still
};

struct PullLimits {
  int buckets_a_step = 400;  // a first pull of a long history comes in several statements
  // Values of the team column that match no team, kept one by one for each measure; the others are
  // added up under the value "…".
  int unknown_teams_kept = 50;
};

// The zone whose teams `group` is for, as the store keeps it: empty where all teams share one.
std::string zone_of(const connectors::ScanGroup& group);

// Which values of the source's team column mean which of the group's teams, as a hash.
std::string mapping_of(const connectors::ScanGroup& group, const rules::RuleSet& rules);

// The newest instant before which every bucket of `measure` was pulled when it was final; none when
// it was never pulled under its present definition.
using Watermark = std::function<std::optional<Instant>(const rules::Measure& measure)>;

// What to ask of the source now, oldest first: from the watermark (or, the first time, from the
// start of the history) to the bucket that holds `now`. Measures of one group that stand at
// different watermarks are asked for apart.
std::vector<PullStep> plan_pull(const connectors::ScanGroup& group, const Watermark& watermark,
                                Instant now, const PullLimits& limits);

// The same for `span`, which was pulled when it was final and ends on an edge: for a second look.
std::vector<PullStep> plan_recheck(const connectors::ScanGroup& group, const Interval& span,
                                   Instant now, const PullLimits& limits);

// The rows of one step as the store takes them: team values become teams, values of several
// spellings are added up, and what matches no team is counted.
ScanCommit commit_of(const PullStep& step, const connectors::ScanResult& result,
                     const rules::RuleSet& rules, Instant started, Instant ended,
                     const PullLimits& limits);

// The record of a step that failed: nothing but the fact.
ScanCommit failed_commit(const PullStep& step, const std::string& error, Instant started,
                         Instant ended);

}  // namespace measured::daemon
