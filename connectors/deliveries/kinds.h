#pragma once

#include "connectors/delivery.h"
#include "connectors/errors_in.h"

// The `make` of each row of `delivery_kinds()`. The caller has read the channel's `kind`, and calls
// `settings.finish()` when everything that the channel may say has been asked for.
namespace measured::connectors {

DeliveryKind::Factory make_maildir(const ChannelContext& context, rules::MapReader& settings);
DeliveryKind::Factory make_smtp(const ChannelContext& context, rules::MapReader& settings);
DeliveryKind::Factory make_jsonl(const ChannelContext& context, rules::MapReader& settings);
DeliveryKind::Factory make_webhook(const ChannelContext& context, rules::MapReader& settings);
DeliveryKind::Factory make_slack(const ChannelContext& context, rules::MapReader& settings);
DeliveryKind::Factory make_teams(const ChannelContext& context, rules::MapReader& settings);

}  // namespace measured::connectors
