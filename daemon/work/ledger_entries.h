#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/store/records.h"
#include "rules/model/rule_set.h"

namespace measured::daemon {

// What `rules` change against what the ledger says last: one row for each measure whose targets are
// not those written before (kind "target"), or that counts something else (kind "definition"), and
// one for each silence that began, moved or was taken out (kind "silence"). A measure that is new
// is written too, so that the first move of its target has something to stand against. Rows are in
// the rule set's order, without number and hash.
std::vector<LedgerRow> ledger_entries(const rules::RuleSet& rules, std::span<const LedgerRow> known,
                                      Instant now, std::string_view author);

// The targets of a measure as the ledger keeps them: JSON, the same for the same targets.
std::string targets_json(const rules::Measure& measure);

}  // namespace measured::daemon
