#pragma once

#include <ostream>

#include "daemon/cli/command_line.h"
#include "rules/model/rule_set.h"
#include "rules/result.h"

namespace measured::daemon {

// `measured who`: who would be told of a measure at a team, by which digest or alert, and why; and
// what is silent at `now`. From the rules alone.
rules::Result<void> print_who(const WhoCommand& command, const rules::RuleSet& rules,
                              rules::Instant now, std::ostream& out);

}  // namespace measured::daemon
