#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/store/records.h"
#include "rules/digest/content.h"
#include "rules/model/rule_set.h"

namespace measured::daemon {

// Who changed a file of the rules, by its name in the rules' own places. Asked only when the ledger
// has something to write.
using AuthorOf = std::function<std::string(const std::string& file)>;

// What `rules` change against what the ledger says last: one row for each measure whose targets are
// not those written before (kind "target"), or that counts something else (kind "definition"), and
// one for each silence that began, moved or was taken out (kind "silence"). A measure that is new
// is written too, so that the first move of its target has something to stand against. Rows are in
// the rule set's order, without number and hash.
std::vector<LedgerRow> ledger_entries(const rules::RuleSet& rules, std::span<const LedgerRow> known,
                                      Instant now, const AuthorOf& author_of);

// Who wrote each dated target that came to the ledger as a change, the newest one a date. A target
// that stood in the rules when their measure was first met has no author here.
std::vector<rules::TargetAuthor> target_authors(std::span<const LedgerRow> known);

// When each measure began to count something else than before; the first definition is no change.
std::vector<rules::Redefined> redefined(std::span<const LedgerRow> known);

// "2026-01-31".
std::string date_text(std::chrono::local_days day);

// The targets of a measure as the ledger keeps them: JSON, the same for the same targets.
std::string targets_json(const rules::Measure& measure);

}  // namespace measured::daemon
