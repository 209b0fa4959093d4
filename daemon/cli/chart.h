#pragma once

#include <memory>
#include <ostream>

#include "daemon/cli/command_line.h"
#include "daemon/store/store.h"
#include "rules/model/rule_set.h"

namespace measured::daemon {

// Draws the course of one team's measure from what the store holds, as it is known at `now`. To
// `out`, or into the command's file, and then says to `out` what the picture shows.
rules::Result<void> draw_course(const ChartCommand& command, Store& store,
                                const std::shared_ptr<const rules::RuleSet>& rules, Instant now,
                                std::ostream& out);

}  // namespace measured::daemon
