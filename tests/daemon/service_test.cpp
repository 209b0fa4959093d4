// The service, the engine and the store together under a clock that the test moves: what a daemon
// does in weeks happens here in milliseconds, on one thread.
#include "daemon/work/service.h"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>

#include "daemon/store/sqlite.h"
#include "daemon/virtual_clock.h"
#include "rules/load/loader.h"
#include "tests/support/files.h"

namespace measured::daemon {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* rules_text = R"(
teams:
  north: {title: North hub, manager: {name: Ana, email: ana@example.com}}
  south: {title: South hub, manager: {name: Bea, email: bea@example.com}}
measures:
  on_time:
    title: On time
    source: shop
    from: orders
    time: promised_at
    team: hub
    ratio: delivered_at <= promised_at
    period: week
    settle: 1d
    history: 8w
    stale_after: 3d
    pull: daily at 04:00
    guardrail_waived: a test
    target: {from: 2026-01-01, at_least: 90%}
alerts:
  missed: {on: [target.missed, data.stale], send: [hook]}
digests:
  monday: {to: managers, at: every wednesday at 08:00, send: [mail]}
)";

std::string moved_target() {
  std::string moved = rules_text;
  const std::string from = "{from: 2026-01-01, at_least: 90%}";
  moved.replace(moved.find(from), from.size(),
                "[{from: 2026-01-01, at_least: 90%}, {from: 2026-11-09, at_least: 99%}]");
  return moved;
}

// Of the same source, but of another group.
std::string with_another_measure() {
  std::string more = rules_text;
  more.insert(more.find("alerts:"),
              "  returns: {source: shop, from: returns, time: at, team: hub, count: true, "
              "pull: daily at 05:00}\n");
  return more;
}

// Rows that a test puts down; every scan counts those in its buckets.
struct FakeShop {
  struct Row {
    Instant promised;
    std::string hub;
    bool on_time;
  };
  std::vector<Row> rows;
  std::string failure;              // the next scans fail with it
  std::string fails_for;            // only those of this measure, when it names one
  std::function<void()> meanwhile;  // happens once, while the next scan runs
  std::vector<connectors::Scan> scans;
};

class FakeSource final : public connectors::Source {
 public:
  explicit FakeSource(FakeShop& shop) : shop_(shop) {}

  rules::Result<connectors::ScanResult> scan(const connectors::Scan& scan,
                                             std::stop_token) override {
    shop_.scans.push_back(scan);
    if (shop_.meanwhile) {
      std::exchange(shop_.meanwhile, {})();
    }
    const bool meant = shop_.fails_for.empty() || scan.measures.front().id == shop_.fails_for;
    if (!shop_.failure.empty() && meant) {
      return rules::retry_later(shop_.failure);
    }
    std::map<std::pair<std::string, std::uint32_t>, rules::Tally> tallies;
    for (const FakeShop::Row& row : shop_.rows) {
      for (std::uint32_t bucket = 0; bucket + 1 < scan.edges.size(); ++bucket) {
        if (Interval{scan.edges[bucket], scan.edges[bucket + 1]}.contains(row.promised)) {
          tallies[{row.hub, bucket}] += {1, row.on_time ? 1.0 : 0.0, 1, 0, 0};
        }
      }
    }
    connectors::ScanResult result;
    for (const auto& [key, tally] : tallies) {
      result.cells.push_back({0, key.second, key.first, tally});
    }
    return result;
  }
  rules::Result<connectors::Table> read(const std::string&, std::int64_t,
                                        std::stop_token) override {
    return connectors::Table{};
  }
  rules::Result<void> probe(std::stop_token) override { return {}; }
  std::string statement(const connectors::Scan&) const override { return ""; }

 private:
  FakeShop& shop_;
};

std::shared_ptr<const rules::RuleSet> load(const std::string& text) {
  rules::LoadContext context;
  context.sources = {{"shop", "postgres"}};
  context.channels = {{"hook", "webhook"}, {"mail", "maildir"}};
  context.channel_takes_mail = {{"hook", false}, {"mail", true}};
  const rules::LoadResult result = rules::RuleLoader().load({{"rules.yaml", text}}, context);
  for (const rules::Diagnostic& diagnostic : result.diagnostics) {
    EXPECT_NE(diagnostic.severity, rules::Severity::error) << diagnostic.message;
  }
  return result.rules;
}

constexpr Instant monday{std::chrono::sys_days{std::chrono::year{2026} / 11 / 2}};

class ServiceTest : public ::testing::Test {
 protected:
  ServiceTest() {
    store = open_store("sqlite:test.db", folder.path(), StoreUse::daemon).value();
    const auto make = [this] { return std::make_unique<FakeSource>(shop); };
    sources.emplace(
        "shop", std::make_unique<SourcePool>(loop.get_executor(), loop.get_executor(), 1, make));
    start();
  }

  void start() {
    engine = std::make_unique<Engine>(*store, EngineOptions{"test", "", {}, {}});
    service = std::make_unique<Service>(
        ServiceParts{loop.get_executor(), loop.get_executor(), *engine, *store, clock, log, metrics,
                     sources, [] {}, []() -> asio::awaitable<std::string> { co_return ""; }});
  }

  // As a daemon that starts, or reloads, with these rules.
  void take(const std::string& text) {
    const auto rules = load(text);
    ASSERT_NE(rules, nullptr);
    ASSERT_TRUE(engine->use(rules, now(), "tester"));
    service->take(rules);
    settle();
  }

