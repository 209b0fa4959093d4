#pragma once

#include <cstddef>

#include "connectors/delivery.h"

// The `make` of each row of `delivery_kinds()`. The caller has read the channel's `kind`, and calls
// `settings.finish()` when everything that the channel may say has been asked for.
namespace measured::connectors {

DeliveryKind::Factory make_maildir(const ChannelContext& context, rules::MapReader& settings);
DeliveryKind::Factory make_smtp(const ChannelContext& context, rules::MapReader& settings);
DeliveryKind::Factory make_jsonl(const ChannelContext& context, rules::MapReader& settings);
DeliveryKind::Factory make_webhook(const ChannelContext& context, rules::MapReader& settings);
DeliveryKind::Factory make_slack(const ChannelContext& context, rules::MapReader& settings);
DeliveryKind::Factory make_teams(const ChannelContext& context, rules::MapReader& settings);

// Errors that have been reported so far, in these settings or before.
std::size_t errors_in(rules::MapReader& settings);

}  // namespace measured::connectors
