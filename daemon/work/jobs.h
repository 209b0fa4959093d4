#pragma once

#include <span>
#include <string>
#include <vector>

#include "connectors/planner.h"
#include "daemon/work/scheduler.h"
#include "rules/model/rule_set.h"

namespace measured::daemon {

enum class JobKind { pull, digest, roster, targets, upkeep };
std::string_view to_text(JobKind kind);

// One thing that happens on a schedule, and what it is about.
struct WorkJob {
  JobKind kind = JobKind::pull;
  std::string subject;  // pull: ScanGroup::key; digest: its id; targets: of the measure; else empty
  rules::Zone zone;     // digest: of the readers who get it at this job's times
  Job job;              // name, schedule and policy
};

// Every job of these rules, sorted by name: one pull a group, one digest a zone that has readers,
// one refresh of the roster and of each table of targets, and the store's own upkeep once a day. A
// name is stable over restarts and reloads, since slots and watermarks are kept under it.
std::vector<WorkJob> jobs_of(const rules::RuleSet& rules,
                             std::span<const connectors::ScanGroup> groups);

}  // namespace measured::daemon
