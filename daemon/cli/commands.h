#pragma once

namespace measured::daemon {

// Does what the command line asks for and returns the process's exit code (ExitCode). Output goes
// to standard output, everything else to standard error.
int run_command_line(int argc, const char* const* argv);

}  // namespace measured::daemon
