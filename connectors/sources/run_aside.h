#pragma once

#include <chrono>
#include <functional>
#include <stop_token>

namespace measured::connectors {

// Client libraries block: in a look-up of a name, in a handshake, in asking a server that hangs to
// cancel. Runs `work` on a thread of its own and waits for its end: true. Once `stop` is requested,
// `cancel` (may be null; on a thread of its own too, since asking may itself block) is to bring
// that end about, and when it has not come within `grace`, this returns false: `work` is left
// behind and goes on until its library lets it. So `work` and `cancel` may touch only what they
// own, and throw nothing.
bool run_aside(std::function<void()> work, std::function<void()> cancel,
               const std::stop_token& stop, std::chrono::milliseconds grace);

}  // namespace measured::connectors
