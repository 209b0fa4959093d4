#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "connectors/delivery.h"
#include "rules/diagnostic.h"

namespace measured::tests {

// A channel made from settings as an operator writes them ("path: out, per_recipient: true"), the
// way the daemon makes it. `factory` is empty when the settings are wrong, and `problems` says why.
struct Channel {
  connectors::DeliveryKind::Factory factory;
  rules::Diagnostics problems;

  std::unique_ptr<connectors::Delivery> open() const { return factory(); }
};

Channel make_channel(std::string_view kind, const std::string& settings,
                     const std::string& base_folder = "/");

}  // namespace measured::tests
