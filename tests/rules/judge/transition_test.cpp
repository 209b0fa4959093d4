#include "rules/judge/transition.h"

#include <gtest/gtest.h>

#include "tests/support/judging.h"

namespace measured::rules {
namespace {

using tests::hits;
using tests::on_time;
using tests::week_of;
using tests::week_start;
using namespace std::chrono_literals;

constexpr char good = 'm';
constexpr char bad = 'x';

// A judgement of one week: m met, x missed, g guardrail broken, ? no data.
Judgement judged(int week, char what) {
  Judgement judgement;
  judgement.window = week_of(week);
  judgement.tally = what == bad ? hits(50, 100) : what == '?' ? Tally{} : hits(99, 100);
  judgement.verdict = judgement.counted = what == bad   ? Verdict::missed
                                          : what == '?' ? Verdict::no_data
                                                        : Verdict::met;
  if (what == 'g') {
    apply_guardrails(judgement, {{"expedited"}});
  }
  return judgement;
}

Alert alert(std::vector<std::string> on) {
  Alert alert;
  alert.id = "missed";
  alert.on = std::move(on);
  alert.send = {"hook"};
  return alert;
}

// Steps through one week a letter and writes what is told: the kind's last word, "-" for nothing.
std::string told(const Alert& alert, std::string_view weeks, Standing& standing,
                 Instant quiet_until = {}) {
  std::string out;
  for (std::size_t week = 0; week < weeks.size(); ++week) {
    const StepOptions options{"test", quiet_until};
    const auto changes = step(standing, std::span(&alert, 1), on_time(), "north",
                              judged(static_cast<int>(week), weeks[week]), options);
    EXPECT_LE(changes.size(), 1U);
    out += out.empty() ? "" : " ";
    const std::string kind = changes.empty() ? "-" : std::string(to_text(changes[0].kind));
    out += kind.substr(kind.find('.') + 1);
    out += !changes.empty() && changes[0].repeated ? "(again)" : "";
  }
  return out;
}

std::string told(const Alert& alert, std::string_view weeks) {
  Standing standing;
  return told(alert, weeks, standing);
}

TEST(Transition, TellsAMissOnceAndItsEndOnce) {
  EXPECT_EQ(told(alert({"target.missed"}), "mxxmm"), "- missed - met -");
}

TEST(Transition, WaitsForAsManyPeriodsAsTheAlertAsks) {
  Alert patient = alert({"target.missed"});
  patient.for_periods = 2;

  EXPECT_EQ(told(patient, "xmxxxm"), "- - - missed - met");
}

TEST(Transition, IsOverOnlyAfterAsManyGoodPeriodsAsTheAlertAsks) {
  Alert careful = alert({"target.missed"});
  careful.recover_periods = 2;

  EXPECT_EQ(told(careful, "xmxmm"), "missed - - - met");
}

TEST(Transition, NotKnowingIsNeitherAMissNorARecovery) {
  Alert patient = alert({"target.missed"});
  patient.for_periods = 2;

  EXPECT_EQ(told(patient, "x?x?m"), "- - missed - met");
}

TEST(Transition, RemindsOfWhatStillHolds) {
  Alert reminding = alert({"target.missed"});
  reminding.repeat = std::chrono::days{14};

  EXPECT_EQ(told(reminding, "xxxxx"), "missed - missed(again) - missed(again)");
}

TEST(Transition, RemindsOfNothingGood) {
  Alert reminding = alert({"target.missed", "target.met"});
  reminding.repeat = std::chrono::days{7};

  EXPECT_EQ(told(reminding, "mmmxx"), "met - - missed missed(again)");
}

TEST(Transition, TellsABrokenGuardrailAndItsEnd) {
  EXPECT_EQ(told(alert({"guardrail.broken"}), "mggm"), "- broken - met");
}

TEST(Transition, SaysOneThingAPeriod) {
  EXPECT_EQ(told(alert({"target.missed", "guardrail.broken", "target.met"}), "mxgm"),
            "met missed broken met");
}

TEST(Transition, TellsThatNothingCanBeTold) {
  EXPECT_EQ(told(alert({"target.cannot_tell"}), "m?m"), "- cannot_tell met");
}

TEST(Transition, TheHistoryOfTheFirstPullIsNotNewsButWhatStillHoldsIs) {
  Standing standing;

  EXPECT_EQ(told(alert({"target.missed"}), "mxmxx", standing, week_start(4)), "- - - - missed");
  EXPECT_EQ(standing.transition, 4);
}

TEST(Transition, JudgingTheSamePeriodTwiceChangesNothing) {
  Standing standing;
  const Alert rule = alert({"target.missed"});
  told(rule, "mx", standing);
  const Standing before = standing;

  const auto again =
      step(standing, std::span(&rule, 1), on_time(), "north", judged(1, bad), {"test", {}});
  const auto older =
      step(standing, std::span(&rule, 1), on_time(), "north", judged(0, bad), {"test", {}});

  EXPECT_TRUE(again.empty());
  EXPECT_TRUE(older.empty());
  EXPECT_EQ(standing, before);
}

TEST(Transition, ASecondLookAtAPeriodReplacesWhatItSaid) {
  Alert patient = alert({"guardrail.broken"});
  patient.for_periods = 2;
  Standing standing;
  told(patient, "mg", standing);

  // The guardrail's own data come later and take the breach back: the row of breaches starts anew.
  step(standing, std::span(&patient, 1), on_time(), "north", judged(1, good), {"test", {}});
  const auto first =
      step(standing, std::span(&patient, 1), on_time(), "north", judged(2, 'g'), {"test", {}});
  const auto second =
      step(standing, std::span(&patient, 1), on_time(), "north", judged(3, 'g'), {"test", {}});

  EXPECT_TRUE(first.empty());
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].kind, EventKind::guardrail_broken);
}

