// Events posted to a URL, signed as Standard Webhooks says. Every attempt carries the same id and
// the same body; the timestamp and with it the signature are the attempt's own, because receivers
// refuse old timestamps.
#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include "connectors/deliveries/kinds.h"
#include "connectors/deliveries/posting.h"
#include "connectors/deliveries/signature.h"
#include "connectors/deliveries/webhook_answer.h"
#include "connectors/http/guard.h"
#include "rules/secret.h"
#include "rules/yaml/map_reader.h"

namespace measured::connectors {
namespace {

using std::chrono::seconds;

constexpr seconds deadline_default{20};  // most receivers' own limit is 15 to 30 s

struct Settings {
  HttpGuardSettings http;
  std::vector<rules::Secret> keys;  // the newest first
};

class Webhook final : public Delivery {
 public:
  explicit Webhook(const Settings& settings) : keys_(settings.keys), guard_(settings.http) {}

  Outcome deliver(const Parcel& parcel, rules::Instant now, std::stop_token stop) override {
    const HttpHeaders headers{
        {"Content-Type", parcel.content_type + "; charset=utf-8"},
        {"User-Agent", "measured/" MEASURED_VERSION},
        {"webhook-id", parcel.id},
        {"webhook-timestamp", std::to_string(now.time_since_epoch().count())},
        {"webhook-signature", webhook_signature(keys_, parcel.id, now, parcel.body)},
        {"measured-attempt", std::to_string(parcel.attempt)},
    };
    const rules::Result<HttpReply> reply = guard_.post(headers, parcel.body, stop);
    if (!reply) {
      return {Outcome::Kind::retry, reply.error().message, 0, std::nullopt};
    }
    return webhook_outcome(*reply, now);
  }

 private:
  std::vector<rules::Secret> keys_;
  HttpGuard guard_;
};

// Reads one secret into `keys`; reports one that is not, without showing it.
void read_key(rules::MapReader& settings, std::string_view name, const std::string& text,
              std::vector<rules::Secret>& keys) {
  if (text.empty()) {
    return;
  }
  rules::Result<rules::Secret> key = signing_key(rules::Secret(text));
  if (!key) {
    settings.error(
        settings.place(name), "bad-secret", key.error().message,
        "write 'whsec_' and the base64 of 24 to 64 random bytes: openssl rand -base64 32");
    return;
  }
  keys.push_back(std::move(*key));
}

}  // namespace

DeliveryKind::Factory make_webhook(const ChannelContext& context, rules::MapReader& settings) {
  const std::size_t errors_before = errors_in(settings);
  Settings read;
  read.http = read_posting(context, settings, deadline_default);
  read_key(settings, "secret", settings.text("secret"), read.keys);
  read_key(settings, "previous_secret", settings.text("previous_secret", ""), read.keys);
  if (errors_in(settings) != errors_before) {
    return nullptr;
  }
  return [read] { return std::make_unique<Webhook>(read); };
}

}  // namespace measured::connectors
