// The one list of deliveries. Adding one is its declaration, a line here and a file of its own.
#include "connectors/deliveries/kinds.h"

namespace measured::connectors {

std::span<const DeliveryKind> delivery_kinds() {
  static constexpr DeliveryKind kinds[] = {
      {"smtp", "mail through a mail server", Carries::mail, make_smtp},
      {"maildir", "mail into a folder, for a mail reader or a mail server to pick up",
       Carries::mail, make_maildir},
      {"jsonl", "events into a file, one line of JSON each", Carries::events, make_jsonl},
      {"webhook", "events posted to a URL, signed (Standard Webhooks, CloudEvents)",
       Carries::events, make_webhook},
      {"slack", "digests into a Slack channel, through an incoming webhook", Carries::slack,
       make_slack},
      {"teams", "digests into a Microsoft Teams channel, through a workflow's webhook",
       Carries::teams, make_teams},
  };
  return kinds;
}

}  // namespace measured::connectors
