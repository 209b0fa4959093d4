// Digests posted into a room: Slack's incoming webhooks and the workflows of Microsoft Teams. Both
// take JSON at a secret URL and know no message id, so what is sent twice after a kill is shown
// twice.
#include <memory>
#include <string>

#include "connectors/deliveries/kinds.h"
#include "connectors/deliveries/posting.h"
#include "connectors/deliveries/webhook_answer.h"
#include "rules/text/width.h"
#include "rules/yaml/map_reader.h"

namespace measured::connectors {
namespace {

constexpr std::chrono::seconds deadline_default{20};

class Chat final : public Delivery {
 public:
  explicit Chat(const HttpGuardSettings& settings) : guard_(settings) {}

  Outcome deliver(const Parcel& parcel, rules::Instant now, std::stop_token stop) override {
    // Teams counts a body without a charset as twice as long.
    const HttpHeaders headers{{"Content-Type", parcel.content_type + "; charset=utf-8"},
                              {"User-Agent", "measured/" MEASURED_VERSION}};
    const rules::Result<HttpReply> reply = guard_.post(headers, parcel.body, stop);
    if (!reply) {
      return {Outcome::Kind::retry, reply.error().message, 0, std::nullopt};
    }
    Outcome outcome = webhook_outcome(*reply, now);
    // The older webhooks of Teams say 200 and then, in words, that it did not work.
    constexpr std::string_view failed = "Webhook message delivery failed";
    if (outcome.kind == Outcome::Kind::delivered && reply->body.starts_with(failed)) {
      constexpr int shown_columns_max = 200;
      outcome.kind = Outcome::Kind::retry;
      outcome.detail = rules::one_line(reply->body, shown_columns_max);
    }
    return outcome;
  }

 private:
  HttpGuard guard_;
};

DeliveryKind::Factory make_chat(const ChannelContext& context, rules::MapReader& settings) {
  const std::size_t errors_before = errors_in(settings);
  const HttpGuardSettings read = read_posting(context, settings, deadline_default);
  if (errors_in(settings) != errors_before) {
    return nullptr;
  }
  return [read] { return std::make_unique<Chat>(read); };
}

}  // namespace

DeliveryKind::Factory make_slack(const ChannelContext& context, rules::MapReader& settings) {
  return make_chat(context, settings);
}

DeliveryKind::Factory make_teams(const ChannelContext& context, rules::MapReader& settings) {
  return make_chat(context, settings);
}

}  // namespace measured::connectors
