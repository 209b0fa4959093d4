#pragma once

#include <string>

namespace measured::daemon {

// `measured run`: builds every part in dependency order, runs until SIGTERM or SIGINT, and stops
// them in reverse. SIGHUP reads the files again. Returns the process's exit code (ExitCode).
int run_daemon(const std::string& config_file);

}  // namespace measured::daemon
