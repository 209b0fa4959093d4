#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "rules/time/instant.h"

namespace measured::connectors {

// "Sun, 06 Nov 1994 08:49:37 GMT", the preferred form of RFC 9110 section 5.6.7.
std::optional<rules::Instant> http_date(std::string_view text);

// The wait that a Retry-After header asks for, at most a day: whole seconds, or a date (RFC 9110
// section 10.2.3, the preferred form) as seen from `now`, 0 when it is past. None for anything
// else.
std::optional<std::chrono::seconds> retry_after(std::string_view header, rules::Instant now);

}  // namespace measured::connectors
