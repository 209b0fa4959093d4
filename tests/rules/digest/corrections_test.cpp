// What a digest says of moved targets, reviews, open periods and of what it told before.

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/rules/digest/told_weeks.h"

namespace measured::rules {
namespace {

using namespace std::chrono_literals;

// The list under "Changed in how we measure" as one text.
std::string changed(const DigestInput& input) {
  std::string lines;
  for (const std::string& line : digest_content(input).changed) {
    lines += line + "\n";
  }
  return lines;
}

TEST(Corrections, SaysWhoMovedATargetAndWhy) {
  const auto rules = two_hubs();
  rules->measures[3].targets[1].reason = "new carrier contract";
  Board board = board_after(rules, 2);
  put(board, "on_time", "hub-north", 0, hits(930, 1000));
  put(board, "on_time", "hub-north", 1, hits(940, 1000));
  DigestInput input = reading(board, "ana@example.com", 1);

  EXPECT_NE(
      changed(input).find("≥ 95 % since 12 Oct 2026; before, ≥ 92 % "
                          "(\"new carrier contract\"). North hub would have met the old one."),
      std::string::npos)
      << changed(input);

  input.target_authors = {{"on_time", rules->measures[3].targets[1].from, "J. Weber"}};
  EXPECT_NE(changed(input).find("(J. Weber: \"new carrier contract\")."), std::string::npos);

  rules->measures[3].targets[1].reason.clear();
  EXPECT_NE(changed(input).find("before, ≥ 92 % (J. Weber)."), std::string::npos);
}

TEST(Corrections, RemindsOfAReviewInEachMessageAndCallsItNewsOnce) {
  const auto rules = two_hubs();
  rules->measures[3].targets[1].review = std::chrono::local_days{std::chrono::year{2026} / 11 / 20};
  Board board = quiet(rules);
  DigestInput input = reading(board, "ben@example.com", 6);
  input.since = week_start(6) + 56h;  // before the review day
  const DigestContent first = digest_content(input);

  ASSERT_EQ(first.changed.size(), 1U);
  EXPECT_NE(first.changed[0].find("was to be looked at again on 20 Nov 2026"), std::string::npos);
  EXPECT_TRUE(first.news);

  input.since = input.nominal - std::chrono::hours{1};
  EXPECT_EQ(digest_content(input).changed, first.changed);
  EXPECT_FALSE(digest_content(input).news);
}

TEST(Corrections, SpeaksOfPeriodsThatAreStillOpen) {
  const auto rules = two_hubs();
  rules->measures[3].expected = 100;
  Board board = board_after(rules, 7);
  board.of("on_time")->pulled.good_at = week_start(6) + 24h * 6;
  put(board, "on_time", "hub-north", 6, hits(80, 90));
  put(board, "on_time", "hub-west", 6, hits(55, 60));
  put(board, "on_time", "hub-west", 5, hits(99, 100));
  board.of("first_response")->pulled.good_at = week_start(6) + 24h * 6;
  put(board, "first_response", "hub-north", 6, hits(7, 8));

  const DigestContent content = digest_content(reading(board, "ana@example.com", 6));

  EXPECT_EQ(
      content.open,
      (std::vector<std::string>{
          "On-time shipments, North hub, week 47 (16–22 Nov) so far: 88.9 % (80 of 90): ≥ 95 % "
          "can no longer be met. Even the best rest (10 cases) ends at 90.0 %.",
          "On-time shipments, week 47 (16–22 Nov) so far: short of ≥ 95 %, which may still be met: "
          "West hub at 91.7 % (55 of 60)."}));
  EXPECT_FALSE(content.signal);
}

// Whose newest final week missed, and whose open week goes on like it, learns nothing new.
TEST(Corrections, SaysNothingOfOpenPeriodsThatGoOnAsTheLastOneDid) {
  Board board = board_after(two_hubs(), 7);
  board.of("on_time")->pulled.good_at = week_start(6) + 24h * 6;
  put(board, "on_time", "hub-north", 5, hits(70, 100));
  put(board, "on_time", "hub-north", 6, hits(70, 100));
  put(board, "on_time", "hub-west", 5, hits(990, 1000));
  put(board, "on_time", "hub-west", 6, hits(990, 1000));

  EXPECT_TRUE(digest_content(reading(board, "ana@example.com", 6)).open.empty());

  put(board, "on_time", "hub-north", 6, hits(990, 1000));
  put(board, "on_time", "hub-west", 6, hits(70, 100));
  const std::vector<std::string> open = digest_content(reading(board, "ana@example.com", 6)).open;

  ASSERT_EQ(open.size(), 2U);
  EXPECT_NE(open[0].find("worse than ≥ 95 % by more than chance explains"), std::string::npos);
  EXPECT_NE(open[1].find("better than ≥ 95 % by more than chance explains"), std::string::npos);
}

TEST(Corrections, SayWhatWasToldFirstAndWhatIsKnownLast) {
  Board board = board_after(two_hubs(), 7);
  DigestInput input = reading(board, "ana@example.com", 6);
  input.revisions = {
      {"on_time", "hub-west", week_of(5), hits(490, 510), hits(480, 515), week_start(7)},
      {"on_time", "hub-west", week_of(5), hits(480, 515), hits(480, 520), week_start(7)},
      {"on_time", "hub-north", week_of(5), hits(9, 10), hits(8, 10), week_start(7)},
      {"on_time", "hub-north", week_of(5), hits(8, 10), hits(9, 10), week_start(7)}};
  input.revised_verdicts = {
      {"on_time", "hub-west", week_of(5), Verdict::met, Verdict::missed, 0.96, 0.92}};

  const std::string lines = changed(input);

  EXPECT_NE(lines.find("West hub, week 46 (9–15 Nov): we told you 96.1 % (490 of 510); it is now "
                       "92.3 % (480 of 520). The verdict was 'met' and is 'missed' now."),
            std::string::npos)
      << lines;
  EXPECT_EQ(lines.find("North hub"), std::string::npos);  // it is again what it was
}

TEST(Corrections, AskWhoCorrectsWhatAlwaysGetsBetter) {
  Board board = board_after(two_hubs(), 7);
  DigestInput input = reading(board, "ana@example.com", 6);
  RevisionHabit habit{"on_time", 40, {}};
  habit.bias.revised = 9;
  habit.bias.better = 9;
  habit.bias.verdict = stats::RevisionVerdict::flattering;
  input.revision_habits = {habit};

  const auto unknown = digest_content(input).unknown;

  EXPECT_NE(std::find(unknown.begin(), unknown.end(),
                      "On-time shipments: 9 of 40 final numbers changed afterwards, and 9 of these "
                      "became better. Who corrects them, and what for?"),
            unknown.end());
}

TEST(Corrections, SayThatAMeasureCountsSomethingElse) {
  Board board = board_after(two_hubs(), 7);
  put(board, "on_time", "hub-north", 6, hits(99, 100));
  DigestInput input = reading(board, "ana@example.com", 6);
  input.redefined = {{"on_time", week_start(6), "J. Weber"}};

  EXPECT_NE(changed(input).find("counted differently since 16 Nov 2026 (J. Weber); not compared "
                                "with what was counted before."),
            std::string::npos)
      << changed(input);

  put(board, "on_time", "hub-north", 5, hits(98, 100));
  input.verdicts = reading(board, "ana@example.com", 6).verdicts;
  EXPECT_NE(changed(input).find("counted again in the new way"), std::string::npos);
}

TEST(Meaning, AsksOnceOfAllTeamsWhereAMeasurePartsFromWhatGuardsIt) {
  Board board = eventful();
  DigestInput input = reading(board, "ana@example.com", 6);
  input.diverging = {{"on_time", "expedited", "hub-west"},
                     {"on_time", "expedited", "hub-south"},  // not hers
                     {"on_time", "expedited", "hub-north"}};

  const DigestContent content = digest_content(input);

  const std::string question =
      "On-time shipments gets better at North hub and West hub while Expedited shipments gets "
      "worse "
      "there. Does the one still serve the other?";
  EXPECT_EQ(std::count(content.unknown.begin(), content.unknown.end(), question), 1)
      << testing::PrintToString(content.unknown);
}

TEST(Meaning, AsksWhoStillAnswersWhenAScoreRisesAndAnswersFall) {
  const auto rules = two_hubs();
  rules->measures[0].kind = MeasureKind::survey;
  rules->measures[0].query_value = QueryValue::nps;
  Board board = board_after(rules, 7);
  put(board, "delay", "hub-north", 5, {250, 100, 250, 0, 200, 1000});
  put(board, "delay", "hub-north", 6, {110, 80, 110, 60, 100, 1000});

  const DigestContent content = digest_content(reading(board, "ana@example.com", 6));

  const auto asks = [](const std::string& line) {
    return line.starts_with("Mean delay at North hub: Answers fell from 25.0 %") &&
           line.ends_with("who is no longer asked or answering?");
  };
  EXPECT_EQ(std::count_if(content.unknown.begin(), content.unknown.end(), asks), 1)
      << testing::PrintToString(content.unknown);
}

}  // namespace
}  // namespace measured::rules
