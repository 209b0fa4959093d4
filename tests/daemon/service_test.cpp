// What the service does with rules and data that are sound.
#include "daemon/cli/mail_text.h"
#include "tests/daemon/service_world.h"

namespace measured::daemon {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(ServiceTest, PullsTheHistoryAtOnceAndThenOnlyWhatIsNotFinal) {
  take(rules_text);
  pass(54h);

  ASSERT_GE(shop.scans.size(), 3U);
  EXPECT_LE(shop.scans[0].edges.front(), monday - std::chrono::weeks{8});
  // On Tuesday morning last week is final, so Wednesday asks for this week alone.
  EXPECT_EQ(shop.scans.back().edges,
            (std::vector<Instant>{monday, monday + std::chrono::weeks{1}}));
}

TEST_F(ServiceTest, TellsOfAMissOnceWhenItsWeekIsFinalAndNotBefore) {
  take(rules_text);
  deliveries(monday + 12h, "north", 5, 15);
  pass(std::chrono::days{8});
  EXPECT_THAT(messages("hook"), IsEmpty());

  pass(std::chrono::days{1});

  ASSERT_THAT(messages("hook"), SizeIs(1));
  EXPECT_THAT(messages("hook")[0].body, HasSubstr("\"team\":{\"id\":\"north\""));
  EXPECT_THAT(messages("hook")[0].body, HasSubstr("\"verdict\":\"missed\""));
  pass(std::chrono::days{5});
  EXPECT_THAT(messages("hook"), SizeIs(1));
}

TEST_F(ServiceTest, TheHistoryOfTheFirstPullIsNoNews) {
  deliveries(monday - std::chrono::weeks{2} + 12h, "north", 5, 15);
  deliveries(monday - std::chrono::weeks{1} + 12h, "north", 5, 15);

  take(rules_text);
  pass(48h);

  EXPECT_THAT(messages("hook"), IsEmpty());
  EXPECT_EQ(engine->verdict_counts()["missed"], 1);
}

TEST_F(ServiceTest, EachManagerGetsOneMailWithHerOwnTeam) {
  take(rules_text);
  deliveries(monday - 4 * 24h, "north", 19, 1);

  pass(std::chrono::days{3});

  const auto mails = messages("mail");
  ASSERT_THAT(mails, SizeIs(2));
  EXPECT_THAT(mails[0].body, HasSubstr("North hub"));
  EXPECT_THAT(mails[0].body, ::testing::Not(HasSubstr("South hub")));
  EXPECT_THAT(outcomes("digest/"), ElementsAre("done"));
}

TEST_F(ServiceTest, APullThatAReloadOvertookAsksAgain) {
  shop.meanwhile = [this] {
    ASSERT_TRUE(engine->use(load_rules(moved_target()), now(), by("tester")));
  };

  take(rules_text);

  EXPECT_THAT(shop.scans, SizeIs(2));
  EXPECT_THAT(outcomes("pull/"), ElementsAre("done"));
}

TEST_F(ServiceTest, AReloadDuringTheFirstPullStartsNoOtherBesideIt) {
  shop.meanwhile = [this] {
    const auto rules = load_rules(moved_target());
    ASSERT_TRUE(engine->use(rules, now(), by("tester")));
    service->take(rules);
  };

  take(rules_text);

  EXPECT_THAT(shop.scans, SizeIs(2));
  EXPECT_THAT(outcomes("pull/"), ElementsAre("done"));
}

TEST_F(ServiceTest, SaysSoWhenTheDataBecomeStale) {
  take(rules_text);
  pass(24h);
  shop.failure = "connection refused";

  pass(std::chrono::days{5});

  ASSERT_THAT(messages("hook"), SizeIs(1));
  EXPECT_THAT(messages("hook")[0].body, HasSubstr("data.stale"));
}

TEST_F(ServiceTest, AReloadThatMovesATargetIsInTheLedgerAndLeavesHistoryAlone) {
  take(rules_text);
  deliveries(monday + 12h, "north", 19, 1);
  pass(std::chrono::days{9});

  take(moved_target());
  pass(24h);

  EXPECT_EQ(engine->verdict_counts()["met"], 1);
  const auto rows = store->ledger("target", "on_time").value();
  ASSERT_THAT(rows, SizeIs(2));
  EXPECT_EQ(rows[1].author, "tester");
  EXPECT_THAT(rows[1].body, HasSubstr("0.99"));
}

TEST_F(ServiceTest, AMeasureThatCountsSomethingElseStartsANewSeries) {
  take(rules_text);
  deliveries(monday - 4 * 24h, "north", 19, 1);
  pass(std::chrono::days{2});
  std::string other = rules_text;
  other.replace(other.find("delivered_at <= promised_at"), 27, "delivered_at <  promised_at");
  shop.scans.clear();

  take(other);

  ASSERT_THAT(shop.scans, SizeIs(1));
  EXPECT_LE(shop.scans[0].edges.front(), now() - std::chrono::weeks{8});
  const auto buckets =
      store->buckets("on_time", "", {monday - 90 * 24h, monday + 90 * 24h}).value();
  EXPECT_THAT(buckets, SizeIs(2));  // the old one is kept beside the new one
  EXPECT_NE(buckets[0].definition, buckets[1].definition);
}

TEST_F(ServiceTest, TeamsOfTwoZonesKeepTheirBucketsApart) {
  std::string zones = rules_text;
  zones.replace(zones.find("north: {"), 8, "north: {time_zone: America/New_York, ");
  zones.replace(zones.find("period: week"), 12, "time_zone: team\n    period: week");
  deliveries(monday - 4 * 24h, "north", 19, 1);
  deliveries(monday - 4 * 24h, "south", 17, 3);

  take(zones);
  pass(std::chrono::days{3});

  const auto buckets =
      store->buckets("on_time", "", {monday - 90 * 24h, monday + 90 * 24h}).value();
  EXPECT_THAT(buckets, SizeIs(2));
  EXPECT_THAT(store->revisions("on_time", monday - 90 * 24h, monday + 90 * 24h).value(), IsEmpty());
  EXPECT_EQ(engine->verdict_counts()["met"], 1);
  EXPECT_EQ(engine->verdict_counts()["missed"], 1);
}

TEST_F(ServiceTest, ATeamThatJoinsLaterGetsItsHistory) {
  deliveries(monday - 4 * 24h, "north", 19, 1);
  deliveries(monday - 4 * 24h, "west", 17, 3);
  take(rules_text);
  pass(std::chrono::days{2});
  std::string more = rules_text;
  more.replace(
      more.find("  south:"), 8,
      "  west: {title: West hub, manager: {name: Cleo, email: cleo@example.com}}\n  south:");

  take(more);
  pass(24h);

  const auto buckets =
      store->buckets("on_time", "", {monday - 90 * 24h, monday + 90 * 24h}).value();
  EXPECT_THAT(buckets, SizeIs(2));
}

// The pull before a digest asks for the newest week only; what it judges was pulled before.
TEST_F(ServiceTest, RowsOfNoTeamAreCountedOverAllThatTheDigestJudges) {
  std::string wide = rules_text;
  wide.insert(wide.find("    settle: 1d"), "    window: 2 periods\n");
  deliveries(monday - std::chrono::weeks{9} + 12h, "west", 8, 0);
  deliveries(monday - std::chrono::weeks{1} + 12h, "west", 2, 0);
  take(wide);
  deliveries(monday + 12h, "west", 3, 0);
  pass(std::chrono::days{9});

  const std::string mail = text_of_mail(messages("mail").back().body);

  EXPECT_THAT(mail, HasSubstr("5 rows belong to no team: west (5)"));
}

}  // namespace
}  // namespace measured::daemon
