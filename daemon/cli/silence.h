#pragma once

#include <ostream>

#include "daemon/cli/command_line.h"
#include "daemon/store/store.h"
#include "rules/model/rule_set.h"

namespace measured::daemon {

// list: the silences of rules and ledger. add: declares one, in the ledger, under the name of who
// runs the command. end: a declared one is over now. A running daemon follows with its next
// judgement.
rules::Result<void> silence_command(const SilenceCommand& command, Store& store,
                                    const rules::RuleSet& rules, Instant now, std::ostream& out);

}  // namespace measured::daemon
