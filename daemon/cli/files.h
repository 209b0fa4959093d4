#pragma once

#include <ostream>

#include "daemon/cli/command_line.h"
#include "daemon/config.h"

namespace measured::daemon {

// Commands that read the operator's files and connect to nothing but the roster's file. Each prints
// to `out` and returns an ExitCode.

// Every diagnostic of every file, then a line that counts them.
ExitCode check_files(const std::string& config, const CheckCommand& command, std::ostream& out);

// Every setting of one id and its origin, or the ids there are.
ExitCode explain_id(const std::string& config, const ExplainCommand& command, std::ostream& out);

// The statements that pulls run at `now`, and the next slots of every job after it.
ExitCode print_plan(const std::string& config, const PlanCommand& command, rules::Instant now,
                    std::ostream& out);

// The next runs of every job, or of the schedule given on the command line.
ExitCode print_next(const std::string& config, const NextCommand& command, rules::Instant now,
                    std::ostream& out);

// The kinds of source and channel that this build knows.
void print_kinds(std::ostream& out);

// Loads everything, the roster's teams included where its source can be asked. Diagnostics of the
// roster are added to those of the files.
Loaded load_with_roster(const std::string& config, rules::RuleLoader& loader);

}  // namespace measured::daemon
