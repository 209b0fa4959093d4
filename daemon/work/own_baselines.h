#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "daemon/store/records.h"
#include "rules/model/rule_set.h"

namespace measured::daemon {

// Targets relative to a team's own past. A value is worked out once, when the past that it is
// compared with is final, and then stands in the ledger: later corrections of that past do not move
// it.
inline constexpr const char* own_baseline_kind = "own_baseline";

// The days of a baseline as instants.
Interval span_of(const rules::OwnBaseline& baseline, const rules::Zone& zone);

// The row that freezes `target`, from the buckets of its baseline. Each team's value is that of all
// its cases (a count's or sum's that of an average window), the goal `better_by` on the good side
// of it: of a share, `better_by` of what was missing to 100 % or to 0. Teams with fewer cases than
// `min_sample` get none.
LedgerRow freeze(const rules::RuleSet& rules, const rules::Measure& measure,
                 const rules::DatedTarget& target, std::span<const BucketRow> buckets, Instant now);

// `rules` with the values that `known` rows froze, for the definitions that they were counted by.
std::shared_ptr<const rules::RuleSet> with_frozen_targets(
    std::shared_ptr<const rules::RuleSet> rules, std::span<const LedgerRow> known);

}  // namespace measured::daemon