TEST(Transition, CarriesTheVerdictBeforeAndSinceWhen) {
  Standing standing;
  const Alert rule = alert({"target.missed"});
  told(rule, "mm", standing);

  const auto changes =
      step(standing, std::span(&rule, 1), on_time(), "north", judged(2, bad), {"test", {}});

  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].previous, Verdict::met);
  EXPECT_EQ(changes[0].previous_since, week_start(1));
  EXPECT_EQ(changes[0].transition, 2);
  EXPECT_EQ(changes[0].send, std::vector<std::string>{"hook"});
}

TEST(Transition, StaleDataDoNotMoveATeam) {
  Standing standing;
  const Alert rule = alert({"target.missed"});
  told(rule, "mm", standing);
  Judgement stale = judged(1, good);
  stale.verdict = Verdict::stale;

  EXPECT_TRUE(step(standing, std::span(&rule, 1), on_time(), "north", stale, {"test", {}}).empty());
  EXPECT_EQ(standing.verdict, Verdict::met);
}

TEST(Transition, AnIdNamesTheDecisionAndNothingElse) {
  const std::string id = event_id("shop", "missed", "north", "on_time", week_of(1), 2);

  EXPECT_EQ(id.size(), 30U);
  EXPECT_EQ(id.substr(0, 4), "msg_");
  EXPECT_EQ(id, event_id("shop", "missed", "north", "on_time", week_of(1), 2));
  EXPECT_NE(id, event_id("shop", "missed", "north", "on_time", week_of(1), 3));
  EXPECT_NE(id, event_id("shop", "missed", "nor", "thon_time", week_of(1), 2));
}

TEST(Transition, AStandingReadsBackFromItsText) {
  Standing standing;
  Alert reminding = alert({"target.missed", "guardrail.broken"});
  reminding.for_periods = 2;
  told(reminding, "mxxg", standing);
  standing.tally.sum = 0.1 + 0.2;

  EXPECT_EQ(standing_from_json(to_json(standing)), standing);
  EXPECT_FALSE(standing.alerts.empty());
  EXPECT_FALSE(standing_from_json("{}"));
  EXPECT_FALSE(standing_from_json(to_json(standing).substr(1)));
}

