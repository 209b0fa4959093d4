#include <gtest/gtest.h>

#include "rules/judge/event.h"
#include "rules/judge/transition.h"
#include "tests/support/judging.h"

namespace measured::rules {
namespace {

using std::chrono::local_days;
using std::chrono::year;
using tests::hits;
using tests::on_time;
using tests::week_of;
using tests::week_start;

std::vector<Alert> listening(const char* event) {
  Alert alert;
  alert.id = "told";
  alert.on = {event};
  alert.send = {"hook"};
  return {alert};
}

Measure to_be_reviewed(local_days day) {
  Measure measure = on_time();
  measure.targets[0].review = day;
  return measure;
}

TEST(Review, HasComeFromItsDayOnUntilATargetFollows) {
  Measure measure = to_be_reviewed(local_days{year{2026} / 10 / 12});

  EXPECT_EQ(target_to_review(measure, local_days{year{2026} / 10 / 11}), nullptr);
  EXPECT_EQ(target_to_review(measure, local_days{year{2026} / 10 / 12}), &measure.targets[0]);
  EXPECT_EQ(target_to_review(measure, local_days{year{2027} / 10 / 12}), &measure.targets[0]);

  measure.targets.push_back(measure.targets[0]);
  measure.targets[1].from = local_days{year{2026} / 11 / 1};
  measure.targets[1].review.reset();
  EXPECT_EQ(target_to_review(measure, local_days{year{2027} / 10 / 12}), nullptr);
}

TEST(Review, IsToldToWhoAsksUnderOneId) {
  const Measure measure = to_be_reviewed(local_days{year{2026} / 10 / 12});
  const auto alerts = listening("target.review");
  const StepOptions options{"shop", {}};

  EXPECT_TRUE(review_changes(alerts, measure, Zone{}, week_start(0), options).empty());
  const auto first = review_changes(alerts, measure, Zone{}, week_start(1), options);
  const auto later = review_changes(alerts, measure, Zone{}, week_start(9), options);

  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(event_type(first[0]), "measured.target.review");
  EXPECT_EQ(first[0].judgement.window.end, week_start(1));
  EXPECT_EQ(first[0].id, later.at(0).id);
  EXPECT_TRUE(
      review_changes(listening("target.missed"), measure, Zone{}, week_start(1), options).empty());
}

TEST(RevisedVerdict, SaysBothVerdictsAndBothValues) {
  RevisedVerdict revised{"on_time", "north", {}, {}, week_start(2)};
  revised.before.verdict = Verdict::met;
  revised.before.value = 0.96;
  revised.now.verdict = Verdict::missed;
  revised.now.window = week_of(0);
  const Measure measure = on_time();

  const auto changes =
      revised_verdict_changes(listening("target.revised"), measure, revised, 7, {"shop", {}});

  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(event_type(changes[0]), "measured.target.revised");
  EXPECT_EQ(event_state(changes[0]), "missed");
  EXPECT_EQ(changes[0].previous, Verdict::met);
  EXPECT_EQ(changes[0].was, 0.96);
  EXPECT_EQ(changes[0].team, "north");
}

TEST(RevisedVerdict, OfHistoryThatNobodyWasToldIsNoNews) {
  RevisedVerdict revised{"on_time", "north", {}, {}, week_start(2)};
  revised.now.window = week_of(0);

  EXPECT_TRUE(revised_verdict_changes(listening("target.revised"), on_time(), revised, 7,
                                      {"shop", week_start(1)})
                  .empty());
}

// Of eight final numbers that changed afterwards, so many got better.
stats::RevisionBias changed(std::size_t better) {
  stats::RevisionBias habit;
  habit.buckets = 40;
  habit.revised = 8;
  habit.better = better;
  habit.worse = habit.revised - better;
  habit.verdict =
      better == habit.revised ? stats::RevisionVerdict::flattering : stats::RevisionVerdict::mixed;
  return habit;
}

TEST(Flattery, IsAskedAboutOnceForEachDefinition) {
  Measure measure = on_time();
  measure.definition = "d1";
  const auto alerts = listening("integrity.flattered");
  const StepOptions options{"shop", {}};
  const auto asked = [&](std::size_t better, int week) {
    return flattery_changes(
        alerts, measure, [&](const std::vector<std::string>&) { return changed(better); },
        {week_start(0), week_start(week)}, options);
  };

  EXPECT_TRUE(asked(5, 9).empty());
  const auto first = asked(8, 9);
  const auto later = asked(8, 12);
  measure.definition = "d2";
  const auto redefined = asked(8, 12);

  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(event_type(first[0]), "measured.integrity.flagged");
  EXPECT_EQ(first[0].habit->better, 8U);
  EXPECT_EQ(first[0].id, later.at(0).id);
  EXPECT_NE(first[0].id, redefined.at(0).id);
}

TEST(Flattery, IsThatOfTheTeamsThatTheAlertIsAbout) {
  auto alerts = listening("integrity.flattered");
  alerts[0].teams = {"hub-south"};
  std::vector<std::string> asked_of;

  flattery_changes(alerts, on_time(),
                   [&](const std::vector<std::string>& teams) {
                     asked_of = teams;
                     return changed(8);
                   },
                   {week_start(0), week_start(9)}, {"shop", {}});

  EXPECT_EQ(asked_of, std::vector<std::string>{"hub-south"});
}

}  // namespace
}  // namespace measured::rules
