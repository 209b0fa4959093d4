#include "rules/judge/process_chart.h"

#include <gtest/gtest.h>

#include "tests/support/judging.h"

namespace measured::rules {
namespace {

using stats::ChartStatus;
using stats::Latest;
using tests::counted;
using tests::hits;
using tests::on_time;
using tests::week_of;
using tests::week_start;

// Weeks 0, 1, 2, …: hits among 100 cases; a negative number is a week without rows.
std::vector<ChartPeriod> weeks(const std::vector<int>& of_100) {
  std::vector<ChartPeriod> periods;
  for (const int hit : of_100) {
    const int week = static_cast<int>(periods.size());
    periods.push_back({week_of(week), hit < 0 ? std::nullopt : std::optional(hits(hit, 100))});
  }
  return periods;
}

// Twenty quiet weeks about 90 %, then `more`.
std::vector<ChartPeriod> steady_then(const std::vector<int>& more) {
  std::vector<int> all;
  for (int week = 0; week < 20; ++week) {
    all.push_back(week % 2 == 0 ? 88 : 92);
  }
  all.insert(all.end(), more.begin(), more.end());
  return weeks(all);
}

ProcessChart charted(const Measure& measure, const std::vector<ChartPeriod>& periods) {
  ProcessChart chart = chart_with_limits(measure, periods);
  for (const ChartPeriod& period : periods) {
    read_period(measure, chart, period);
  }
  return chart;
}

TEST(ProcessChart, SaysNoiseInsideTheUsualRangeAndSignalOutside) {
  EXPECT_EQ(charted(on_time(), steady_then({85})).newest.latest, Latest::noise);

  const ChartReading signal = charted(on_time(), steady_then({70})).newest;

  EXPECT_EQ(signal.latest, Latest::signal_low);
  EXPECT_TRUE(signal.outside);
  EXPECT_FALSE(signal.run);
  EXPECT_NEAR(*signal.centre, 0.90, 1e-12);
  EXPECT_NEAR(*signal.low, 0.90 - 3 * std::max(1.0, 4.0 / 1.128 / 3) * 0.03, 1e-9);
  EXPECT_EQ(signal.baseline, 20);
}

TEST(ProcessChart, NamesTheRunOfEightOnOneSide) {
  const ProcessChart chart = charted(on_time(), steady_then({91, 91, 91, 91, 91, 91, 91, 91}));

  // The week before the eight was above the centre too, so the run was complete one week earlier.
  EXPECT_TRUE(chart.newest.run);
  EXPECT_FALSE(chart.newest.outside);
  EXPECT_EQ(chart.newest.latest, Latest::signal_high);
  EXPECT_EQ(chart.run_periods, 2);
  EXPECT_EQ(chart.since, week_start(26));
}

TEST(ProcessChart, AMissingWeekEndsARun) {
  const ProcessChart chart = charted(on_time(), steady_then({91, 91, 91, 91, -1, 91, 91, 91}));

  EXPECT_EQ(chart.newest.latest, Latest::noise);
}

TEST(ProcessChart, GivesNoLimitsBelowTwelveWeeksAndProvisionalOnesBelowTwenty) {
  const std::vector<ChartPeriod> all = steady_then({});
  const std::vector<ChartPeriod> eleven(all.begin(), all.begin() + 11);
  const std::vector<ChartPeriod> nineteen(all.begin(), all.begin() + 19);

  EXPECT_EQ(charted(on_time(), eleven).newest.latest, Latest::no_limits);
  EXPECT_EQ(charted(on_time(), eleven).newest.baseline, 11);
  EXPECT_EQ(status_of(charted(on_time(), nineteen)), ChartStatus::provisional);
  EXPECT_FALSE(is_frozen(charted(on_time(), nineteen)));
  EXPECT_TRUE(is_frozen(charted(on_time(), all)));
}

TEST(ProcessChart, ReadingOnIsTheSameAsReadingAllAgain) {
  const std::vector<ChartPeriod> periods = steady_then({91, 85, -1, 70, 95, 96, 96, 97, 91});
  ProcessChart stepped =
      charted(on_time(), std::vector<ChartPeriod>(periods.begin(), periods.begin() + 20));
  for (std::size_t week = 20; week < periods.size(); ++week) {
    read_period(on_time(), stepped, periods[week]);
  }

  EXPECT_EQ(stepped, charted(on_time(), periods));
}

TEST(ProcessChart, SurvivesBeingStored) {
  Measure mean = on_time();
  mean.kind = MeasureKind::mean;
  std::vector<ChartPeriod> days;
  for (int week = 0; week < 25; ++week) {
    const double sum = 100.0 / 3.0 + (week * 7) % 5;
    days.push_back({week_of(week), Tally{10, 0, 0, sum, sum * sum}});
  }
  ProcessChart share = charted(on_time(), steady_then({70, 71}));
  share.alerts.push_back({"told", EventKind::signal_better, 2, 0, true, week_start(22)});

  for (const ProcessChart& chart : {charted(mean, days), share, ProcessChart{}}) {
    const std::optional<ProcessChart> read = chart_from_json(to_json(chart));
    ASSERT_TRUE(read.has_value()) << to_json(chart);
    EXPECT_EQ(*read, chart);
  }
  EXPECT_FALSE(chart_from_json("{}").has_value());
}

TEST(ProcessChart, CountsOfRowsGetLimitsOfCounting) {
  Measure count = on_time();
  count.kind = MeasureKind::count;
  std::vector<ChartPeriod> periods;
  for (int week = 0; week < 20; ++week) {
    periods.push_back({week_of(week), counted(week % 2 == 0 ? 98 : 102)});
  }
  periods.push_back({week_of(20), counted(131)});

  const ChartReading newest = charted(count, periods).newest;

  EXPECT_NEAR(*newest.low, 70, 1e-9);
  EXPECT_NEAR(*newest.high, 130, 1e-9);
  EXPECT_EQ(newest.latest, Latest::signal_high);
}

TEST(ProcessChart, AnEmptyWeekIsAZeroOnlyWhereTheRuleSaysSo) {
  Measure count = on_time();
  count.kind = MeasureKind::count;
  std::vector<ChartPeriod> periods;
  for (int week = 0; week < 20; ++week) {
    periods.push_back({week_of(week), counted(week % 2 == 0 ? 98 : 102)});
  }
  periods.push_back({week_of(20), std::nullopt});
  EXPECT_EQ(charted(count, periods).newest.latest, Latest::no_data);

  count.empty_is_zero = true;

  EXPECT_EQ(charted(count, periods).newest.latest, Latest::signal_low);
}

TEST(ProcessChart, HoursAreNotCharted) {
  Measure hourly = on_time();
  hourly.period.kind = Grain::Kind::hour;

  EXPECT_FALSE(chart_kind(hourly).has_value());
}

TEST(ProcessChart, AWindowOfSeveralWeeksVariesLessThanOneWeek) {
  std::vector<int> half(20, 48);
  for (std::size_t week = 0; week < half.size(); week += 2) {
    half[week] = 52;
  }
  const ProcessChart chart = charted(on_time(), weeks(half));

  const auto one = window_limits(on_time(), chart, 1, hits(50, 100));
  const auto four = window_limits(on_time(), chart, 4, hits(200, 400));

  ASSERT_TRUE(one && four);
  EXPECT_NEAR(four->high - four->centre, (one->high - one->centre) / 2, 1e-12);
  EXPECT_NEAR(four->centre - four->low, (one->centre - one->low) / 2, 1e-12);
}

TEST(ProcessChart, BeginsAtTheNewestChangeDeclaredForTheTeam) {
  using std::chrono::local_days;
  using std::chrono::year;
  std::vector<DeclaredBaseline> declared(3);
  declared[0].from = local_days{year{2026} / 10 / 12};
  declared[1].from = local_days{year{2026} / 10 / 19};
  declared[1].teams = {"south"};
  declared[2].from = local_days{year{2027} / 1 / 1};

  EXPECT_EQ(chart_start(declared, "north", Zone{}, week_start(5)).at, week_start(1));
  EXPECT_EQ(chart_start(declared, "south", Zone{}, week_start(5)).at, week_start(2));
  EXPECT_EQ(chart_start(declared, "south", Zone{}, week_start(0)).at, Instant{});
}

}  // namespace
}  // namespace measured::rules
