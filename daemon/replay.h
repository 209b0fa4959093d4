#pragma once

#include <string>

#include "daemon/cli/command_line.h"

namespace measured::daemon {

// `measured replay`: the daemon's own service under a virtual clock, on one thread, from slot to
// slot. Sources are read as they are today. Messages go to the channels that write files; what
// other channels would have sent is written into files under `out` instead. Returns an ExitCode.
int run_replay(const CommandLine& command_line, const ReplayCommand& command);

}  // namespace measured::daemon
