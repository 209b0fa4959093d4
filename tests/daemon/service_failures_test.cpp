// What the service does when a source fails, the store refuses or the process is killed.
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
