#pragma once

#include "connectors/delivery.h"
#include "connectors/http/guard.h"
#include "rules/time/instant.h"

namespace measured::connectors {

// What a receiver's reply means: only 2xx is a delivery; 410 disables the endpoint; everything
// else, redirects and 4xx included, is tried again, because receivers are often repaired within
// days. 429 and 503 may say when.
Outcome webhook_outcome(const HttpReply& reply, rules::Instant now);

}  // namespace measured::connectors
