#pragma once

#include "daemon/store/store.h"
#include "rules/judge/board.h"

namespace measured::daemon {

// What the pulls of a measure have brought for all its teams: only as much as the least of them.
rules::Result<rules::Pulled> pulled_of(Store& store, const rules::RuleSet& rules,
                                       const rules::Measure& measure, Instant now);

// Puts into `series` what the store knows of the periods that it keeps.
rules::Result<void> fill(Store& store, rules::MeasureSeries& series);

// One measure's buckets of all teams as far back as its pulls reach, 1,200 periods at most, under
// its present definition: for charts that begin, and for what looks back further than judging does.
// `rules` and `measure` must outlive it.
rules::Result<rules::MeasureSeries> history_of(Store& store, const rules::RuleSet& rules,
                                               const rules::Measure& measure,
                                               const rules::Pulled& pulled, Instant as_of);

}  // namespace measured::daemon
