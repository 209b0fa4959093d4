// Edges that neither the vectors nor random inputs are likely to hit. Each of these tests was
// written because a planted mistake (tests/mutation) survived all others.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "rules/stats/bounds.h"
#include "rules/stats/drivers.h"
#include "rules/stats/rate_chart.h"
#include "rules/stats/ratio.h"
#include "rules/stats/trend.h"
#include "rules/stats/xmr.h"

namespace measured::tests {
namespace {

using namespace measured::rules::stats;
using rules::Direction;

using Values = std::vector<std::optional<double>>;

// 1, -1, 1, ... whose centre is 0 and whose limits are +/- 5.32.
Values alternating(std::size_t periods) {
  Values values;
  for (std::size_t i = 0; i < periods; ++i) {
    values.push_back(i % 2 == 0 ? 1.0 : -1.0);
  }
  return values;
}

TEST(StatsBounds, OnTheTargetIsMetInBothDirections) {
  EXPECT_TRUE(meets(0.05, Direction::at_most, 0.05));
  EXPECT_TRUE(meets(0.95, Direction::at_least, 0.95));
  EXPECT_FALSE(meets(0.06, Direction::at_most, 0.05));
  EXPECT_FALSE(meets(0.94, Direction::at_least, 0.95));
}

TEST(StatsBounds, AMissingBoundDecidesNothing) {
  EXPECT_EQ(compare({4.0, std::nullopt}, Direction::at_least, 5.0), TargetVerdict::too_early);
  EXPECT_EQ(compare({std::nullopt, 6.0}, Direction::at_most, 5.0), TargetVerdict::too_early);
  EXPECT_EQ(compare({}, Direction::at_least, 5.0), TargetVerdict::too_early);
}

TEST(StatsRatio, ASampleIsNotSecuredByCountingWhatIsStillToCome) {
  RatioTarget target;
  target.target = 0.95;
  target.closed = false;
  target.expected_cases = 105;

  target.basis = Basis::census;
  EXPECT_EQ(ratio_target({100, 100}, target).reason, RatioReason::secured);

  target.basis = Basis::process;
  EXPECT_EQ(ratio_target({100, 100}, target).reason, RatioReason::straddles);
}

TEST(StatsRatio, AFactFromAHandfulOfCasesIsNotSure) {
  RatioTarget target;
  target.target = 0.95;
  target.basis = Basis::census;

  const RatioVerdict few = ratio_target({0, 9}, target);
  EXPECT_EQ(few.verdict, TargetVerdict::missed);
  EXPECT_FALSE(few.sure);
  EXPECT_TRUE(ratio_target({0, 10}, target).sure);
}

TEST(StatsCharts, PointsWithoutNeighboursGiveNoLimits) {
  Values values;
  std::vector<std::optional<RatioCounts>> shares;
  for (int i = 0; i < 14; ++i) {
    values.push_back(i % 3);
    shares.push_back(RatioCounts{40 + i % 3, 50});
    if (i % 2 == 1) {
      values.push_back(std::nullopt);
      shares.push_back(std::nullopt);
    }
  }
  EXPECT_EQ(xmr_chart(values).segments[0].baseline, 14U);
  EXPECT_EQ(xmr_chart(values).segments[0].status, ChartStatus::no_limits);
  EXPECT_EQ(p_chart(shares).segments[0].status, ChartStatus::no_limits);
}

TEST(StatsCharts, FourLevelsBelowTheRangeLimitAreNotChunky) {
  Values steps;  // of 1, with a mean range of 1: ranges of 0 to 3 lie below the limit of 3.268
  for (std::size_t i = 0; i < 20; ++i) {
    steps.push_back(i % 2 == 0 ? 2.0 : 3.0);
  }
  EXPECT_FALSE(*xmr_chart(steps).segments[0].chunky);
}

TEST(StatsCharts, ARunDoesNotCrossADeclaredChange) {
  Values values = alternating(20);
  values.insert(values.end(), 7, 0.5);
  const std::vector<std::size_t> breaks{values.size()};
  const Values after = alternating(20);
  values.insert(values.end(), after.begin(), after.end());

  XmrOptions options;
  options.chart.breaks = breaks;

  EXPECT_TRUE(xmr_chart(values, options).signals.empty());
}

TEST(StatsCharts, LessThanOneEventAPeriodIsTooRare) {
  std::vector<std::optional<EventCounts>> periods(20, EventCounts{1, 1.0});
  periods[0] = EventCounts{3, 1.0};
  periods[1] = EventCounts{0, 1.0};
  periods[2] = EventCounts{0, 1.0};
  EXPECT_EQ(u_chart(periods).segments[0].status, ChartStatus::firm);

  periods[3] = EventCounts{0, 1.0};
  EXPECT_EQ(u_chart(periods).segments[0].status, ChartStatus::too_rare);
}

TEST(StatsTrend, LooksHalfOfTheObservedSpanAheadAndNoFurther) {
  Values values;
  for (int i = 0; i < 20; ++i) {
    values.push_back(i + i % 3);
  }
  EXPECT_NE(project(values, {Direction::at_least, 30.0, 28.0}).verdict, ProjectionVerdict::too_far);
  EXPECT_EQ(project(values, {Direction::at_least, 30.0, 29.0}).verdict, ProjectionVerdict::too_far);
}

// Eight drivers that have nothing to do with each other, each a little with the outcome.
Correlations eight_drivers(std::size_t cases) {
  constexpr std::size_t drivers = 8;
  Correlations known{cases, std::vector<double>(drivers * drivers, 0.0),
                     std::vector<double>(drivers, 0.2)};
  for (std::size_t i = 0; i < drivers; ++i) {
    known.among[i * drivers + i] = 1;
  }
  return known;
}

TEST(StatsDrivers, NeedFifteenAnswersEachWhereThatIsMoreThanAHundred) {
  EXPECT_EQ(driver_weights(eight_drivers(119)).status, DriverStatus::too_little_data);
  EXPECT_EQ(driver_weights(eight_drivers(120)).status, DriverStatus::ok);
}

}  // namespace
}  // namespace measured::tests
