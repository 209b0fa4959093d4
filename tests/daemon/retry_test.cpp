#include "daemon/work/retry.h"

#include <gtest/gtest.h>

namespace measured::daemon {
namespace {

using connectors::Outcome;
using namespace std::chrono_literals;
using std::chrono::seconds;

constexpr Instant now{seconds{1'700'000'000}};

OutboxRow row_after(int attempts) {
  OutboxRow row;
  row.id = "msg_a";
  row.number = 7;
  row.channel = "hook";
  row.attempts = attempts;
  return row;
}
RetryPolicy without_jitter() {
  RetryPolicy policy;
  policy.jitter = 0;
  return policy;
}
Outcome outcome(Outcome::Kind kind) {
  return {kind, "said so", 503, std::nullopt};
}

TEST(Retry, SpreadsTenAttemptsOverThreeDaysAndThreeHours) {
  Instant at = now;
  int attempts = 0;

  for (;; ++attempts) {
    const Decision decision =
        decide(row_after(attempts), outcome(Outcome::Kind::retry), at, without_jitter());
    if (decision.finished.state == "dead") {
      break;
    }
    at = decision.finished.due_at;
  }

  EXPECT_EQ(attempts + 1, 10);
  EXPECT_EQ(at - now, 75h + 35min + 5s);
}

TEST(Retry, JittersByAFifthAtMostAndTheSameEachTime) {
  const RetryPolicy policy;
  bool varies = false;
  for (int i = 0; i < 200; ++i) {
    OutboxRow row = row_after(1);
    row.id = "msg_" + std::to_string(i);

    const seconds delay = retry_delay(row, 4, policy);

    EXPECT_GE(delay, 24min);
    EXPECT_LE(delay, 36min);
    EXPECT_EQ(delay, retry_delay(row, 4, policy));
    varies = varies || delay != retry_delay(row_after(1), 4, policy);
  }
  EXPECT_TRUE(varies);
}

TEST(Retry, SpreadsTheReceiversOfOneMessage) {
  OutboxRow ana = row_after(1);
  OutboxRow ben = ana;
  ana.recipient = "ana@example.com";
  ben.recipient = "ben@example.com";

  EXPECT_NE(retry_delay(ana, 10, {}), retry_delay(ben, 10, {}));
}

TEST(Retry, WaitsAsLongAsTheReceiverAsksUpToADay) {
  Outcome busy = outcome(Outcome::Kind::retry);
  busy.retry_after = 2h;
  EXPECT_EQ(decide(row_after(0), busy, now, {}).finished.due_at, now + 2h);
  busy.retry_after = 1000h;
  EXPECT_EQ(decide(row_after(0), busy, now, {}).finished.due_at, now + 24h);
  busy.retry_after = 1s;
  EXPECT_EQ(decide(row_after(1), busy, now, without_jitter()).finished.due_at, now + 5min);
}

TEST(Retry, CountsTheAttemptAndKeepsWhatWasSaid) {
  const Decision decision = decide(row_after(2), outcome(Outcome::Kind::retry), now, {});

  EXPECT_EQ(decision.finished.number, 7);
  EXPECT_EQ(decision.finished.state, "pending");
  EXPECT_EQ(decision.finished.attempt.attempt, 3);
  EXPECT_EQ(decision.finished.attempt.status, 503);
  EXPECT_EQ(decision.finished.attempt.result, "retry");
  EXPECT_EQ(decision.finished.attempt.detail, "said so");
  EXPECT_EQ(decision.channel, ChannelVerdict::works);
}

TEST(Retry, EndsWhenDeliveredOrRefusedForGood) {
  EXPECT_EQ(decide(row_after(0), outcome(Outcome::Kind::delivered), now, {}).finished.state,
            "delivered");
  EXPECT_EQ(decide(row_after(0), outcome(Outcome::Kind::dead), now, {}).finished.state, "dead");
}

TEST(Retry, SaysInTheDeadLetterHowOftenItTried) {
  const Decision decision = decide(row_after(9), outcome(Outcome::Kind::retry), now, {});

  EXPECT_EQ(decision.finished.state, "dead");
  EXPECT_EQ(decision.finished.attempt.detail, "not delivered in 10 attempts; the last: said so");
}

TEST(Retry, LosesNoAttemptOverAWrongPassword) {
  const Decision decision = decide(row_after(9), outcome(Outcome::Kind::hold), now, {});

  EXPECT_EQ(decision.finished.state, "pending");
  EXPECT_EQ(decision.finished.attempt.attempt, 0);
  EXPECT_EQ(decision.channel, ChannelVerdict::hold);
}

TEST(Retry, KeepsTheMessageOfAReceiverThatIsGone) {
  const Decision decision = decide(row_after(0), outcome(Outcome::Kind::disable), now, {});

  EXPECT_EQ(decision.finished.state, "pending");
  EXPECT_EQ(decision.finished.attempt.attempt, 1);
  EXPECT_EQ(decision.channel, ChannelVerdict::disable);
}

TEST(Retry, DiesAtItsExpiryAndSaysWhy) {
  OutboxRow digest = row_after(4);
  digest.expires_at = now + 1h;
  digest.last_error = "451 try later";

  EXPECT_EQ(decide(digest, outcome(Outcome::Kind::retry), now, {}).finished.due_at, now + 1h);
  EXPECT_FALSE(expire(digest, now + 1h - 1s).has_value());
  const auto expired = expire(digest, now + 1h);
  ASSERT_TRUE(expired.has_value());
  EXPECT_EQ(expired->state, "dead");
  EXPECT_EQ(expired->attempt.attempt, 0);
  EXPECT_EQ(expired->attempt.detail,
            "expired at 2023-11-14T23:13:20Z; the last attempt: 451 try later");
}

}  // namespace
}  // namespace measured::daemon
