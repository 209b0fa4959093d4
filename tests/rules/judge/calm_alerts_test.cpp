// How calmly an alert speaks: hysteresis within the noise of a target, and flapping.

#include <gtest/gtest.h>

#include "rules/judge/transition.h"
#include "tests/support/judging.h"

namespace measured::rules {
namespace {

using tests::hits;
using tests::on_time;
using tests::week_of;

// A judgement of one week: m met and x missed beyond chance, n met and y missed within noise,
// ? no data.
Judgement judged(int week, char what) {
  const bool missed = what == 'x' || what == 'y';
  Judgement judgement;
  judgement.window = week_of(week);
  judgement.tally = what == '?' ? Tally{} : hits(missed ? 90 - week : 99 - week, 100);
  judgement.verdict = judgement.counted = missed        ? Verdict::missed
                                          : what == '?' ? Verdict::no_data
                                                        : Verdict::met;
  if (what != '?') {
    judgement.low = 0.85;
    judgement.high = 0.99;
    judgement.sure = what == 'm' || what == 'x';
  }
  return judgement;
}

Alert alert(std::vector<std::string> on = {"target.missed"}) {
  Alert alert;
  alert.id = "missed";
  alert.on = std::move(on);
  alert.send = {"hook"};
  return alert;
}

// Steps through one week a letter and writes what is told, "-" for nothing.
std::string told(const Alert& alert, std::string_view weeks, const Measure& measure = on_time()) {
  std::string out;
  Standing standing;
  for (std::size_t week = 0; week < weeks.size(); ++week) {
    const auto changes = step(standing, std::span(&alert, 1), measure, "north",
                              judged(static_cast<int>(week), weeks[week]), {"test", {}});
    const std::string kind = changes.empty() ? "-" : std::string(to_text(changes[0].kind));
    out += (out.empty() ? "" : " ") + kind.substr(kind.find('.') + 1);
    const Flap flap = changes.empty() ? Flap::none : changes[0].flap;
    out += flap == Flap::began ? "(flaps)" : flap == Flap::settled ? "(settled)" : "";
  }
  return out;
}

TEST(Hysteresis, AMissIsToldEvenWithinNoiseBecauseItIsAFact) {
  EXPECT_EQ(told(alert(), "my"), "- missed");
}

TEST(Hysteresis, CrossingTheTargetWithinNoiseIsNeitherARecoveryNorANewMiss) {
  EXPECT_EQ(told(alert(), "xnynym"), "missed - - - - met");
}

TEST(Hysteresis, ThreePeriodsInARowAreARecoveryThoughEachIsWithinNoise) {
  EXPECT_EQ(told(alert(), "xnnn"), "missed - - met");
}

TEST(Hysteresis, WindowsThatOverlapCountOnceTheyShareNoPeriodWithTheMiss) {
  Measure rolling = on_time();
  rolling.window = 5;

  EXPECT_EQ(told(alert(), "xnnnnn", rolling), "missed - - - - met");
}

TEST(Hysteresis, AfterARecoveryWithinNoiseTheNextMissMustBeBeyondItOrLast) {
  EXPECT_EQ(told(alert(), "xnnnyx"), "missed - - met - missed");
  EXPECT_EQ(told(alert(), "xnnnyyy"), "missed - - met - - missed");
  EXPECT_EQ(told(alert(), "xnnnmy"), "missed - - met - missed");
}

TEST(Hysteresis, NotKnowingBreaksNoRow) {
  EXPECT_EQ(told(alert(), "xn?nn"), "missed - - - met");
}

TEST(Hysteresis, AsksForNoLessThanTheRuleDoes) {
  Alert careful = alert();
  careful.recover_periods = 4;

  EXPECT_EQ(told(careful, "xnnnn"), "missed - - - met");
  EXPECT_EQ(told(careful, "xmmmm"), "missed - - - met");
}

TEST(Hysteresis, CanBeSwitchedOff) {
  Alert plain = alert();
  plain.hysteresis = false;

  EXPECT_EQ(told(plain, "xnyx"), "missed met missed -");
}

TEST(Hysteresis, NobodyIsToldThatAllIsWellWhileAMissIsNotOver) {
  EXPECT_EQ(told(alert({"target.missed", "target.met"}), "mynnm"), "met missed - - met");
}

TEST(Flapping, IsToldOnceWithAHintAndThenNothingUntilItSettles) {
  EXPECT_EQ(told(alert(), "xmxmxmmmmm"), "missed met missed met(flaps) - - - - - met(settled)");
}

TEST(Flapping, SettlesIntoAMissAsWell) {
  EXPECT_EQ(told(alert(), "xmxmxxxxxm"),
            "missed met missed met(flaps) - - - - missed(settled) met");
}

TEST(Flapping, IsOfWhatTurnsBeyondNoise) {
  EXPECT_EQ(told(alert(), "xnynynynyn").find("flaps"), std::string::npos);
}

TEST(Flapping, IsNotReadIntoPeriodsThatCannotBeJudged) {
  EXPECT_EQ(told(alert(), "xmx????m").find("settled"), std::string::npos);
  EXPECT_NE(told(alert(), "xmx????m").find("met(flaps)"), std::string::npos);
}

TEST(Flapping, SaysWhatWouldBeCalmer) {
  Standing standing;
  const Alert rule = alert();
  std::vector<Change> changes;
  for (int week = 0; week < 4; ++week) {
    changes = step(standing, std::span(&rule, 1), on_time(), "north",
                   judged(week, week % 2 == 0 ? 'x' : 'm'), {"test", {}});
  }

  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].flap, Flap::began);
  EXPECT_EQ(changes[0].flap_for, 2);
  EXPECT_EQ(changes[0].flap_window, 2);
}

TEST(AlertMemory, IsForgottenOnceNothingInItCanMatter) {
  Standing standing;
  const Alert rule = alert();
  for (int week = 0; week < 12; ++week) {
    step(standing, std::span(&rule, 1), on_time(), "north", judged(week, week == 1 ? 'x' : 'm'),
         {"test", {}});
  }

  EXPECT_TRUE(standing.alerts.empty());
}

TEST(AlertMemory, ReadsWhatAnEarlierVersionWrote) {
  const auto standing = standing_from_json(
      R"({"verdict":"missed","since":10,"start":0,"end":10,"transition":1,"n":1,"numerator":0,)"
      R"("denominator":1,"sum":0,"sum_sq":0,"previous":"settling","previous_since":0,"alerts":[)"
      R"({"alert":"a","on":"target.missed","in_before":0,"out_before":0,"in":1,"out":0,)"
      R"("firing":1,"told_until":10},{"alert":"a","on":"guardrail.broken","in_before":0,)"
      R"("out_before":0,"in":1,"out":0,"firing":0,"told_until":0}]})");

  ASSERT_TRUE(standing);
  ASSERT_EQ(standing->alerts.size(), 1U);
  ASSERT_EQ(standing->alerts[0].rows.size(), 2U);
  EXPECT_TRUE(standing->alerts[0].rows[0].firing);
  EXPECT_EQ(standing->alerts[0].rows[1].kind, EventKind::guardrail_broken);
}

}  // namespace
}  // namespace measured::rules
