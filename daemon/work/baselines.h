#pragma once

#include <span>
#include <string>
#include <vector>

#include "daemon/store/records.h"
#include "rules/model/rule_set.h"

namespace measured::daemon {

// The baselines that a measure's rules declare, as the ledger keeps them: a JSON list.
std::string baselines_json(const rules::Measure& measure);

// The ledger's row of one baseline declared by command.
LedgerRow declared_row(const std::string& measure, const rules::DeclaredBaseline& baseline,
                       Instant now, std::string_view author);

// The baselines declared by command among these rows of one measure; what is not one is left out.
std::vector<rules::DeclaredBaseline> declared_baselines(std::span<const LedgerRow> rows);

}  // namespace measured::daemon
