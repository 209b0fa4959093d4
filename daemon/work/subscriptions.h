#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "daemon/store/act_records.h"
#include "rules/digest/content.h"
#include "rules/model/rule_set.h"

namespace measured::daemon {

// What `reader` wants of `digest`; as the rules say where she has said nothing.
SubscriptionRow subscription_of(std::span<const SubscriptionRow> rows, std::string_view digest,
                                std::string_view reader);

// Why the message of `nominal` is not for her: "unsubscribed", "paused until 2026-12-01", "had
// this month's"; empty when she is to get it. `previous` is when her last one was due, and days and
// months are those of `zone`.
std::string why_not_now(const SubscriptionRow& wanted, const rules::Zone& zone,
                        rules::Instant nominal, std::optional<rules::Instant> previous);

// The stricter of what she and the rules want.
rules::Digest::When when_of(const SubscriptionRow& wanted, rules::Digest::When when);

// What the reader is told; nothing where nothing is due. Who hears only of changes gets one message
// a month all the same, so that silence is no doubt: the first that is due in a month of her
// calendar in which she has got none. `input.quiet` then says so.
std::optional<rules::DigestContent> content_to_send(rules::DigestInput& input,
                                                    rules::Digest::When when,
                                                    std::optional<rules::Instant> previous);

}  // namespace measured::daemon
