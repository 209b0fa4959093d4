#include "daemon/work/outbox.h"

#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/scripted_delivery.h"

namespace measured::daemon {
namespace {

using connectors::Outcome;
using connectors::Parcel;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using tests::Receiver;
using namespace std::chrono_literals;

constexpr Instant start{std::chrono::seconds{1'700'000'000}};

class OutboxTest : public testing::Test {
 protected:
  OutboxTest() {
    options.retry.jitter = 0;
    store = std::move(*open_store("sqlite::memory:", "", StoreUse::daemon));
  }
  void put(const std::string& id, const std::string& channel = "hook",
           std::optional<Instant> expires_at = std::nullopt) {
    OutboxRow row;
    row.id = id;
    row.channel = channel;
    row.body = "body of " + id;
    row.created_at = row.due_at = start;
    row.expires_at = expires_at;
    ASSERT_TRUE(store->commit_judged({{}, {}, {row}}).has_value());
  }
  DeliveryReport deliver(Instant now) {
    const NoticeWriter hear = [this](std::span<const Notice> heard) {
      notices.insert(notices.end(), heard.begin(), heard.end());
      return Store::Judged{};
    };
    const auto report = deliver_due(*store, channels, now, options, hear, {});
    EXPECT_TRUE(report.has_value());
    return report.value_or(DeliveryReport{});
  }
  OutboxRow row(std::int64_t number) { return **store->outbox_row(number); }

  std::unique_ptr<Store> store;
  OutboxOptions options;
  std::vector<Channel> channels;
  std::vector<Notice> notices;
};

TEST_F(OutboxTest, DeliversWhatIsDueOnce) {
  Receiver receiver;
  channels = {{"hook", receiver.factory()}};
  put("a");
  put("b");

  EXPECT_EQ(deliver(start).delivered, 2);
  EXPECT_EQ(deliver(start + 100h).delivered, 0);

  ASSERT_THAT(receiver.parcels(), SizeIs(2));
  EXPECT_EQ(receiver.parcels()[0].id, "a");
  EXPECT_EQ(receiver.parcels()[0].body, "body of a");
  EXPECT_EQ(receiver.parcels()[0].attempt, 1);
}

TEST_F(OutboxTest, TriesTheSameBytesUnderTheSameIdUntilItGivesUp) {
  Receiver receiver([](const Parcel&, auto) {
    return Outcome{Outcome::Kind::retry, "down", 500, {}};
  });
  channels = {{"hook", receiver.factory()}};
  put("a");

  std::vector<std::chrono::seconds> waits;
  for (Instant now = start;;) {
    deliver(now);
    const auto next = *store->next_due();
    if (!next) {
      break;
    }
    waits.push_back(*next - now);
    now = *next;
  }

  EXPECT_THAT(waits, ElementsAre(5s, 5min, 30min, 2h, 5h, 10h, 14h, 20h, 24h));
  const auto parcels = receiver.parcels();
  ASSERT_THAT(parcels, SizeIs(10));
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(parcels[static_cast<std::size_t>(i)].id, "a");
    EXPECT_EQ(parcels[static_cast<std::size_t>(i)].body, "body of a");
    EXPECT_EQ(parcels[static_cast<std::size_t>(i)].attempt, i + 1);
  }
  EXPECT_EQ(row(1).state, "dead");
  EXPECT_THAT(*store->attempts(1), SizeIs(10));
  ASSERT_THAT(notices, SizeIs(1));
  EXPECT_EQ(notices[0].kind, Notice::Kind::message_dead);
  EXPECT_EQ(notices[0].message.id, "a");
  EXPECT_THAT(notices[0].reason, HasSubstr("10 attempts"));
}

TEST_F(OutboxTest, SendsAgainWhatWasSentAndNotMarked) {
  Receiver receiver;
  channels = {{"hook", receiver.factory()}};
  put("a");
  // A sender that was killed between the answer and the mark.
  const auto claimed = *store->claim_due(start, start + options.claim_time, 10, {});
  ASSERT_THAT(claimed, SizeIs(1));

  EXPECT_EQ(deliver(start + 1min).delivered, 0);
  EXPECT_EQ(deliver(start + options.claim_time).delivered, 1);

  EXPECT_EQ(receiver.parcels()[0].id, claimed[0].id);
  EXPECT_EQ(receiver.parcels()[0].body, claimed[0].body);
}

TEST_F(OutboxTest, HoldsAChannelAfterOneWrongPasswordAndTriesItAgain) {
  bool wrong = true;
  Receiver receiver([&](const Parcel&, auto) {
    return wrong ? Outcome{Outcome::Kind::hold, "535 wrong password", 535, {}} : Outcome{};
  });
  Receiver other;
  channels = {{"mail", receiver.factory()}, {"hook", other.factory()}};
  for (int i = 0; i < 5; ++i) {
    put("m" + std::to_string(i), "mail");
  }
  put("h");

  deliver(start);
  EXPECT_THAT(receiver.parcels(), SizeIs(1));
  EXPECT_THAT(other.parcels(), SizeIs(1));
  deliver(start + 4min);
  EXPECT_THAT(receiver.parcels(), SizeIs(1));
  EXPECT_EQ(*next_work(*store, {}, options), start + 5min);
  deliver(start + 5min);
  EXPECT_THAT(receiver.parcels(), SizeIs(2));
  wrong = false;
  EXPECT_EQ(deliver(start + 10min).delivered, 5);

  ASSERT_THAT(notices, SizeIs(2));
  EXPECT_EQ(notices[0].kind, Notice::Kind::channel_held);
  EXPECT_EQ(notices[0].reason, "535 wrong password");
  EXPECT_EQ(notices[1].kind, Notice::Kind::channel_released);
  EXPECT_EQ(store->counts("mail")->delivered, 5);
  EXPECT_THAT(*store->attempts(2), SizeIs(1));
}

TEST_F(OutboxTest, StopsAtOnceWhenTheReceiverIsGone) {
  Receiver receiver([](const Parcel&, auto) {
    return Outcome{Outcome::Kind::disable, "410 gone", 410, {}};
  });
  channels = {{"hook", receiver.factory()}};
  put("a");
  put("b");

  deliver(start);
  deliver(start + 100h);

  EXPECT_THAT(receiver.parcels(), SizeIs(1));
  EXPECT_EQ(store->counts("hook")->pending, 2);
  EXPECT_EQ((*store->channel_states())[0].state, "disabled");
  ASSERT_THAT(notices, SizeIs(1));
  EXPECT_EQ(notices[0].kind, Notice::Kind::channel_disabled);

  ASSERT_TRUE(store->set_channel_state("hook", "ok", "enabled by hand", start + 100h).has_value());
  deliver(start + 101h);
  EXPECT_THAT(receiver.parcels(), SizeIs(2));
}

TEST_F(OutboxTest, LetsAnOldDigestDieWithItsReason) {
  Receiver receiver;
  channels = {{"mail", receiver.factory()}};
  put("a", "mail", start + 48h);

  EXPECT_EQ(deliver(start + 48h).dead, 1);

  EXPECT_THAT(receiver.parcels(), IsEmpty());
  EXPECT_EQ(row(1).state, "dead");
  EXPECT_THAT(row(1).last_error, HasSubstr("expired at"));
  ASSERT_THAT(notices, SizeIs(1));
}

TEST_F(OutboxTest, KeepsMessagesOfAChannelThatIsNotDeclared) {
  put("a", "forgotten");

  EXPECT_EQ(deliver(start).kept, 1);

  EXPECT_EQ(row(1).state, "pending");
  EXPECT_EQ(row(1).attempts, 0);
}

TEST_F(OutboxTest, HurtsOnlyTheReceiverThatIsDown) {
  Receiver bad([](const Parcel&, auto) { return Outcome{Outcome::Kind::retry, "down", 0, {}}; });
  Receiver good;
  channels = {{"bad", bad.factory()}, {"good", good.factory()}};
  for (int i = 0; i < 50; ++i) {
    put("a" + std::to_string(i), "bad");
    put("b" + std::to_string(i), "good");
  }

  const DeliveryReport report = deliver(start);

  EXPECT_EQ(report.delivered, 50);
  EXPECT_EQ(report.retried, 50);
}

TEST_F(OutboxTest, StoresANoticeWithTheDeathItIsAbout) {
  Receiver receiver([](const Parcel&, auto) {
    return Outcome{Outcome::Kind::dead, "550", 550, {}};
  });
  Receiver ops;
  channels = {{"mail", receiver.factory()}, {"ops", ops.factory()}};
  put("a", "mail");
  const NoticeWriter write = [](std::span<const Notice> heard) {
    Store::Judged judged;
    OutboxRow notice;
    notice.id = "notice_" + heard[0].message.id;
    notice.channel = "ops";
    notice.created_at = notice.due_at = heard[0].at;
    judged.messages.push_back(notice);
    return judged;
  };

  ASSERT_TRUE(deliver_due(*store, channels, start, options, write, {}).has_value());

  ASSERT_THAT(ops.parcels(), SizeIs(1));
  EXPECT_EQ(ops.parcels()[0].id, "notice_a");
}

}  // namespace
}  // namespace measured::daemon
