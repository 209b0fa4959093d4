#pragma once

#include <chrono>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include "daemon/cli/command_line.h"
#include "daemon/control_socket.h"

namespace measured::daemon {

// Asks the daemon that has `store` ("sqlite:PATH") and waits for its answer. None when no daemon
// runs with it; a Failure when one does and could not be asked, or did not answer within
// `patience`.
rules::Result<std::optional<ControlReply>> ask_daemon(std::string_view store,
                                                      std::string_view request,
                                                      std::chrono::seconds patience);

// `measured reload`: what came of it, as `check` prints it. What went wrong goes to `err`.
ExitCode reload_daemon(const std::string& config, std::ostream& out, std::ostream& err);

// After a command made messages due or released a channel: a daemon that runs sends at once.
// Without one there is nobody to tell; it sends when it starts.
rules::Result<void> tell_daemon(std::string_view store);

}  // namespace measured::daemon
