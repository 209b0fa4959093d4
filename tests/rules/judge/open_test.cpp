#include "rules/judge/open.h"

#include <gtest/gtest.h>

#include "tests/support/judging.h"
#include "tests/support/reading.h"

namespace measured::rules {
namespace {

using tests::counted;
using tests::hits;
using tests::on_time;
using tests::week_of;
using tests::week_start;
using tests::Weeks;
using namespace std::chrono_literals;

// Weeks whose last one is still open: read when `part` of it was over.
Weeks with_open_week(Measure measure, const Tally& tally, std::chrono::hours part = 24h * 5) {
  Weeks weeks(std::move(measure));
  weeks.add(hits(95, 100)).add(tally);
  weeks.pulled.good_at = week_start(1) + part;
  return weeks;
}

std::optional<Judgement> open_of(const Weeks& weeks, std::optional<std::int64_t> expected = {}) {
  return judge_open(weeks.measure, "north", Zone{}, weeks.table, 0, weeks.pulled,
                    [expected](const Interval&) { return expected; });
}

TEST(OpenPeriod, CanNoLongerMeetATargetThatTheBestRestWouldMiss) {
  const auto open = open_of(with_open_week(on_time(0.95), hits(90, 99)), 100);

  ASSERT_TRUE(open);
  EXPECT_EQ(open->verdict, Verdict::missed);
  EXPECT_EQ(open->reason, Reason::out_of_reach);
  EXPECT_EQ(open->expected, 100);
  EXPECT_EQ(open->window, week_of(1));
  EXPECT_EQ(open->basis, Basis::sample);
}

TEST(OpenPeriod, HasSecuredATargetThatTheWorstRestWouldMeet) {
  const auto open = open_of(with_open_week(on_time(0.95), hits(96, 97)), 100);

  ASSERT_TRUE(open);
  EXPECT_EQ(open->verdict, Verdict::met);
  EXPECT_EQ(open->reason, Reason::secured);
}

TEST(OpenPeriod, ThatCouldStillGoEitherWayCannotTell) {
  const auto open = open_of(with_open_week(on_time(0.95), hits(57, 60)), 100);

  ASSERT_TRUE(open);
  EXPECT_EQ(open->verdict, Verdict::cannot_tell);
  EXPECT_EQ(open->reason, Reason::straddles);
  EXPECT_EQ(open->confidence, 0.99);
  EXPECT_EQ(open->needed, 127);
}

TEST(OpenPeriod, IsInferenceAtNinetyNinePercentWhereNobodyKnowsHowManyComes) {
  EXPECT_EQ(open_of(with_open_week(on_time(0.95), hits(60, 100)))->reason, Reason::clear);
  EXPECT_EQ(open_of(with_open_week(on_time(0.95), hits(60, 100)))->verdict, Verdict::missed);
  EXPECT_EQ(open_of(with_open_week(on_time(0.95), hits(3, 4)))->verdict, Verdict::too_few);
}

TEST(OpenPeriod, NeverMeetsAHundredPercentBeforeTheLastCase) {
  EXPECT_EQ(open_of(with_open_week(on_time(1.0), hits(5000, 5000)))->verdict, Verdict::cannot_tell);
  EXPECT_EQ(open_of(with_open_week(on_time(1.0), hits(99, 99)), 100)->verdict,
            Verdict::cannot_tell);
  EXPECT_EQ(open_of(with_open_week(on_time(1.0), hits(100, 100)), 100)->reason, Reason::secured);
}

TEST(OpenPeriod, InItsFirstHalfIsSpokenOfOnlyWhenItIsDecided) {
  EXPECT_FALSE(open_of(with_open_week(on_time(0.95), hits(57, 60), 72h)));
  EXPECT_TRUE(open_of(with_open_week(on_time(0.95), hits(80, 99), 72h), 100));
}

TEST(OpenPeriod, CountsThePeriodsOfItsWindowThatAreOver) {
  Measure measure = on_time(0.95);
  measure.window = 2;

  // 95 of 100 in the final week, 90 of 90 so far: 195 of 210 at best would be 195/210 = 92.9 %.
  const auto open = open_of(with_open_week(measure, hits(80, 90)), 110);

  ASSERT_TRUE(open);
  EXPECT_EQ(open->expected, 210);
  EXPECT_EQ(open->tally, hits(175, 190));
  EXPECT_EQ(open->reason, Reason::out_of_reach);
}

TEST(OpenPeriod, OfACountKeepsWhatItHasReached) {
  Measure incidents = on_time();
  incidents.kind = MeasureKind::count;
  incidents.targets[0].value = {Direction::at_most, 2, {}};
  Weeks weeks(incidents);
  weeks.add(counted(1)).add(counted(3));
  weeks.pulled.good_at = week_start(1) + 72h;

  ASSERT_TRUE(open_of(weeks));
  EXPECT_EQ(open_of(weeks)->reason, Reason::out_of_reach);

  weeks.table.put(0, week_start(1), counted(2));
  EXPECT_FALSE(open_of(weeks));  // too early to speak of

  weeks.pulled.good_at = week_start(1) + 24h * 6;
  EXPECT_EQ(open_of(weeks)->verdict, Verdict::cannot_tell);
}

TEST(OpenPeriod, OfAMeanIsMetOrMissedOnlyByItsInterval) {
  Measure delay = on_time();
  delay.kind = MeasureKind::mean;
  delay.min_sample = 30;
  delay.targets[0].value = {Direction::at_most, 2, {}};
  const auto days = [](std::int64_t n, double mean, double spread) {
    const double of = static_cast<double>(n);
    return Tally{n, 0, 0, mean * of, (mean * mean + spread * spread) * of};
  };
  Weeks weeks(delay);
  weeks.add(days(40, 1, 1)).add(days(40, 3, 1));
  weeks.pulled.good_at = week_start(1) + 24h * 6;
  EXPECT_EQ(open_of(weeks)->verdict, Verdict::missed);

  weeks.table.put(0, week_start(1), days(40, 2.2, 1));
  EXPECT_EQ(open_of(weeks)->verdict, Verdict::cannot_tell);

  weeks.table.put(0, week_start(1), days(10, 9, 1));
  EXPECT_EQ(open_of(weeks)->verdict, Verdict::too_few);
}

TEST(OpenPeriod, SaysNothingOfATargetThatCannotBeMissed) {
  Measure share = on_time();
  share.targets[0].value = {Direction::at_most, 1, {}};

  EXPECT_FALSE(open_of(with_open_week(share, hits(80, 90))));
}

TEST(OpenPeriod, HasNothingToSayWhenEverythingReadIsFinal) {
  EXPECT_FALSE(open_of(Weeks(on_time()).add(hits(1, 100))));
}

TEST(Sample, DecidesByItsIntervalAlsoWhenThePeriodIsOver) {
  Measure answers = on_time(0.80);
  answers.basis = Basis::sample;

  const Judgement below = Weeks(answers).add(hits(54, 70)).judged();
  EXPECT_EQ(below.verdict, Verdict::cannot_tell);
  EXPECT_EQ(below.reason, Reason::straddles);
  EXPECT_EQ(below.basis, Basis::sample);
  EXPECT_EQ(Weeks(answers).add(hits(30, 70)).judged().verdict, Verdict::missed);
  EXPECT_EQ(Weeks(answers).add(hits(69, 70)).judged().verdict, Verdict::met);
}

TEST(Sample, NeverMeetsAHundredPercent) {
  Measure answers = on_time(1.0);
  answers.basis = Basis::sample;

  EXPECT_EQ(Weeks(answers).add(hits(5000, 5000)).judged().verdict, Verdict::cannot_tell);
  EXPECT_EQ(Weeks(answers).add(hits(40, 5000)).judged().verdict, Verdict::missed);
}

// Two hubs and a plan for each: what a region expects is what its hubs do.
TEST(Board, KnowsWhatAPeriodIsGoingToHoldFromANumberOrACount) {
  const auto rules = tests::two_hubs();
  rules->teams[1].parent = "hub-north";
  ASSERT_EQ(rules->measures[3].id, "on_time");
  Measure planned = rules->measures[3];
  planned.id = "planned";
  planned.kind = MeasureKind::count;
  planned.targets.clear();
  planned.guardrails.clear();
  rules->measures.push_back(planned);
  rules->measures[3].expected_by = "planned";
  Board board = tests::board_after(rules, 2);
  for (const char* measure : {"on_time", "planned"}) {
    board.of(measure)->pulled.good_at = week_start(1) + 24h * 6;
  }
  board.of("planned")->put("hub-south", week_start(1), counted(100));
  board.of("on_time")->put("hub-south", week_start(1), hits(60, 80));

  const auto region = board.open(*board.of("on_time"), 0, week_start(1) + 24h * 6);

  ASSERT_TRUE(region);
  EXPECT_EQ(region->expected, 100);
  EXPECT_EQ(region->reason, Reason::out_of_reach);
}

}  // namespace
}  // namespace measured::rules
