// What the service does when a source fails, the store refuses or the process is killed.
#include "daemon/cli/mail_text.h"
#include "tests/daemon/service_world.h"

namespace measured::daemon {
namespace {

class ServiceFailuresTest : public ServiceTest {};

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(ServiceFailuresTest, ASourceThatFailsIsSaidAndStoresNothing) {
  shop.failure = "connection refused";

  take(rules_text);

  EXPECT_THAT(outcomes("pull/"), ElementsAre("source_error"));
  ASSERT_THAT(service->failing_pulls(), SizeIs(1));
  const Service::FailingPull& failing = service->failing_pulls().begin()->second;
  EXPECT_EQ(failing.source, "shop");
  EXPECT_EQ(failing.measures, "on_time");
  EXPECT_EQ(failing.reason, "connection refused");
  EXPECT_THAT(store->buckets("on_time", "", {monday - 90 * 24h, monday + 90 * 24h}).value(),
              IsEmpty());
  shop.failure.clear();
  pass(24h);
  EXPECT_THAT(service->failing_pulls(), IsEmpty());
}

TEST_F(ServiceFailuresTest, OneGroupThatIsAnsweredHidesNoOtherOfItsSource) {
  shop.failure = "no such column";
  shop.fails_for = "on_time";

  take(with_another_measure());
  pass(48h);

  ASSERT_THAT(service->failing_pulls(), SizeIs(1));
  EXPECT_EQ(service->failing_pulls().begin()->second.measures, "on_time");
}

TEST_F(ServiceFailuresTest, ASourceThatIsNotConnectedIsSaid) {
  sources.clear();

  take(rules_text);

  ASSERT_THAT(service->failing_pulls(), SizeIs(1));
  EXPECT_THAT(service->failing_pulls().begin()->second.reason, HasSubstr("restart to connect it"));
}

TEST_F(ServiceFailuresTest, TheSameFailureIsLoggedOnceAndCountedEachTime) {
  shop.failure = "connection refused";

  take(rules_text);
  pass(std::chrono::days{3});

  EXPECT_EQ(times_logged("connection refused"), 1);
  EXPECT_THAT(outcomes("pull/"), SizeIs(4));
  EXPECT_THAT(registry.render(),
              HasSubstr("measured_slots_total{kind=\"pull\",outcome=\"source_error\"} 4"));

  shop.failure = "no such table";
  pass(std::chrono::days{2});
  EXPECT_EQ(times_logged("no such table"), 1);
}

TEST_F(ServiceFailuresTest, ASlotWaitsForAStoreThatTakesNothing) {
  take(rules_text);
  pass(3h);
  shop.scans.clear();
  refuse("slot");

  pass(2h);

  EXPECT_THAT(shop.scans, IsEmpty());
  EXPECT_THAT(service->store_problem(), HasSubstr("disk is full"));
  take_again();
  pass(15s);
  EXPECT_THAT(shop.scans, SizeIs(1));
  EXPECT_THAT(service->store_problem(), IsEmpty());
  EXPECT_EQ(outcomes("pull/").front(), "done_late");
}

TEST_F(ServiceFailuresTest, ADigestThatTheStoreDidNotTakeIsTriedAgain) {
  take(rules_text);
  pass(50h);
  refuse("told");

  pass(8h);

  EXPECT_THAT(messages("mail"), IsEmpty());
  EXPECT_THAT(service->store_problem(), HasSubstr("disk is full"));
  take_again();
  pass(15s);
  EXPECT_THAT(messages("mail"), SizeIs(2));
  EXPECT_THAT(service->store_problem(), IsEmpty());
  EXPECT_THAT(outcomes("digest/"), SizeIs(1));
}

TEST_F(ServiceFailuresTest, APullThatTheStoreDidNotTakeIsDoneAgainBeforeItsNextSlot) {
  take(rules_text);
  deliveries(monday + 1h, "north", 5, 15);
  pass(3h);
  refuse("bucket");

  pass(2h);

  EXPECT_THAT(store->buckets("on_time", "", {monday, monday + 24h}).value(), IsEmpty());
  take_again();
  pass(10min);
  EXPECT_THAT(store->buckets("on_time", "", {monday, monday + 24h}).value(), SizeIs(1));
  EXPECT_EQ(outcomes("pull/").front(), "done_late");
  EXPECT_THAT(service->store_problem(), IsEmpty());
}

TEST_F(ServiceFailuresTest, ASourceIsNotAskedAllTheTimeForWhatTheStoreRefuses) {
  take(rules_text);
  pass(3h);
  refuse("scan");
  shop.scans.clear();

  pass(25h);

  // 15 s, 30 s, 1 min … 10 min apart, until the next slot asks for the same.
  EXPECT_GT(shop.scans.size(), 10U);
  EXPECT_LT(shop.scans.size(), 160U);
  EXPECT_EQ(outcomes("pull/").front(), "running");  // of today
}

TEST_F(ServiceFailuresTest, ASourceIsNotAskedAtAllWhileTheStoreTakesNothing) {
  take(rules_text);
  pass(3h);
  const std::string job = store->slots("", 1).value().front().job;
  shop.meanwhile = [this] {
    another().script(
        "CREATE TRIGGER full BEFORE INSERT ON scan BEGIN SELECT RAISE(ABORT, 'disk is full'); END;"
        "CREATE TRIGGER full_too BEFORE INSERT ON fact "
        "BEGIN SELECT RAISE(ABORT, 'disk is full'); END");
  };
  shop.scans.clear();

  pass(3h);

  EXPECT_THAT(shop.scans, SizeIs(1));
  take_again();
  another().script("DROP TRIGGER full_too");
  pass(30s);
  EXPECT_THAT(shop.scans, SizeIs(2));
  EXPECT_EQ(store->slots(job, 1).value().front().outcome, "done_late");
}

TEST_F(ServiceFailuresTest, HowASlotEndedIsRecordedWhenTheStoreTakesItAgain) {
  take(rules_text);
  pass(3h);
  refuse("slot", "UPDATE");

  pass(2h);

  EXPECT_EQ(outcomes("pull/").front(), "running");
  EXPECT_EQ(times_logged("slot_not_recorded job=pull/"), 1);
  take_again();
  pass(15s);
  EXPECT_EQ(outcomes("pull/").front(), "done");
  EXPECT_THAT(service->store_problem(), IsEmpty());
}

TEST_F(ServiceFailuresTest, ASlotIsNotTriedForLongerThanItWouldBeCaughtUp) {
  take(rules_text);
  pass(50h);
  refuse("slot");

  pass(std::chrono::days{3});
  take_again();
  pass(1min);

  EXPECT_EQ(times_logged("slot_not_claimed job=digest/monday"), 1);
  EXPECT_THAT(messages("mail"), IsEmpty());
}

TEST_F(ServiceFailuresTest, ARestartGoesOnWhereItStopped) {
  take(rules_text);
  deliveries(monday + 12h, "north", 5, 15);
  pass(std::chrono::days{9});
  ASSERT_THAT(messages("hook"), SizeIs(1));
  const auto mails = messages("mail").size();

  service->stop({});
  settle();
  start();
  take(rules_text);
  pass(std::chrono::days{1});

  EXPECT_THAT(messages("hook"), SizeIs(1));
  EXPECT_EQ(messages("mail").size(), mails + 2);  // Wednesday's, once
  EXPECT_EQ(engine->verdict_counts()["missed"], 1);
}

TEST_F(ServiceFailuresTest, ADigestThatWasMissedTellsWhatThePullsBesideItBring) {
  take(rules_text);
  deliveries(monday + 12h, "north", 5, 15);
  pass(std::chrono::days{3});
  const auto mails = messages("mail").size();
  service->stop({});
  settle();
  clock.advance(std::chrono::days{6} + 10h);  // beyond Wednesday at 08:00
  start();

  take(rules_text);
  pass(10s);

  ASSERT_EQ(messages("mail").size(), mails + 2);
  EXPECT_THAT(text_of_mail(messages("mail")[mails].body), HasSubstr("missed"));
}

TEST_F(ServiceFailuresTest, WhatAKilledProcessLeftUndoneIsDoneAgain) {
  take(rules_text);
  const std::string job = store->slots("", 1).value().front().job;
  SlotRow left{job, monday + 1h, monday + 1h, std::nullopt, "running", ""};
  ASSERT_TRUE(store->claim_slot(left).value());
  service->stop({});
  settle();
  start();
  clock.advance(2h);
  shop.scans.clear();

  take(rules_text);

  EXPECT_THAT(shop.scans, SizeIs(1));
  EXPECT_EQ(store->slots(job, 1).value().front().outcome, "done_late");
}

TEST_F(ServiceFailuresTest, WhatAKilledProcessLeftOfAJobThatIsGoneHasFailed) {
  SlotRow left{"pull/gone", monday, monday, std::nullopt, "running", ""};
  ASSERT_TRUE(store->claim_slot(left).value());

  take(rules_text);

  const SlotRow slot = store->slots("pull/gone", 1).value().front();
  EXPECT_EQ(slot.outcome, "failed");
  EXPECT_EQ(slot.detail, "the job is no longer in the rules");
}

// 180 hours of `north` are more than its series remembers.
std::string hourly() {
  return R"(
teams: {north: {}, south: {}}
measures:
  on_time:
    {source: shop, from: orders, time: promised_at, team: hub, ratio: delivered_at <= promised_at,
     period: hour, settle: 1h, history: 30d, pull: every 1h, guardrail_waived: a test,
     target: {from: 2026-01-01, at_least: 90%}}
alerts:
  missed: {on: [target.missed], hysteresis: none, send: [hook]}
)";
}

TEST_F(ServiceFailuresTest, EveryPeriodOfALongDowntimeIsJudged) {
  take(hourly());
  deliveries(monday + 2h, "north", 20, 0);
  pass(10h);
  deliveries(monday + 24h, "north", 5, 15);
  deliveries(monday + 25h, "north", 20, 0);
  service->stop({});
  settle();
  clock.advance(std::chrono::days{20});
  start();

  take(hourly());

  ASSERT_THAT(messages("hook"), SizeIs(2));  // that hour, and that it was over with the next
  EXPECT_THAT(messages("hook")[0].body, HasSubstr("\"start\":\"2026-11-03T00:00:00+00:00\""));
}

TEST_F(ServiceFailuresTest, EveryPeriodIsJudgedAfterASourceWasAwayForLong) {
  take(hourly());
  deliveries(monday + 2h, "north", 20, 0);
  pass(10h);
  deliveries(monday + 24h, "north", 5, 15);
  deliveries(monday + 25h, "north", 20, 0);
  shop.failure = "connection refused";
  pass(std::chrono::days{9});
  ASSERT_THAT(messages("hook"), IsEmpty());
  shop.failure.clear();

  pass(1h);

  EXPECT_THAT(messages("hook"), SizeIs(2));
}

TEST_F(ServiceFailuresTest, StopsAtOnceAndTwice) {
  take(rules_text);
  bool ended = false;

  service->stop([&ended] { ended = true; });
  settle();
  service->stop({});
  settle();

  EXPECT_TRUE(ended);
  EXPECT_EQ(service->running(), 0U);
}

}  // namespace
}  // namespace measured::daemon
