#pragma once

#include <ostream>

#include "daemon/cli/command_line.h"
#include "rules/time/instant.h"

namespace measured::daemon {

// `measured pull`: asks the source now and prints what came, by team and bucket. Without --dry-run
// it is stored (for a daemon that is stopped: the store has one writer), and --from reads again
// what was final already, which the store keeps as revisions.
ExitCode pull_measure(const CommandLine& command_line, const PullCommand& command,
                      rules::Instant now, std::ostream& out);

}  // namespace measured::daemon
