#include "rules/judge/series.h"

#include <gtest/gtest.h>

#include "tests/support/judging.h"

namespace measured::rules {
namespace {

using tests::counted;
using tests::hits;
using tests::on_time;
using tests::week_of;
using tests::week_start;

SeriesTable table_of(const Measure& measure, int weeks, int depth = 32) {
  SeriesTable table(measure, depth);
  table.add_clock();
  for (int week = 0; week < weeks; ++week) {
    table.open_period(0, week_of(week));
  }
  return table;
}

TEST(SeriesTable, AddsComponentsAndNeverAverages) {
  SeriesTable table = table_of(on_time(), 3);
  table.add_series(0);

  table.put(0, week_start(0), hits(1, 2));
  table.put(0, week_start(2), hits(98, 98));
  const WindowSum sum = table.sum(0, 0, 3);

  EXPECT_EQ(sum.tally, hits(99, 100));
  EXPECT_EQ(sum.periods_present, 2);
}

TEST(SeriesTable, ForgetsTheOldestPeriodWhenTheRingIsFull) {
  SeriesTable table = table_of(on_time(), 3, 3);
  table.add_series(0);
  table.put(0, week_start(0), hits(1, 1));

  table.open_period(0, week_of(3));

  EXPECT_EQ(table.first_period(0), 1);
  EXPECT_FALSE(table.at(0, 3));
  EXPECT_FALSE(table.put(0, week_start(0), hits(1, 1)));
  EXPECT_EQ(table.sum(0, 1, 4).periods_present, 0);
}

TEST(SeriesTable, SumsAcrossTheEndOfTheRing) {
  SeriesTable table = table_of(on_time(), 5, 3);
  table.add_series(0);

  for (int week = 2; week < 5; ++week) {
    ASSERT_TRUE(table.put(0, week_start(week), hits(week, 10)));
  }

  EXPECT_EQ(table.sum(0, 2, 5).tally, hits(9, 30));
}

TEST(SeriesTable, ReplacesABucketThatIsPulledAgain) {
  SeriesTable table = table_of(on_time(), 1);
  table.add_series(0);

  table.put(0, week_start(0), hits(1, 2));
  table.put(0, week_start(0), hits(3, 4));

  EXPECT_EQ(table.at(0, 0), hits(3, 4));
  EXPECT_TRUE(table.erase(0, week_start(0)));
  EXPECT_FALSE(table.at(0, 0));
}

TEST(SeriesTable, KeepsValuesThatDoNotFitThePackedForm) {
  SeriesTable table = table_of(on_time(), 2);
  table.add_series(0);
  const Tally weighted{7, 1.5, 2.25, 0, 0};

  table.put(0, week_start(0), hits(1, 2));
  table.put(0, week_start(1), weighted);

  EXPECT_EQ(table.at(0, 0), hits(1, 2));
  EXPECT_EQ(table.at(0, 1), weighted);
}

TEST(SeriesTable, TellsACountOfZeroFromNoRow) {
  Measure incidents = on_time();
  incidents.kind = MeasureKind::count;
  SeriesTable table = table_of(incidents, 2);
  table.add_series(0);

  table.put(0, week_start(0), counted(0));

  EXPECT_EQ(table.at(0, 0), counted(0));
  EXPECT_FALSE(table.at(0, 1));
}

TEST(SeriesTable, AParentIsTheSumOfItsChildrenAndItself) {
  SeriesTable table = table_of(on_time(), 2);
  const int country = table.add_series(0);
  const int region = table.add_series(0, country);
  const int hub = table.add_series(0, region);
  const int depot = table.add_series(0, region);

  table.put(country, week_start(0), hits(1, 1));
  table.put(hub, week_start(0), hits(90, 100));
  table.put(depot, week_start(0), hits(1, 10));
  table.put(depot, week_start(1), hits(2, 2));

  EXPECT_EQ(table.at(region, 0), hits(91, 110));
  EXPECT_EQ(table.at(country, 0), hits(92, 111));
  EXPECT_EQ(table.sum(country, 0, 2).tally, hits(94, 113));
  EXPECT_EQ(table.sum(country, 0, 2).periods_present, 2);
}

TEST(SeriesTable, AChildInAnotherZoneCountsForTheSameWeek) {
  SeriesTable table = table_of(on_time(), 2);
  const int east = table.add_clock();
  using std::chrono::hours;
  for (int week = 0; week < 2; ++week) {
    table.open_period(east, {week_start(week) - hours{9}, week_start(week + 1) - hours{9}});
  }
  const int parent = table.add_series(0);
  const int child = table.add_series(east, parent);

  table.put(child, week_start(1) - hours{9}, hits(3, 4));

  EXPECT_FALSE(table.at(parent, 0));
  EXPECT_EQ(table.at(parent, 1), hits(3, 4));
}

}  // namespace
}  // namespace measured::rules
