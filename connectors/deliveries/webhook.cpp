// Events posted to a URL, signed as Standard Webhooks says. Every attempt carries the same id and
// the same body; the timestamp and with it the signature are the attempt's own, because receivers
// refuse old timestamps.
#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include "connectors/deliveries/files.h"
#include "connectors/deliveries/kinds.h"
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

void read_endpoint(rules::MapReader& settings, HttpGuardSettings& http) {
  const std::string url = settings.text("url");
  if (url.empty()) {
    return;
  }
  rules::Result<HttpEndpoint> endpoint = parse_endpoint(url);
  if (!endpoint) {
    settings.error(settings.place("url"), "bad-url", endpoint.error().message,
                   "write 'https://host/path'; the secret signs, a user name is not needed");
    return;
  }
  http.endpoint = std::move(*endpoint);
  if (!http.endpoint.tls && !http.allow_private) {
    settings.warning(settings.place("url"), "plain-http",
                     "what is posted to '" + http.endpoint.host + "' can be read on the way",
                     "write 'https://'");
  }
}

}  // namespace

DeliveryKind::Factory make_webhook(const ChannelContext& context, rules::MapReader& settings) {
  const std::size_t errors_before = errors_in(settings);
  Settings read;
  read.http.allow_private = settings.boolean("allow_private", false);
  read_endpoint(settings, read.http);
  read_key(settings, "secret", settings.text("secret"), read.keys);
  read_key(settings, "previous_secret", settings.text("previous_secret", ""), read.keys);
  if (const std::string ca = settings.text("ca_file", ""); !ca.empty()) {
    read.http.ca_file = resolved_path(context.base_folder, ca);
  }
  const seconds deadline = settings.duration("timeout", deadline_default);
  if (deadline < seconds{1} || deadline > seconds{300}) {
    settings.error(settings.place("timeout"), "bad-duration", "a timeout is between 1s and 5m",
                   "write '20s'");
  }
  read.http.deadline = deadline;
  if (errors_in(settings) != errors_before) {
    return nullptr;
  }
  return [read] { return std::make_unique<Webhook>(read); };
}

}  // namespace measured::connectors
