#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/store/store.h"
#include "rules/load/loader.h"
#include "rules/model/rule_set.h"
#include "rules/result.h"

namespace measured::daemon {

constexpr std::int64_t target_rows_max = 100'000;

// Where a measure's targets are, in the form in which a roster is asked for.
rules::Roster table_of(const rules::TargetSource& source);

// The targets that a table holds for `measure`. A Failure has every wrong row, rendered: a table
// with a mistake changes nothing.
rules::Result<std::vector<rules::DatedTarget>> targets_of(const rules::RosterTable& table,
                                                          const rules::Measure& measure,
                                                          const rules::RuleSet& rules);

// The name of the fact that keeps the last good table of a measure.
std::string target_fact(std::string_view measure);

// `rules` with the last good copies of all tables, for who does not ask the sources themselves.
std::shared_ptr<const rules::RuleSet> with_kept_targets(std::shared_ptr<const rules::RuleSet> rules,
                                                        Store& store);

}  // namespace measured::daemon