  void settle() {
    loop.restart();
    loop.poll();
  }

  // Time passes, from wake to wake, as it does for a daemon.
  void pass(std::chrono::seconds time) {
    const TimePoint end = clock.now() + time;
    while (clock.next_wake() && *clock.next_wake() <= end) {
      clock.advance(*clock.next_wake() - clock.now());
      settle();
    }
    clock.advance(end - clock.now());
    settle();
  }

  Instant now() const { return std::chrono::floor<std::chrono::seconds>(clock.now()); }

  void deliveries(Instant when, const std::string& hub, int hits, int misses) {
    for (int i = 0; i < hits + misses; ++i) {
      shop.rows.push_back({when, hub, i < hits});
    }
  }

  std::vector<OutboxRow> messages(const std::string& channel) {
    return store->outbox({"", channel, 1000}).value();
  }
  std::vector<std::string> outcomes(const std::string& job) {
    std::vector<std::string> list;
    const std::vector<SlotRow> slots = store->slots("", 1000).value();
    for (const SlotRow& slot : slots) {
      if (slot.job.starts_with(job)) {
        list.push_back(slot.outcome);
      }
    }
    return list;
  }

  int times_logged(const std::string& text) const {
    int times = 0;
    for (std::size_t at = logged.find(text); at != std::string::npos;
         at = logged.find(text, at + 1)) {
      ++times;
    }
    return times;
  }

  // From now on the store refuses new rows of a table, as on a full disk.
  void refuse(const std::string& table) {
    another().script("CREATE TRIGGER full BEFORE INSERT ON " + table +
                     " BEGIN SELECT RAISE(ABORT, 'disk is full'); END");
  }
  void take_again() { another().script("DROP TRIGGER full"); }
  sqlite::Connection another() { return {folder / "test.db", sqlite::Access::write, 1s}; }

  tests::TempFolder folder;
  FakeShop shop;
  asio::io_context loop{1};
  VirtualClock clock{monday};
  Registry registry;
  MetricsSet metrics{registry, "test"};
  std::string logged;
  Log log{{}, [this](std::string_view line) { logged += line; }};
  std::unique_ptr<Store> store;
  std::map<std::string, std::unique_ptr<SourcePool>, std::less<>> sources;
  std::unique_ptr<Engine> engine;
  std::unique_ptr<Service> service;
};

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

TEST_F(ServiceTest, ASourceThatFailsIsSaidAndStoresNothing) {
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

TEST_F(ServiceTest, OneGroupThatIsAnsweredHidesNoOtherOfItsSource) {
  shop.failure = "no such column";
  shop.fails_for = "on_time";

  take(with_another_measure());
  pass(48h);

  ASSERT_THAT(service->failing_pulls(), SizeIs(1));
  EXPECT_EQ(service->failing_pulls().begin()->second.measures, "on_time");
}

TEST_F(ServiceTest, ASourceThatIsNotConnectedIsSaid) {
  sources.clear();

  take(rules_text);

  ASSERT_THAT(service->failing_pulls(), SizeIs(1));
  EXPECT_THAT(service->failing_pulls().begin()->second.reason, HasSubstr("restart to connect it"));
}

TEST_F(ServiceTest, TheSameFailureIsLoggedOnceAndCountedEachTime) {
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

TEST_F(ServiceTest, ASlotWaitsForAStoreThatTakesNothing) {
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

TEST_F(ServiceTest, ADigestThatTheStoreDidNotTakeIsTriedAgain) {
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

TEST_F(ServiceTest, ASlotIsNotTriedForLongerThanItWouldBeCaughtUp) {
  take(rules_text);
  pass(50h);
  refuse("slot");

  pass(std::chrono::days{3});
  take_again();
  pass(1min);

  EXPECT_EQ(times_logged("slot_not_claimed job=digest/monday"), 1);
  EXPECT_THAT(messages("mail"), IsEmpty());
}

TEST_F(ServiceTest, APullThatAReloadOvertookAsksAgain) {
  shop.meanwhile = [this] { ASSERT_TRUE(engine->use(load(moved_target()), now(), "tester")); };

  take(rules_text);

  EXPECT_THAT(shop.scans, SizeIs(2));
  EXPECT_THAT(outcomes("pull/"), ElementsAre("done"));
}

TEST_F(ServiceTest, AReloadDuringTheFirstPullStartsNoOtherBesideIt) {
  shop.meanwhile = [this] {
    const auto rules = load(moved_target());
    ASSERT_TRUE(engine->use(rules, now(), "tester"));
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

TEST_F(ServiceTest, ARestartGoesOnWhereItStopped) {
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

TEST_F(ServiceTest, WhatAKilledProcessLeftUndoneIsDoneAgain) {
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

TEST_F(ServiceTest, WhatAKilledProcessLeftOfAJobThatIsGoneHasFailed) {
  SlotRow left{"pull/gone", monday, monday, std::nullopt, "running", ""};
  ASSERT_TRUE(store->claim_slot(left).value());

  take(rules_text);

  const SlotRow slot = store->slots("pull/gone", 1).value().front();
  EXPECT_EQ(slot.outcome, "failed");
  EXPECT_EQ(slot.detail, "the job is no longer in the rules");
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

TEST_F(ServiceTest, StopsAtOnceAndTwice) {
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
