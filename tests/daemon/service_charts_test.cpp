// Charts as the daemon keeps them: from the first pull's history, through a restart, a revision and
// a declared change.
#include "daemon/work/baselines.h"
#include "rules/judge/process_chart.h"
#include "tests/daemon/service_world.h"

namespace measured::daemon {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr std::chrono::days week{7};

class ServiceCharts : public ServiceTest {
 protected:
  ServiceCharts() {
    rules_with_charts = rules_text;
    replace("history: 8w", "history: 52w");
    replace("[target.missed, data.stale]", "[signal.worse]");
    for (int ago = 45; ago > 0; --ago) {
      const int hits = ago % 2 == 0 ? 93 : 95;
      deliveries(monday - ago * week + 12h, "north", hits, 100 - hits);
    }
  }
  void replace(const std::string& what, const std::string& by) {
    rules_with_charts.replace(rules_with_charts.find(what), what.size(), by);
  }
  rules::ProcessChart chart(std::size_t rows = 2) {
    const auto charts = store->charts("on_time").value();
    EXPECT_THAT(charts, SizeIs(rows));
    return rules::chart_from_json(charts.at(0).state).value();
  }
  std::string rules_with_charts;
};

TEST_F(ServiceCharts, RestOnTheFirstTwentyPeriodsOfTheHistory) {
  take(rules_with_charts);

  const rules::ProcessChart north = chart();
  EXPECT_TRUE(rules::is_frozen(north));
  EXPECT_EQ(north.from, monday - 45 * week);
  EXPECT_EQ(north.newest.period.end, monday - week);
  EXPECT_EQ(north.newest.latest, rules::stats::Latest::noise);
}

TEST_F(ServiceCharts, TellASignalOnceAndSayTheSameAfterARestart) {
  take(rules_with_charts);
  const auto limits = chart().limits;
  deliveries(monday + 12h, "north", 60, 40);
  pass(std::chrono::days{10});
  const rules::ProcessChart before = chart();

  Engine another_process(*store, EngineOptions{"test", "", {}, {}});
  ASSERT_TRUE(another_process.use(load_rules(rules_with_charts), now(), by("tester")));
  const auto judged = another_process.judge({"on_time"}, now());

  EXPECT_EQ(before.limits, limits);
  EXPECT_EQ(before.newest.latest, rules::stats::Latest::signal_low);
  ASSERT_TRUE(judged);
  EXPECT_EQ(judged->events, 0);
  EXPECT_EQ(chart(), before);
  ASSERT_THAT(messages("hook"), SizeIs(1));
  EXPECT_THAT(messages("hook")[0].body, HasSubstr("measured.signal.detected"));
  EXPECT_THAT(messages("hook")[0].body, HasSubstr("point_outside_limits"));
}

TEST_F(ServiceCharts, BeginAnewWithAChangeDeclaredByCommand) {
  take(rules_with_charts);
  rules::DeclaredBaseline declared;
  declared.from = std::chrono::local_days{
      std::chrono::floor<std::chrono::days>((monday - 14 * week).time_since_epoch())};
  declared.reason = "new carrier";
  const LedgerRow row = declared_row("on_time", declared, now(), "ana");
  ASSERT_TRUE(store->append_ledger({&row, 1}));

  pass(std::chrono::days{2});

  EXPECT_EQ(chart().from, monday - 14 * week);
  EXPECT_EQ(chart().newest.status, rules::stats::ChartStatus::provisional);
}

TEST_F(ServiceCharts, AChangeInTheRulesIsInTheLedgerWithItsReason) {
  take(rules_with_charts);
  replace("pull: daily at 04:00",
          "pull: daily at 04:00\n    baseline: {from: 2026-08-03, reason: new carrier, by: Ana}");

  take(rules_with_charts);

  const auto rows = store->ledger("baseline", "on_time").value();
  ASSERT_THAT(rows, SizeIs(1));
  EXPECT_THAT(rows[0].body, HasSubstr("new carrier"));
}

}  // namespace
}  // namespace measured::daemon
