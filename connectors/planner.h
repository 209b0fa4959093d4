#pragma once

#include <span>
#include <string>
#include <vector>

#include "connectors/scan.h"
#include "rules/model/rule_set.h"

namespace measured::connectors {

// Measures that can share one statement: same source, relation, time, team expression, zone,
// period.
struct ScanGroup {
  std::string key;   // stable over restarts: names the pull job and its slots
  rules::Zone zone;  // of the bucket edges
  std::vector<const rules::Measure*> measures;  // sorted by id
};

// Every measure of `rules` in exactly one group (a `time_zone: team` measure in one group a zone),
// groups sorted by key. Measures of one group are pulled together, so they also share `pull`.
std::vector<ScanGroup> plan_groups(const rules::RuleSet& rules);

// The scan of one group over the buckets between `edges`.
Scan plan_scan(const ScanGroup& group, std::vector<rules::Instant> edges);

}  // namespace measured::connectors
