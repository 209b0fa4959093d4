#pragma once

#include <span>
#include <string>
#include <string_view>

#include "rules/result.h"
#include "rules/secret.h"
#include "rules/time/instant.h"

namespace measured::connectors {

// Signing as Standard Webhooks says (https://www.standardwebhooks.com), so that a receiver checks
// it with a library it already has.

// A key from its text form, "whsec_" and base64 (the prefix may be absent). A Failure says what is
// wrong with it without showing it.
rules::Result<rules::Secret> signing_key(const rules::Secret& text);

// The value of `webhook-signature`: "v1," and the HMAC-SHA256 of "id.timestamp.body" in base64, one
// for each key, separated by blanks. Two keys while one replaces the other: receivers accept any
// match.
std::string webhook_signature(std::span<const rules::Secret> keys, std::string_view id,
                              rules::Instant timestamp, std::string_view body);

// HMAC-SHA-256 (RFC 2104) of `message`, 32 bytes.
std::string hmac_sha256(const std::string& key, const std::string& message);

}  // namespace measured::connectors
