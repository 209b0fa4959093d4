#include "daemon/work/notices.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/work/notice_text.h"
#include "tests/support/event_schema.h"
#include "tests/support/scripted_delivery.h"

namespace measured::daemon {
namespace {

using connectors::Carries;
using connectors::Outcome;
using connectors::Parcel;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using tests::Receiver;
using namespace std::chrono_literals;

constexpr Instant start{std::chrono::seconds{1'700'000'000}};

class NoticesTest : public testing::Test {
 protected:
  NoticesTest() { store = std::move(*open_store("sqlite::memory:", "", StoreUse::daemon)); }

  void put(const std::string& id, const std::string& channel = "hook") {
    OutboxRow row;
    row.id = id;
    row.channel = channel;
    row.body = "body of " + id;
    row.created_at = row.due_at = start;
    ASSERT_TRUE(store->commit_judged({{}, {}, {row}}).has_value());
  }
  void deliver(Instant now) {
    const NoticeWriter writer = notice_writer(log, metrics, *store, plan);
    ASSERT_TRUE(deliver_due(*store, channels, now, {}, writer, {}).has_value());
  }
  // Those that tell the operator something, in the order in which they were stored.
  std::vector<OutboxRow> notices() {
    std::vector<OutboxRow> found = store->outbox({}).value();
    std::erase_if(found, [](const OutboxRow& row) { return !row.notice; });
    return found;
  }

  std::unique_ptr<Store> store;
  Registry registry;
  MetricsSet metrics{registry, "test"};
  std::string logged;
  Log log{{}, [this](std::string_view line) { logged += line; }};
  NoticePlan plan{"shop", "", {{"ops", Carries::events, {}, {}}}};
  std::vector<Channel> channels;
};

Receiver gone() {
  return Receiver([](const Parcel&, auto) {
    return Outcome{Outcome::Kind::disable, "gone", 410, {}};
  });
}

Receiver refusing() {
  return Receiver([](const Parcel&, auto) {
    return Outcome{Outcome::Kind::dead, "no such user", 550, {}};
  });
}

TEST_F(NoticesTest, TellThroughAnotherChannelThatAReceiverIsGone) {
  Receiver hook = gone();
  Receiver ops;
  channels = {{"hook", hook.factory()}, {"ops", ops.factory()}};
  put("a");

  deliver(start);

  ASSERT_THAT(ops.parcels(), SizeIs(1));
  EXPECT_THAT(ops.parcels()[0].body, HasSubstr(R"("type":"measured.endpoint.disabled")"));
  EXPECT_THAT(ops.parcels()[0].body, HasSubstr(R"("channel":{"id":"hook"})"));
  EXPECT_THAT(ops.parcels()[0].body, HasSubstr(R"("reason":"gone")"));
  const auto events = store->events(0, 10).value();
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0].body, ops.parcels()[0].body);
}

TEST_F(NoticesTest, AreEventsThatTheSchemaAllows) {
  for (const auto kind : {Notice::Kind::message_dead, Notice::Kind::channel_held,
                          Notice::Kind::channel_released, Notice::Kind::channel_disabled}) {
    const NoticeStory story{"msg_01234567890123456789abcdef", kind, "hook", "gone", 1, 7, start};

    EXPECT_THAT(tests::problems_of(notice_event(story, "shop", "")), IsEmpty());
  }
}

TEST_F(NoticesTest, TellOfManyDeadMessagesOnceADay) {
  Receiver hook = refusing();
  Receiver ops;
  channels = {{"hook", hook.factory()}, {"ops", ops.factory()}};
  put("a");
  put("b");
  put("c");
  deliver(start);
  put("d");
  deliver(start + 1h);

  ASSERT_THAT(ops.parcels(), SizeIs(1));
  EXPECT_THAT(ops.parcels()[0].body, HasSubstr("3 messages to channel 'hook' were given up on"));
  put("e");
  deliver(start + 24h);
  EXPECT_THAT(ops.parcels(), SizeIs(2));
}

TEST_F(NoticesTest, TellNobodyButTheLogOfANoticeThatDied) {
  Receiver hook = refusing();
  Receiver ops = refusing();
  plan.routes.push_back({"hook", Carries::events, {}, {}});
  channels = {{"hook", hook.factory()}, {"ops", ops.factory()}};
  put("a");

  deliver(start);

  EXPECT_THAT(notices(), SizeIs(1));
  EXPECT_THAT(logged, HasSubstr("event=message_dead channel=hook"));
  EXPECT_THAT(logged, HasSubstr("event=message_dead channel=ops"));
}

TEST_F(NoticesTest, AreNeverSentThroughTheChannelThatTheyAreAbout) {
  Receiver ops = gone();
  channels = {{"ops", ops.factory()}};
  put("a", "ops");

  deliver(start);

  EXPECT_THAT(notices(), IsEmpty());
  EXPECT_THAT(logged, HasSubstr("event=channel_disabled channel=ops"));
}

TEST_F(NoticesTest, TakeTheNextChannelWhereTheFirstIsClosedToo) {
  ASSERT_TRUE(store->set_channel_state("ops", "held", "bad password", start).has_value());
  Receiver hook = gone();
  Receiver second;
  plan.routes.push_back({"second", Carries::events, {}, {}});
  channels = {{"hook", hook.factory()}, {"ops", second.factory()}, {"second", second.factory()}};
  put("a");

  deliver(start);

  ASSERT_THAT(notices(), SizeIs(1));
  EXPECT_EQ(notices()[0].channel, "second");
}

TEST_F(NoticesTest, WaitWhereNoOtherChannelWorks) {
  ASSERT_TRUE(store->set_channel_state("ops", "disabled", "gone", start).has_value());
  Receiver hook = gone();
  channels = {{"hook", hook.factory()}};
  put("a");

  deliver(start);

  ASSERT_THAT(notices(), SizeIs(1));
  EXPECT_EQ(notices()[0].channel, "ops");
  EXPECT_EQ(notices()[0].state, "pending");
}

TEST_F(NoticesTest, GoToEachPersonAsAMailThatSaysWhatToDo) {
  plan.routes = {{"mail",
                  Carries::mail,
                  {"Measured", "measured@example.com"},
                  {{"", "ops@example.com"}, {"", "it@example.com"}}}};
  Receiver hook = gone();
  Receiver mail;
  channels = {{"hook", hook.factory()}, {"mail", mail.factory()}};
  put("a");

  deliver(start);

  ASSERT_THAT(mail.parcels(), SizeIs(2));
  EXPECT_EQ(mail.parcels()[0].recipient, "ops@example.com");
  EXPECT_EQ(mail.parcels()[1].recipient, "it@example.com");
  EXPECT_THAT(mail.parcels()[0].body,
              HasSubstr("Subject: shop: channel 'hook' is disabled: its receiver is gone\r\n"));
  EXPECT_THAT(mail.parcels()[0].body, HasSubstr("measured channel enable hook"));
}

}  // namespace
}  // namespace measured::daemon
