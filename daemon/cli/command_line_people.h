#pragma once

#include "daemon/cli/command_line.h"

namespace CLI {
class App;
}

namespace measured::daemon {

// What people declare: a new baseline, a silence, that a miss is known, what happened in a period,
// and who wants which digest.
void add_declarations(CLI::App& app, CommandLine& out);

// What digests say, and to whom: before they are sent.
void add_digest_commands(CLI::App& app, CommandLine& out);

}  // namespace measured::daemon
