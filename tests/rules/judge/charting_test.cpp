#include "rules/judge/charting.h"

#include <gtest/gtest.h>

#include "tests/support/reading.h"

namespace measured::rules {
namespace {

using stats::Latest;
using tests::board_after;
using tests::hits;
using tests::two_hubs;
using tests::week_start;

constexpr int north = 0;

// One hub's on-time shipments, week after week, and its chart.
class Charting : public ::testing::Test {
 protected:
  Charting() {
    Alert alert;
    alert.id = "told";
    alert.on = {"signal.worse", "signal.better"};
    alert.send = {"hook"};
    alerts.push_back(alert);
  }

  // The chart is brought up to date once all these weeks are final. Hits among 100.
  std::vector<Change> after(const std::vector<int>& weeks, bool revised = false) {
    board = std::make_unique<Board>(board_after(rules, static_cast<int>(weeks.size())));
    MeasureSeries& series = *board->of("on_time");
    for (std::size_t week = 0; week < weeks.size(); ++week) {
      series.put("hub-north", week_start(static_cast<int>(week)), hits(weeks[week], 100));
    }
    const ChartWork work{&series, north, "hub-north", declared, revised};
    return advance_chart(work, chart, alerts, {"shop", quiet_until});
  }

  static std::vector<int> steady(std::vector<int> more = {}) {
    std::vector<int> weeks;
    for (int week = 0; week < 20; ++week) {
      weeks.push_back(week % 2 == 0 ? 78 : 82);
    }
    weeks.insert(weeks.end(), more.begin(), more.end());
    return weeks;
  }

  std::shared_ptr<RuleSet> rules = two_hubs();
  std::unique_ptr<Board> board;
  std::vector<Alert> alerts;
  std::vector<DeclaredBaseline> declared;
  ProcessChart chart;
  Instant quiet_until{};
};

TEST_F(Charting, TellsASignalOnceAndItsEndOnce) {
  after(steady());
  const auto begins = after(steady({60}));
  const auto lasts = after(steady({60, 60}));
  const auto ends = after(steady({60, 60, 80}));

  ASSERT_EQ(begins.size(), 1U);
  EXPECT_EQ(begins[0].kind, EventKind::signal_worse);
  EXPECT_FALSE(begins[0].recovered);
  EXPECT_EQ(begins[0].reading->period, tests::week_of(20));
  EXPECT_TRUE(lasts.empty());
  ASSERT_EQ(ends.size(), 1U);
  EXPECT_TRUE(ends[0].recovered);
  EXPECT_EQ(ends[0].reading->latest, Latest::noise);
  EXPECT_NE(ends[0].id, begins[0].id);
}

TEST_F(Charting, ABaselineThatVariesLessThanCountingIsAskedAboutOnce) {
  alerts[0].on = {"integrity.smoothed"};
  std::vector<int> copied(20, 80);
  copied[5] = copied[12] = 81;

  const auto asked = after(copied);
  copied.push_back(80);
  const auto again = after(copied);

  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].kind, EventKind::integrity_smoothed);
  EXPECT_EQ(asked[0].reading->period, tests::week_of(19));
  EXPECT_TRUE(again.empty());
  EXPECT_EQ(chart_from_json(to_json(chart)), chart);
}

TEST_F(Charting, ABaselineThatVariesAsCountingDoesIsNotAskedAbout) {
  alerts[0].on = {"integrity.smoothed"};

  EXPECT_TRUE(after(steady({80, 80, 60})).empty());
}

TEST_F(Charting, AGoodSignalIsBetter) {
  after(steady());

  const auto told = after(steady({100}));

  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].kind, EventKind::signal_better);
}

