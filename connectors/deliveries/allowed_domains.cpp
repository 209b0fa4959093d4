#include "connectors/deliveries/allowed_domains.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "connectors/mail/address.h"
#include "rules/ascii.h"
#include "rules/yaml/map_reader.h"

namespace measured::connectors {
namespace {

class OnlyTo final : public Delivery {
 public:
  OnlyTo(std::vector<std::string> domains, std::unique_ptr<Delivery> delivery)
      : domains_(std::move(domains)), delivery_(std::move(delivery)) {}

  Outcome deliver(const Parcel& parcel, rules::Instant now, std::stop_token stop) override {
    const bool address = is_address(parcel.recipient);
    const std::string domain = address ? rules::lower(domain_of(parcel.recipient)) : "";
    if (std::ranges::find(domains_, domain) != domains_.end()) {
      return delivery_->deliver(parcel, now, std::move(stop));
    }
    Outcome refused;
    refused.kind = Outcome::Kind::dead;
    refused.detail = fmt::format("'{}' is not in 'to_domains' ({})", parcel.recipient,
                                 fmt::join(domains_, ", "));
    return refused;
  }

 private:
  std::vector<std::string> domains_;
  std::unique_ptr<Delivery> delivery_;
};

}  // namespace

std::vector<std::string> to_domains_setting(rules::MapReader& settings) {
  std::vector<std::string> domains;
  for (const std::string& text : settings.texts("to_domains")) {
    if (is_address("reader@" + text)) {
      domains.push_back(rules::lower(text));
    } else {
      settings.error(settings.place("to_domains"), "bad-address",
                     fmt::format("'{}' is not a domain", text),
                     "write 'to_domains: [example.com]'");
    }
  }
  return domains;
}

DeliveryKind::Factory only_to(std::vector<std::string> domains, DeliveryKind::Factory make) {
  if (domains.empty()) {
    return make;
  }
  return [domains = std::move(domains), make = std::move(make)]() -> std::unique_ptr<Delivery> {
    return std::make_unique<OnlyTo>(domains, make());
  };
}

}  // namespace measured::connectors
