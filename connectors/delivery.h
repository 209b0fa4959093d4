#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

#include "rules/result.h"
#include "rules/time/instant.h"

namespace measured::rules {
class MapReader;
}

namespace measured::connectors {

// One message for one receiver, as the outbox stored it: every attempt carries the same id and the
// same bytes.
struct Parcel {
  std::string id;            // "msg_" and 26 base32 digits
  std::string recipient;     // address of a person; empty for a webhook or a file
  std::string content_type;  // "message/rfc822" for mail, "application/cloudevents+json" for events
  std::string body;
  int attempt = 1;  // from 1
};

// What became of one attempt, in the only terms the outbox acts on.
struct Outcome {
  enum class Kind {
    delivered,
    retry,    // try again later
    dead,     // this receiver will never take it (5xx at RCPT, message refused)
    disable,  // the endpoint is gone (410): stop using the channel until an operator re-enables it
    hold,     // the channel is misconfigured (wrong password, TLS failure): keep everything, alarm
  };
  Kind kind = Kind::delivered;
  std::string detail;  // the receiver's own words, capped; "" when delivered without any
  int status = 0;      // HTTP or SMTP code; 0 when there was none
  std::optional<std::chrono::seconds> retry_after;
};

// A way to hand a parcel over. Blocking, one thread at a time, lets no exception out; returns soon
// after `stop` is requested. May keep a connection open between calls, nothing else.
class Delivery {
 public:
  virtual ~Delivery() = default;
  virtual Outcome deliver(const Parcel& parcel, rules::Instant now, std::stop_token stop) = 0;
};

// Digests as mail, digests in the form of a chat service, or events.
enum class Carries { mail, events, slack, teams };
constexpr bool carries_digests(Carries carries) {
  return carries != Carries::events;
}

struct ChannelContext {
  std::string id;
  std::string base_folder;
};

struct DeliveryKind {
  std::string_view name;
  std::string_view summary;
  Carries carries;
  // Several instances of one channel may exist, one a worker thread; `make` is called once to check
  // the settings and gives a factory for them. Null after reporting what is wrong.
  using Factory = std::function<std::unique_ptr<Delivery>()>;
  Factory (*make)(const ChannelContext&, rules::MapReader& settings);
};

std::span<const DeliveryKind> delivery_kinds();

}  // namespace measured::connectors
