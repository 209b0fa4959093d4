#pragma once

#include <ostream>

#include "daemon/cli/command_line.h"
#include "daemon/store/store.h"
#include "rules/model/rule_set.h"

namespace measured::daemon {

// How often the final numbers of each measure changed afterwards, by how much and in which
// direction, and the same for each source in all.
rules::Result<void> print_revisions(const RevisionsCommand& command, Store& store,
                                    const rules::RuleSet& rules, std::ostream& out);

}  // namespace measured::daemon
