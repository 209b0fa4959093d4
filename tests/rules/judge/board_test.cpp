#include "rules/judge/board.h"

#include <gtest/gtest.h>

#include "tests/support/reading.h"

namespace measured::rules {
namespace {

using tests::board_after;
using tests::hits;
using tests::two_hubs;
using tests::week_start;

Alert alert_on(std::vector<std::string> on) {
  Alert alert;
  alert.id = "told";
  alert.on = std::move(on);
  return alert;
}

TEST(Board, JudgesEveryPeriodThatCameSinceInOrder) {
  const auto rules = two_hubs();
  rules->alerts = {alert_on({"target.missed"})};
  Board board = board_after(rules, 4);
  MeasureSeries& series = *board.of("on_time");
  for (int week = 0; week < 4; ++week) {
    series.put("hub-north", week_start(week),
               week == 1 || week == 3 ? hits(500, 1000) : hits(990, 1000));
  }
  Standing standing;

  const auto changes = board.advance(series, 0, standing, {"shop", {}});

  ASSERT_EQ(changes.size(), 3U);
  EXPECT_EQ(changes[0].kind, EventKind::target_missed);
  EXPECT_EQ(changes[1].kind, EventKind::target_met);
  EXPECT_EQ(changes[2].kind, EventKind::target_missed);
  EXPECT_EQ(standing.transition, 4);
  EXPECT_TRUE(board.advance(series, 0, standing, {"shop", {}}).empty());
}

TEST(Board, GivesTheSameIdsWhetherPeriodsComeOneByOneOrAtOnce) {
  const auto rules = two_hubs();
  rules->alerts = {alert_on({"target.missed", "guardrail.broken"})};
  std::vector<std::string> at_once;
  std::vector<std::string> one_by_one;
  Standing slow;
  for (int weeks = 1; weeks <= 5; ++weeks) {
    Board board = board_after(rules, weeks);
    for (int week = 0; week < weeks; ++week) {
      board.of("on_time")->put("hub-west", week_start(week),
                               week % 2 == 1 ? hits(500, 1000) : hits(990, 1000));
      board.of("expedited")
          ->put("hub-west", week_start(week), week == 4 ? hits(50, 100) : hits(1, 100));
    }
    for (const Change& change : board.advance(*board.of("on_time"), 2, slow, {"shop", {}})) {
      one_by_one.push_back(change.id);
    }
    Standing fresh;
    at_once.clear();
    for (const Change& change : board.advance(*board.of("on_time"), 2, fresh, {"shop", {}})) {
      at_once.push_back(change.id);
    }
  }

  EXPECT_EQ(one_by_one.size(), 4U);
  EXPECT_EQ(at_once, one_by_one);
}

TEST(Board, AGuardrailOfTheSamePeriodBreaksTheTarget) {
  Board board = board_after(two_hubs(), 3);
  board.of("on_time")->put("hub-north", week_start(2), hits(99, 100));
  board.of("expedited")->put("hub-north", week_start(2), hits(50, 100));

  const Judgement judgement = board.newest(*board.of("on_time"), 0, week_start(4));

  EXPECT_EQ(judgement.verdict, Verdict::guardrail_broken);
  EXPECT_EQ(judgement.guardrails, std::vector<std::string>{"expedited"});
}

TEST(Board, ABrokenGuardrailIsNotTakenBackWithinTheNoiseOfTheGuardrail) {
  const auto rules = two_hubs();
  rules->alerts = {alert_on({"guardrail.broken"})};
  Board board = board_after(rules, 6);
  const std::int64_t expedited[] = {1, 50, 7, 9, 7, 1};  // at most 8 of 100
  for (int week = 0; week < 6; ++week) {
    board.of("on_time")->put("hub-north", week_start(week), hits(990, 1000));
    board.of("expedited")->put("hub-north", week_start(week), hits(expedited[week], 100));
  }
  const auto told = [&] {
    Standing standing;
    std::vector<std::pair<Instant, bool>> out;  // the end of the week, and whether it is over
    for (const Change& change : board.advance(*board.of("on_time"), 0, standing, {"shop", {}})) {
      out.emplace_back(change.judgement.window.end, change.recovered);
    }
    return out;
  };
  using Told = std::vector<std::pair<Instant, bool>>;

  EXPECT_EQ(told(), (Told{{week_start(2), false}, {week_start(6), true}}));

  rules->alerts[0].hysteresis = false;
  EXPECT_EQ(told(), (Told{{week_start(2), false},
                          {week_start(3), true},
                          {week_start(4), false},
                          {week_start(5), true}}));
}

TEST(Board, AParentIsJudgedOnTheSumOfItsTeams) {
  const auto rules = two_hubs();
  rules->teams[0].parent = "hub-west";
  rules->teams[1].parent = "hub-west";
  Board board = board_after(rules, 1);
  board.of("on_time")->put("hub-north", week_start(0), hits(90, 100));
  board.of("on_time")->put("hub-south", week_start(0), hits(1000, 1000));

  const Judgement judgement = board.newest(*board.of("on_time"), 2, week_start(2));

  EXPECT_EQ(judgement.tally, hits(1090, 1100));
}

TEST(Board, RefusesWhatItDoesNotKnow) {
  Board board = board_after(two_hubs(), 1);

  EXPECT_EQ(board.of("nothing"), nullptr);
  EXPECT_FALSE(board.of("on_time")->put("nobody", week_start(0), hits(1, 1)));
  EXPECT_FALSE(
      board.of("on_time")->put("hub-north", week_start(0) + std::chrono::seconds{1}, hits(1, 1)));
}

TEST(Board, ComparesWithTheWindowThatSharesNoPeriod) {
  const auto rules = two_hubs();
  rules->measures[3].window = 2;
  Board board = board_after(rules, 4);
  for (int week = 0; week < 4; ++week) {
    board.of("on_time")->put("hub-north", week_start(week), hits(10 + week, 20));
  }

  const std::optional<Judgement> before = board.before_newest(*board.of("on_time"), 0);

  ASSERT_TRUE(before);
  EXPECT_EQ(before->window.end, week_start(2));
}

}  // namespace
}  // namespace measured::rules
