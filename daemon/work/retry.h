#pragma once

#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include "connectors/delivery.h"
#include "daemon/store/store.h"

namespace measured::daemon {

// When a message is tried again, and when no more. With the defaults ten attempts spread over
// 75 hours and 35 minutes: a receiver that is down from Friday evening to Monday morning loses
// nothing.
struct RetryPolicy {
  // delays[k] is the wait before attempt k + 1, counted from the attempt before; as many attempts
  // as delays.
  std::vector<std::chrono::seconds> delays{std::chrono::seconds{0}, std::chrono::seconds{5},
                                           std::chrono::minutes{5}, std::chrono::minutes{30},
                                           std::chrono::hours{2},   std::chrono::hours{5},
                                           std::chrono::hours{10},  std::chrono::hours{14},
                                           std::chrono::hours{20},  std::chrono::hours{24}};
  double jitter = 0.2;  // share of a delay by which it is lengthened or shortened at most
  std::chrono::seconds retry_after_max{std::chrono::hours{24}};
};

// What an attempt means for its channel.
enum class ChannelVerdict { works, hold, disable };

struct Decision {
  Store::Finished finished;
  ChannelVerdict channel = ChannelVerdict::works;
};

// What becomes of a message after one attempt. Pure: the jitter comes from the message's id, its
// receiver and the attempt, so a message is due at the same moment however often it is worked out.
// A message that cannot be tried before it expires is due when it expires, and dies then.
Decision decide(const OutboxRow& row, const connectors::Outcome& outcome, Instant now,
                const RetryPolicy& policy);

// The end of a message whose time has passed; none while it may still be sent.
std::optional<Store::Finished> expire(const OutboxRow& row, Instant now);

// A claimed message that was not tried after all: pending again, due as before, nothing counted.
Store::Finished hand_back(const OutboxRow& row, Instant now);

// The wait before attempt `attempt` (from 2) of a message, jitter included.
std::chrono::seconds retry_delay(const OutboxRow& row, int attempt, const RetryPolicy& policy);

// "delivered", "retry", "dead", "disable" or "hold": as attempts are stored.
std::string_view to_text(connectors::Outcome::Kind kind);

}  // namespace measured::daemon
