#pragma once

#include <string>
#include <vector>

#include "connectors/delivery.h"

namespace measured::connectors {

// `to_domains` of a channel that carries mail: domains that it may write to, in lower case; empty
// for any. A domain does not stand for those below it. Reports what is no domain.
std::vector<std::string> to_domains_setting(rules::MapReader& settings);

// `make`, but for recipients in no other domain: a message to anybody else is dead before anything
// is sent, whoever put it into the outbox.
DeliveryKind::Factory only_to(std::vector<std::string> domains, DeliveryKind::Factory make);

}  // namespace measured::connectors
