#pragma once

#include <ostream>

#include "daemon/cli/command_line.h"
#include "daemon/config.h"
#include "daemon/store/store.h"

namespace measured::daemon {

// Commands that look into a store, and the few that put something right in it. Each prints to
// `out`; a Failure is for the caller to print.

// Slots and their outcomes, newest first.
rules::Result<void> print_runs(const RunsCommand& command, Store& store, std::ostream& out);

// list, show: prints. retry, replay: says what will be sent again; a running daemon sends it.
rules::Result<void> outbox_command(const OutboxCommand& command, Store& store, Instant now,
                                   std::ostream& out);

// list: every channel of the file and its state. enable: a held or disabled channel sends again.
rules::Result<void> channel_command(const ChannelCommand& command, Store& store,
                                    const Config& config, Instant now, std::ostream& out);

// The ledger's rows, or whether its chain holds.
rules::Result<void> print_ledger(const LedgerCommand& command, Store& store, std::ostream& out);

}  // namespace measured::daemon
