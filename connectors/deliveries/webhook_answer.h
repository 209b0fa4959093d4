#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "connectors/delivery.h"
#include "connectors/http/guard.h"
#include "rules/time/instant.h"

namespace measured::connectors {

// What a receiver's reply means: only 2xx is a delivery; 410 disables the endpoint; everything
// else, redirects and 4xx included, is tried again, because receivers are often repaired within
// days. 429 and 503 may say when.
Outcome webhook_outcome(const HttpReply& reply, rules::Instant now);

// The wait that a Retry-After header asks for, at most a day: whole seconds, or a date (RFC 9110
// section 10.2.3, the preferred form) as seen from `now`, 0 when it is past. None for anything
// else.
std::optional<std::chrono::seconds> retry_after(std::string_view header, rules::Instant now);

}  // namespace measured::connectors