TEST(Transition, RestartingFromStoredTextTellsTheSame) {
  const Alert rule = alert({"target.missed"});
  Standing through;
  Standing restarted;
  std::vector<std::string> ids;
  std::vector<std::string> ids_restarted;
  constexpr std::string_view weeks = "mxx?mgxm";
  for (std::size_t week = 0; week < weeks.size(); ++week) {
    const Judgement judgement = judged(static_cast<int>(week), weeks[week]);
    for (const Change& change :
         step(through, std::span(&rule, 1), on_time(), "north", judgement, {"test", {}})) {
      ids.push_back(change.id);
    }
    restarted = standing_from_json(to_json(restarted)).value();
    for (const Change& change :
         step(restarted, std::span(&rule, 1), on_time(), "north", judgement, {"test", {}})) {
      ids_restarted.push_back(change.id);
    }
  }

  EXPECT_EQ(ids.size(), 4U);
  EXPECT_EQ(ids, ids_restarted);
}

TEST(Transition, AnAlertForOtherTeamsIsSilent) {
  Alert rule = alert({"target.missed"});
  rule.teams = {"south"};

  EXPECT_EQ(told(rule, "mx"), "- -");
}

TEST(Freshness, TellsOnceThatDataAreOldAndOnceThatTheyAreNot) {
  Measure measure = on_time();
  measure.stale_after = 24h;
  const Alert rule = alert({"data.stale"});
  Freshness freshness;
  Pulled pulled;
  pulled.good_at = week_start(0);
  const auto at = [&](Instant as_of) {
    return step_freshness(freshness, std::span(&rule, 1), measure, pulled, as_of, {"test", {}});
  };

  EXPECT_TRUE(at(week_start(0) + 24h).empty());
  const auto old = at(week_start(0) + 25h);
  ASSERT_EQ(old.size(), 1U);
  EXPECT_EQ(old[0].kind, EventKind::data_stale);
  EXPECT_TRUE(at(week_start(0) + 40h).empty());
  pulled.good_at = week_start(0) + 41h;
  const auto fresh = at(week_start(0) + 41h);

  ASSERT_EQ(fresh.size(), 1U);
  EXPECT_TRUE(fresh[0].recovered);
  EXPECT_EQ(freshness_from_json(to_json(freshness)), freshness);
}

TEST(Freshness, TheFirstGoodPullIsNoNews) {
  const Alert rule = alert({"data.stale", "source.failed"});
  Freshness freshness;
  Pulled pulled;
  pulled.good_at = week_start(0);

  EXPECT_TRUE(
      step_freshness(freshness, std::span(&rule, 1), on_time(), pulled, week_start(0), {"test", {}})
          .empty());
}

TEST(Freshness, TellsThatASourceFailsAndRecovers) {
  const Alert rule = alert({"source.failed"});
  Freshness freshness;
  Pulled pulled;
  pulled.failed_at = week_start(0);
  const auto failed = step_freshness(freshness, std::span(&rule, 1), on_time(), pulled,
                                     week_start(0), {"test", {}});
  pulled.failed_at.reset();
  pulled.good_at = week_start(1);
  const auto back = step_freshness(freshness, std::span(&rule, 1), on_time(), pulled, week_start(1),
                                   {"test", {}});

  ASSERT_EQ(failed.size(), 1U);
  EXPECT_EQ(failed[0].kind, EventKind::source_failed);
  ASSERT_EQ(back.size(), 1U);
  EXPECT_EQ(back[0].kind, EventKind::source_recovered);
}

TEST(Revision, TellsWhatWasSaidAndWhatIsKnownNow) {
  const Alert rule = alert({"data.revised"});
  const Revision revision{"on_time",     "north",       week_of(0),
                          hits(94, 100), hits(92, 100), week_start(2)};

  const auto changes = revision_changes(std::span(&rule, 1), on_time(), revision, 1, {"test", {}});
  const auto quiet =
      revision_changes(std::span(&rule, 1), on_time(), revision, 1, {"test", week_start(1)});

  ASSERT_EQ(changes.size(), 1U);
  EXPECT_DOUBLE_EQ(changes[0].was.value(), 0.94);
  EXPECT_DOUBLE_EQ(changes[0].judgement.value.value(), 0.92);
  EXPECT_TRUE(quiet.empty());
}

}  // namespace
}  // namespace measured::rules
