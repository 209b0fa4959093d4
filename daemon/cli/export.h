#pragma once

#include <memory>
#include <ostream>

#include "daemon/cli/command_line.h"
#include "daemon/store/store.h"
#include "rules/model/rule_set.h"

namespace measured::daemon {

// Writes what the store holds as rows for other tools, sorted, instants in UTC. `now` decides the
// state of a bucket (open, settling, final). A Failure is a wrong instant or a store that cannot be
// read.
rules::Result<void> export_rows(const ExportCommand& command, Store& store,
                                const std::shared_ptr<const rules::RuleSet>& rules, Instant now,
                                std::ostream& out);

}  // namespace measured::daemon