TEST_F(Charting, GivesTheSameIdsWhetherWeeksComeOneByOneOrAtOnce) {
  const std::vector<int> weeks = steady({60, 80, 60, 80, 80});
  std::vector<std::string> one_by_one;
  for (std::size_t count = 1; count <= weeks.size(); ++count) {
    for (const Change& change : after({weeks.begin(), weeks.begin() + static_cast<long>(count)})) {
      one_by_one.push_back(change.id);
    }
  }
  const ProcessChart slow = std::exchange(chart, {});
  std::vector<std::string> at_once;
  for (const Change& change : after(weeks)) {
    at_once.push_back(change.id);
  }

  EXPECT_EQ(at_once.size(), 4U);
  EXPECT_EQ(at_once, one_by_one);
  EXPECT_EQ(chart, slow);
}

TEST_F(Charting, HistoryIsNoNews) {
  quiet_until = week_start(23);

  EXPECT_TRUE(after(steady({60, 80})).empty());
}

TEST_F(Charting, FrozenLimitsStayWhenLaterWeeksComeOrABaselineWeekIsRevised) {
  after(steady());
  const auto limits = chart.limits;

  after(steady({60, 61, 62, 63}));
  EXPECT_EQ(chart.limits, limits);

  std::vector<int> revised = steady({60, 61, 62, 80});
  revised[0] = 20;
  after(revised, true);
  EXPECT_EQ(chart.limits, limits);
  EXPECT_EQ(chart.newest.latest, Latest::noise);
}

TEST_F(Charting, ProvisionalLimitsFollowTheWeeksAndTheirRevisions) {
  std::vector<int> weeks = steady();
  weeks.resize(14);
  after(weeks);
  const auto limits = chart.limits;
  weeks[0] = 70;
  after(weeks, true);

  EXPECT_NE(chart.limits, limits);
}

TEST_F(Charting, TellsTheEndOfASignalThatARevisionTakesBack) {
  after(steady());
  const auto begins = after(steady({60}));
  const auto ends = after(steady({80}), true);

  ASSERT_EQ(ends.size(), 1U);
  EXPECT_TRUE(ends[0].recovered);
  EXPECT_NE(ends[0].id, begins.at(0).id);
}

TEST_F(Charting, ADeclaredChangeBeginsANewBaselineAndEndsWhatWasTold) {
  after(steady());
  after(steady({60, 60}));
  declared.resize(1);
  declared[0].from = std::chrono::local_days{std::chrono::year{2027} / 2 / 22};  // week 20
  ASSERT_EQ(week_start(20), Instant{declared[0].from.time_since_epoch()});

  const auto told = after(steady({60, 60}));

  EXPECT_EQ(chart.newest.latest, Latest::no_limits);
  EXPECT_EQ(chart.newest.baseline, 2);
  EXPECT_EQ(chart.from, week_start(20));
  ASSERT_EQ(told.size(), 1U);
  EXPECT_TRUE(told[0].recovered);
}

TEST_F(Charting, WithoutADeclaredChangeALevelThatMovedStaysASignalAndIsCounted) {
  const std::vector<int> lower(12, 60);
  after(steady());
  for (std::size_t count = 1; count <= lower.size(); ++count) {
    after(steady({lower.begin(), lower.begin() + static_cast<long>(count)}));
  }

  EXPECT_EQ(chart.newest.latest, Latest::signal_low);
  EXPECT_EQ(chart.since, week_start(20));
  EXPECT_EQ(chart.run_periods, 12 - 7);
}

TEST_F(Charting, AsksForHistoryOnlyWhereTheSeriesIsTooShort) {
  const Board forty = board_after(rules, 40);  // of which it keeps 32
  const ChartWork work{forty.of("on_time"), north, "hub-north", declared, false};
  EXPECT_TRUE(needs_history(work, chart));

  after(steady());  // week 20 is kept

  EXPECT_FALSE(needs_history(work, chart));
  EXPECT_FALSE(is_current(work, chart));
  const ChartWork revised{forty.of("on_time"), north, "hub-north", declared, true};
  EXPECT_TRUE(needs_history(revised, chart));
}

}  // namespace
}  // namespace measured::rules
