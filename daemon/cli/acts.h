#pragma once

#include <ostream>

#include "daemon/cli/command_line.h"
#include "daemon/store/store.h"
#include "daemon/work/engine.h"

namespace measured::daemon {

// `measured ack`, `measured annotate` and `measured readers`: what the links in mails do, for those
// without a browser. They write the store beside a running daemon, which follows with its next
// message.

rules::Result<void> ack_command(const AckCommand& command, Store& store,
                                const std::shared_ptr<const rules::RuleSet>& rules, Instant now,
                                std::ostream& out);
rules::Result<void> annotate_command(const AnnotateCommand& command, Store& store,
                                     const std::shared_ptr<const rules::RuleSet>& rules,
                                     Instant now, std::ostream& out);
rules::Result<void> readers_command(const ReadersCommand& command, Store& store,
                                    const rules::RuleSet& rules, Instant now, std::ostream& out);

}  // namespace measured::daemon
