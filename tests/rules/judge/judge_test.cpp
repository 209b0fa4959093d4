#include "rules/judge/judge.h"

#include <gtest/gtest.h>

#include "tests/support/judging.h"

namespace measured::rules {
namespace {

using tests::counted;
using tests::hits;
using tests::on_time;
using tests::week_start;
using tests::Weeks;
using namespace std::chrono_literals;

TEST(Judge, SaysMetByTheCountOfAClosedPeriod) {
  const Judgement judgement = Weeks(on_time()).add(hits(990, 1000)).judged();

  EXPECT_EQ(judgement.verdict, Verdict::met);
  EXPECT_EQ(judgement.reason, Reason::counted);
  EXPECT_TRUE(judgement.sure);
  EXPECT_DOUBLE_EQ(judgement.value.value(), 0.99);
  EXPECT_EQ(judgement.window, tests::week_of(0));
}

TEST(Judge, SaysMissedAndThatItMayBeChance) {
  const Judgement judgement = Weeks(on_time()).add(hits(54, 60)).judged();

  EXPECT_EQ(judgement.verdict, Verdict::missed);
  EXPECT_FALSE(judgement.sure);
  EXPECT_NEAR(judgement.low.value(), 0.799, 0.0005);
  EXPECT_NEAR(judgement.high.value(), 0.953, 0.0005);
}

TEST(Judge, SaysMissedAndThatChanceDoesNotExplainIt) {
  const Judgement judgement = Weeks(on_time()).add(hits(842, 922)).judged();

  EXPECT_EQ(judgement.verdict, Verdict::missed);
  EXPECT_TRUE(judgement.sure);
}

TEST(Judge, OnTheTargetIsMetWhateverTheLastBitSays) {
  EXPECT_EQ(Weeks(on_time()).add(hits(57, 60)).judged().verdict, Verdict::met);
}

TEST(Judge, AHundredPercentTargetIsMetByTheCountAndNeverForSure) {
  const Judgement judgement = Weeks(on_time(1.0)).add(hits(5000, 5000)).judged();

  EXPECT_EQ(judgement.verdict, Verdict::met);
  EXPECT_FALSE(judgement.sure);
  EXPECT_EQ(Weeks(on_time(1.0)).add(hits(4999, 5000)).judged().verdict, Verdict::missed);
}

TEST(Judge, WatchIsMetByLessThanTheBandAsks) {
  Measure measure = on_time(0.92);
  measure.targets[0].value.watch = 0.94;

  EXPECT_EQ(Weeks(measure).add(hits(93, 100)).judged().verdict, Verdict::watch);
  EXPECT_EQ(Weeks(measure).add(hits(94, 100)).judged().verdict, Verdict::met);
  EXPECT_EQ(Weeks(measure).add(hits(91, 100)).judged().verdict, Verdict::missed);
}

TEST(Judge, AtMostTurnsBothTheGoalAndTheBandAround) {
  Measure measure = on_time();
  measure.targets[0].value = {Direction::at_most, 0.08, 0.06};

  EXPECT_EQ(Weeks(measure).add(hits(9, 100)).judged().verdict, Verdict::missed);
  EXPECT_EQ(Weeks(measure).add(hits(7, 100)).judged().verdict, Verdict::watch);
  EXPECT_EQ(Weeks(measure).add(hits(6, 100)).judged().verdict, Verdict::met);
}

TEST(Judge, FewerCasesThanTheMinimumAreTooFewAndStillShown) {
  const Judgement judgement = Weeks(on_time()).add(hits(0, 9)).judged();

  EXPECT_EQ(judgement.verdict, Verdict::too_few);
  EXPECT_EQ(judgement.reason, Reason::small_sample);
  EXPECT_DOUBLE_EQ(judgement.value.value(), 0.0);
}

TEST(Judge, OnlyPeriodsThatWereFinalWhenReadDecide) {
  Weeks weeks(on_time());
  weeks.add(hits(99, 100)).add(hits(0, 100));
  weeks.pulled.good_at = week_start(2) + 47h;

  // A day later week 1 would be final, but its late rows have not been read.
  const Judgement judgement = weeks.judged(week_start(2) + 72h);

  EXPECT_EQ(judgement.verdict, Verdict::met);
  EXPECT_EQ(judgement.window, tests::week_of(0));
}

TEST(Judge, ABucketIsOpenThenSettlingThenFinal) {
  const Interval week = tests::week_of(0);

  EXPECT_EQ(bucket_state(week, 48h, week.end - 1s), BucketState::open);
  EXPECT_EQ(bucket_state(week, 48h, week.end), BucketState::settling);
  EXPECT_EQ(bucket_state(week, 48h, week.end + 48h - 1s), BucketState::settling);
  EXPECT_EQ(bucket_state(week, 48h, week.end + 48h), BucketState::final);
}

TEST(Judge, SettlingWhileNoPeriodIsFinal) {
  Weeks weeks(on_time());
  weeks.add(hits(99, 100));
  weeks.pulled.good_at = week_start(1);

  EXPECT_EQ(weeks.judged().verdict, Verdict::settling);
}

TEST(Judge, AWindowAddsItsPeriodsAndThenDivides) {
  Measure measure = on_time();
  measure.window = 2;

  const Judgement judgement =
      Weeks(measure).add(hits(0, 500)).add(hits(1, 2)).add(hits(97, 98)).judged();

  EXPECT_EQ(judgement.tally, hits(98, 100));
  EXPECT_EQ(judgement.periods, 2);
  EXPECT_EQ(judgement.verdict, Verdict::met);
}

TEST(Judge, AnEmptyPeriodLeavesTheRestAndIsSaid) {
  Measure measure = on_time();
  measure.window = 3;

  const Judgement judgement =
      Weeks(measure).add(hits(50, 50)).add_empty().add(hits(49, 50)).judged();

  EXPECT_EQ(judgement.verdict, Verdict::met);
  EXPECT_EQ(judgement.periods, 3);
  EXPECT_EQ(judgement.periods_empty, 1);
}

TEST(Judge, AnEmptyWindowIsNoDataAndNotZero) {
  const Judgement judgement = Weeks(on_time()).add(hits(99, 100)).add_empty().judged();

  EXPECT_EQ(judgement.verdict, Verdict::no_data);
  EXPECT_FALSE(judgement.value);
}

TEST(Judge, AnEmptyCountIsZeroOnlyWhereTheRuleSaysSo) {
  Measure incidents = on_time();
  incidents.kind = MeasureKind::count;
  incidents.targets[0].value = {Direction::at_most, 5, {}};

  EXPECT_EQ(Weeks(incidents).add_empty().judged().verdict, Verdict::no_data);
  incidents.empty_is_zero = true;
  const Judgement judgement = Weeks(incidents).add_empty().judged();

  EXPECT_EQ(judgement.verdict, Verdict::met);
  EXPECT_DOUBLE_EQ(judgement.value.value(), 0);
}

TEST(Judge, ACountIsItsOwnSample) {
  Measure incidents = on_time();
  incidents.kind = MeasureKind::count;
  incidents.targets[0].value = {Direction::at_most, 5, {}};

  EXPECT_EQ(Weeks(incidents).add(counted(2)).judged().verdict, Verdict::met);
  EXPECT_EQ(Weeks(incidents).add(counted(6)).judged().verdict, Verdict::missed);
  EXPECT_FALSE(Weeks(incidents).add(counted(6)).judged().low);
}

TEST(Judge, AMeanOfAClosedPeriodIsAFactWithAnInterval) {
  Measure days_late = on_time();
  days_late.kind = MeasureKind::mean;
  days_late.targets[0].value = {Direction::at_most, 2, {}};
  Tally tally;
  tally.n = 100;
  tally.sum = 300;
  tally.sum_sq = 1000;

  const Judgement judgement = Weeks(days_late).add(tally).judged();

  EXPECT_EQ(judgement.verdict, Verdict::missed);
  EXPECT_TRUE(judgement.sure);
  EXPECT_LT(judgement.low.value(), 3);
  EXPECT_GT(judgement.low.value(), 2);
}

TEST(Judge, ARateIsJudgedPerItsUnit) {
  Measure complaints = on_time();
  complaints.kind = MeasureKind::rate;
  complaints.per = 1000;
  complaints.targets[0].value = {Direction::at_most, 20, {}};

  const Judgement judgement = Weeks(complaints).add(hits(30, 1000)).judged();

  EXPECT_EQ(judgement.verdict, Verdict::missed);
  EXPECT_DOUBLE_EQ(judgement.value.value(), 30);
  EXPECT_GT(judgement.high.value(), 30);
}

TEST(Judge, ATargetHoldsForThePeriodsThatStartOnOrAfterItsDate) {
  Measure measure = on_time(0.90);
  DatedTarget later = measure.targets[0];
  later.from = std::chrono::local_days{std::chrono::year{2026} / 10 / 13};  // the Tuesday of week 1
  later.value.goal = 0.98;
  measure.targets.push_back(later);
  Weeks weeks(measure);
  weeks.add(hits(95, 100)).add(hits(95, 100)).add(hits(95, 100));

  EXPECT_EQ(weeks.at(1).verdict, Verdict::met);
  EXPECT_EQ(weeks.at(1).target_revision, 1);
  EXPECT_EQ(weeks.at(2).verdict, Verdict::missed);
  EXPECT_EQ(weeks.at(2).target_revision, 2);
}

TEST(Judge, PeriodsBeforeATargetAreNotJudgedByIt) {
  Measure measure = on_time(0.90);
  measure.window = 4;
  DatedTarget later = measure.targets[0];
  later.from = std::chrono::local_days{std::chrono::year{2026} / 10 / 12};  // the Monday of week 1
  later.value.goal = 0.98;
  measure.targets.push_back(later);

  const Judgement judgement =
      Weeks(measure).add(hits(0, 100)).add(hits(99, 100)).add(hits(99, 100)).judged();

  EXPECT_EQ(judgement.verdict, Verdict::met);
  EXPECT_EQ(judgement.periods, 2);
  EXPECT_EQ(judgement.periods_asked, 4);
}

TEST(Judge, ATeamsOwnTargetTakesThePlaceOfTheCommonOne) {
  Measure measure = on_time(0.90);
  measure.targets[0].teams["north"] = {Direction::at_least, 0.99, {}};

  EXPECT_EQ(Weeks(measure).add(hits(95, 100)).judged().verdict, Verdict::missed);
}

TEST(Judge, WithoutATargetTheValueStandsAlone) {
  Measure measure = on_time();
  measure.targets.clear();

  const Judgement judgement = Weeks(measure).add(hits(95, 100)).judged();

  EXPECT_EQ(judgement.verdict, Verdict::cannot_tell);
  EXPECT_EQ(judgement.reason, Reason::no_target);
  EXPECT_TRUE(judgement.value);
}

TEST(Judge, CountsThatContradictThemselvesDecideNothing) {
  const Judgement judgement = Weeks(on_time()).add(hits(101, 100)).judged();

  EXPECT_EQ(judgement.verdict, Verdict::cannot_tell);
  EXPECT_EQ(judgement.reason, Reason::invalid);
}

TEST(Judge, OldDataAreStaleAndKeepTheLastKnownValue) {
  Measure measure = on_time();
  measure.stale_after = 24h;
  Weeks weeks(measure);
  weeks.add(hits(99, 100));

  EXPECT_EQ(weeks.judged(*weeks.pulled.good_at + 24h).verdict, Verdict::met);
  const Judgement judgement = weeks.judged(*weeks.pulled.good_at + 24h + 1s);

  EXPECT_EQ(judgement.verdict, Verdict::stale);
  EXPECT_EQ(judgement.counted, Verdict::met);
  EXPECT_DOUBLE_EQ(judgement.value.value(), 0.99);
}

TEST(Judge, AFailedScanTakesNothingAwayUntilAPeriodIsDue) {
  Weeks weeks(on_time());
  weeks.add(hits(99, 100)).add(hits(50, 100));
  weeks.pulled.good_at = week_start(1) + 48h;
  weeks.pulled.failed_at = week_start(1) + 60h;

  EXPECT_EQ(weeks.judged(week_start(2) + 47h).verdict, Verdict::met);
  const Judgement judgement = weeks.judged(week_start(2) + 48h);

  EXPECT_EQ(judgement.verdict, Verdict::source_error);
  EXPECT_EQ(judgement.counted, Verdict::met);
  EXPECT_DOUBLE_EQ(judgement.value.value(), 0.99);
}

TEST(Judge, ASourceThatNeverAnsweredIsAnErrorAndNotNoData) {
  Weeks weeks(on_time());
  weeks.add_empty();
  weeks.pulled.good_at.reset();

  EXPECT_EQ(weeks.judged(week_start(3)).reason, Reason::never_pulled);
  weeks.pulled.failed_at = week_start(2);
  EXPECT_EQ(weeks.judged(week_start(3)).verdict, Verdict::source_error);
}

TEST(Judge, PeriodsBeforeTheFirstPullAreNotEmptyButUnknown) {
  Measure measure = on_time();
  measure.window = 3;
  Weeks weeks(measure);
  weeks.add_empty().add(hits(99, 100));
  weeks.pulled.from = week_start(1);

  const Judgement judgement = weeks.judged();

  EXPECT_EQ(judgement.periods, 1);
  EXPECT_EQ(judgement.periods_empty, 0);
}

TEST(Judge, AMissedGuardrailBreaksAMetTargetAndNothingElse) {
  Judgement met = Weeks(on_time()).add(hits(99, 100)).judged();
  Judgement missed = Weeks(on_time()).add(hits(50, 100)).judged();

  apply_guardrails(met, {{"expedited"}});
  apply_guardrails(missed, {{"expedited"}});

  EXPECT_EQ(met.verdict, Verdict::guardrail_broken);
  EXPECT_EQ(met.counted, Verdict::met);
  EXPECT_EQ(met.guardrails, std::vector<std::string>{"expedited"});
  EXPECT_EQ(missed.verdict, Verdict::missed);
}

TEST(Verdict, EveryWordReadsBackToItself) {
  for (int i = 0; i <= static_cast<int>(Verdict::source_error); ++i) {
    const auto verdict = static_cast<Verdict>(i);

    EXPECT_EQ(parse_verdict(to_text(verdict)), verdict);
  }
  EXPECT_FALSE(parse_verdict("bad"));
}

}  // namespace
}  // namespace measured::rules
