#pragma once

#include <ostream>

#include "daemon/cli/command_line.h"
#include "daemon/store/store.h"
#include "rules/model/rule_set.h"

namespace measured::daemon {

// Without --from: the baselines declared in rules and ledger. With it: declares one, in the ledger,
// under the name of who runs the command. A running daemon draws the charts anew with its next
// judgement.
rules::Result<void> baseline_command(const BaselineCommand& command, Store& store,
                                     const rules::RuleSet& rules, Instant now, std::ostream& out);

}  // namespace measured::daemon
