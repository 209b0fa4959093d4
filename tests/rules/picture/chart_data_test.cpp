#include "rules/picture/chart_data.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/support/judging.h"

namespace measured::tests {
namespace {

using namespace rules;

// One hub's weeks, hits among 100 cases; -1 for a week without a row.
class Course : public testing::Test {
 protected:
  Course() {
    team.id = "north";
    team.title = "North hub";
  }

  // The picture after these weeks were final, the chart frozen with the first 20 of them.
  ChartData after(const std::vector<int>& weeks, const std::vector<int>& open_weeks = {}) {
    history.final.clear();
    for (const int week : weeks) {
      history.final.push_back(period(week));
    }
    chart = chart_with_limits(measure, history.final);
    for (const ChartPeriod& one : history.final) {
      read_period(measure, chart, one);
    }
    for (const int week : open_weeks) {
      history.open.push_back(period(week));
    }
    history.measure = &measure;
    history.team = &team;
    history.chart = &chart;
    history.baselines = measure.baselines;
    return chart_data(history);
  }

  static std::vector<int> steady(std::vector<int> more = {}) {
    std::vector<int> weeks;
    for (int week = 0; week < 20; ++week) {
      weeks.push_back(week % 2 == 0 ? 78 : 82);
    }
    weeks.insert(weeks.end(), more.begin(), more.end());
    return weeks;
  }

  ChartPeriod period(int hit) {
    const int week = static_cast<int>(history.final.size() + history.open.size());
    return {week_of(week), hit < 0 ? std::nullopt : std::optional(hits(hit, 100))};
  }

  Measure measure = on_time(0.8);
  Team team;
  ProcessChart chart;
  ChartHistory history;
};

TEST_F(Course, DrawsEveryShareInPercentWhateverItIsAShareOf) {
  for (const MeasureKind kind : {MeasureKind::ratio, MeasureKind::per_customer,
                                 MeasureKind::handoffs, MeasureKind::duration}) {
    measure.kind = kind;

    const ChartData data = after(steady());

    EXPECT_TRUE(data.percent);
    EXPECT_EQ(data.lowest, 0.0);
    EXPECT_EQ(data.highest, 1.0);
  }
}

TEST_F(Course, HasTheLimitsTheJudgeKeepsAndMarksTheSignalsThatWereTold) {
  const ChartData data = after(steady({60, 81}));

  ASSERT_EQ(data.points.size(), 22U);
  EXPECT_TRUE(data.points[20].signal);
  EXPECT_FALSE(data.points[21].signal);
  EXPECT_TRUE(data.points[21].limits);
  EXPECT_NEAR(*data.points[21].centre, 0.8, 1e-12);
  EXPECT_EQ(data.points[21].low, chart.newest.low);
  EXPECT_EQ(data.points[21].high, chart.newest.high);
}

TEST_F(Course, HasNoLimitsWhereTheChartHasNone) {
  const ChartData data = after({80, 81, 79});

  EXPECT_FALSE(data.points.back().limits);
  EXPECT_FALSE(data.points.back().low);
}

TEST_F(Course, KeepsAMissingWeekAsAGapWithinTheUsualRange) {
  const ChartData data = after(steady({-1, 80}));

  EXPECT_FALSE(data.points[20].value);
  EXPECT_TRUE(data.points[20].limits);
  EXPECT_EQ(data.points[20].centre, data.points[19].centre);
}

TEST_F(Course, TakesNoRowsForZeroWhereTheRuleSaysSo) {
  measure.kind = MeasureKind::count;
  measure.empty_is_zero = true;

  const ChartData data = after({5, -1, 7});

  EXPECT_EQ(data.points[1].value, 0.0);
}

TEST_F(Course, NeverCallsAPeriodThatIsNotFinalASignal) {
  const ChartData data = after(steady(), {10, -1});

  ASSERT_EQ(data.points.size(), 21U);  // of what is not final, only what has cases
  EXPECT_TRUE(data.points.back().open);
  EXPECT_FALSE(data.points.back().signal);
  EXPECT_EQ(data.points.back().value, 0.1);
}

TEST_F(Course, ShowsTheTargetThatJudgedEachPeriod) {
  measure.targets.push_back(measure.targets.front());
  measure.targets.back().from = std::chrono::floor<std::chrono::days>(
      std::chrono::local_seconds{week_start(10).time_since_epoch()});
  measure.targets.back().value.goal = 0.9;

  const ChartData data = after(steady());

  EXPECT_EQ(data.points[9].target->goal, 0.8);
  EXPECT_EQ(data.points[10].target->goal, 0.9);
}

TEST_F(Course, MarksRevisedPeriodsAndNotes) {
  history.revised = {week_start(3)};
  history.noted = {week_start(5)};

  const ChartData data = after(steady());

  EXPECT_TRUE(data.points[3].revised);
  EXPECT_FALSE(data.points[4].revised);
  EXPECT_EQ(data.notes, std::vector<std::size_t>{5});
}

TEST_F(Course, BreaksWhereABaselineWasDeclaredAndBeforeWhatWasCountedDifferently) {
  DeclaredBaseline baseline;
  baseline.from = std::chrono::floor<std::chrono::days>(
                      std::chrono::local_seconds{week_start(10).time_since_epoch()}) -
                  std::chrono::days{2};
  measure.baselines = {baseline};
  history.older = {{{week_start(-2), week_start(-1)}, hits(50, 100)},
                   {{week_start(-1), week_start(0)}, hits(51, 100)}};

  const ChartData data = after(steady());

  ASSERT_EQ(data.breaks.size(), 2U);
  EXPECT_EQ(data.breaks[0].at, 2U);
  EXPECT_EQ(data.breaks[0].kind, ChartBreak::Kind::definition);
  EXPECT_EQ(data.breaks[1].at, 12U);
  EXPECT_EQ(data.breaks[1].kind, ChartBreak::Kind::baseline);
  EXPECT_FALSE(data.points[1].target);
}

TEST_F(Course, LeavesOutABaselineOfOtherTeams) {
  DeclaredBaseline baseline;
  baseline.from = std::chrono::floor<std::chrono::days>(
      std::chrono::local_seconds{week_start(10).time_since_epoch()});
  baseline.teams = {"south"};
  measure.baselines = {baseline};

  EXPECT_TRUE(after(steady()).breaks.empty());
}

TEST_F(Course, SaysWhatItShowsToThoseWhoDoNotSeeIt) {
  EXPECT_EQ(after(steady({60})).alt,
            "On-time shipments, North hub, 5 Oct 2026 to 28 Feb 2027. Week 8 (22–28 Feb): 60.0 % "
            "(60 of 100), below the usual 68.0 to 92.0 %. One period is marked as a signal. "
            "Target: ≥ 80 %.");
  EXPECT_EQ(after({}).alt, "On-time shipments, North hub: no values yet.");
}

TEST_F(Course, SaysItInTheReadersLanguage) {
  history.language = Language::de;
  EXPECT_EQ(after(steady({80})).alt,
            "On-time shipments, North hub, 5. Okt. 2026 bis 28. Feb. 2027. KW 8 (22.–28. Feb.): "
            "80,0 % (80 von 100), im üblichen Bereich 68,0 bis 92,0 %. Ziel: ≥ 80 %.");
  history.language = Language::pt_br;
  EXPECT_EQ(after(steady({80})).alt,
            "On-time shipments, North hub, 5 de out. de 2026 a 28 de fev. de 2027. Semana 8 (22–28 "
            "fev.): 80,0% (80 de 100), dentro do habitual 68,0 a 92,0%. Meta: ≥ 80%.");
}

}  // namespace
}  // namespace measured::tests
