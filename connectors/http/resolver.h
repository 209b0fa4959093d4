#pragma once

#include <functional>
#include <string>
#include <vector>

#include "rules/result.h"

namespace measured::connectors {

// The addresses of a host, as numbers, in the resolver's order. Looks up on a thread of its own,
// because a look-up cannot be interrupted, and gives up when `cancelled` says so; the thread then
// ends by itself and touches nothing of the caller's.
rules::Result<std::vector<std::string>> resolve(const std::string& host,
                                                const std::function<bool()>& cancelled);

}  // namespace measured::connectors
