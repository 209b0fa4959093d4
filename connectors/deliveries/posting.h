#pragma once

#include <chrono>

#include "connectors/delivery.h"
#include "connectors/http/guard.h"

namespace measured::connectors {

// What every channel that posts to a URL lets be set: `url`, `allow_private`, `ca_file` and
// `timeout`. Reports what is wrong; the URL is never shown, because its path is a secret.
HttpGuardSettings read_posting(const ChannelContext& context, rules::MapReader& settings,
                               std::chrono::seconds timeout_default);

}  // namespace measured::connectors
