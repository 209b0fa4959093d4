#include "rules/digest/acts.h"

#include <gmock/gmock.h>

#include "rules/digest/content.h"
#include "rules/digest/html.h"
#include "rules/digest/text.h"
#include "tests/support/reading.h"

namespace measured::rules {
namespace {

using testing::HasSubstr;
using testing::Not;
using tests::board_after;
using tests::hits;
using tests::two_hubs;
using tests::week_of;
using tests::week_start;
using namespace std::chrono_literals;

Board board_with(const Tally& north) {
  Board board = board_after(two_hubs(), 7);
  board.of("on_time")->put("hub-north", week_start(6), north);
  board.of("expedited")->put("hub-north", week_start(6), hits(10, 922));
  return board;
}

Acknowledgement by_ana() {
  return {.measure = "on_time",
          .team = "hub-north",
          .verdict = Verdict::missed,
          .by = "Ana",
          .note = "the carrier is on strike.",
          .action = "second carrier from Monday",
          .at = week_start(6),
          .until = week_start(20),
          .value = 0.92,
          .goal = 0.95,
          .sure = true};
}

Judgement missed(double value) {
  Judgement now;
  now.verdict = Verdict::missed;
  now.value = value;
  now.sure = true;
  now.target = TargetValue{Direction::at_least, 0.95, {}};
  return now;
}

TEST(Acknowledged, HoldsUntilItsDay) {
  EXPECT_EQ(acknowledged(by_ana(), missed(0.92), week_start(20) - 1s), Acknowledged::holds);
  EXPECT_EQ(acknowledged(by_ana(), missed(0.92), week_start(20)), Acknowledged::expired);
}

TEST(Acknowledged, IsOverWhenTheMissGetsWorseByHalf) {
  EXPECT_EQ(acknowledged(by_ana(), missed(0.906), week_start(7)), Acknowledged::holds);
  EXPECT_EQ(acknowledged(by_ana(), missed(0.90), week_start(7)), Acknowledged::worse);
}

TEST(Acknowledged, IsOverWhenChanceNoLongerExplainsTheMiss) {
  Acknowledgement said = by_ana();
  said.sure = false;

  EXPECT_EQ(acknowledged(said, missed(0.92), week_start(7)), Acknowledged::worse);
}

TEST(Acknowledged, IsOfOneTargetAndOneKindOfMiss) {
  Judgement moved = missed(0.92);
  moved.target->goal = 0.97;
  Judgement broken = missed(0.96);
  broken.verdict = Verdict::guardrail_broken;

  EXPECT_EQ(acknowledged(by_ana(), moved, week_start(7)), Acknowledged::moved);
  EXPECT_EQ(acknowledged(by_ana(), broken, week_start(7)), Acknowledged::none);
}

TEST(DigestActs, AnAcknowledgedMissIsToldAsAcknowledgedAndIsNoNewsOfItsOwn) {
  const Board board = board_with(hits(842, 922));
  DigestInput input = tests::reading(board, "ana@example.com", 6);
  const DigestContent before = digest_content(input);
  input.acknowledgements = {by_ana()};
  input.acknowledgements[0].value = 842.0 / 922.0;

  const DigestContent after = digest_content(input);

  EXPECT_THAT(before.subject, HasSubstr("On-time shipments missed at North hub"));
  EXPECT_TRUE(before.signal);
  EXPECT_THAT(after.subject, HasSubstr("1 acknowledged"));
  EXPECT_THAT(after.subject, Not(HasSubstr("missed")));
  EXPECT_FALSE(after.signal);
  const std::string text = render_text(after);
  EXPECT_THAT(text, HasSubstr("One missed target is acknowledged: On-time shipments"));
  EXPECT_THAT(text, HasSubstr("✗ missed, acknowledged"));
  const std::string html = render_html(after);
  EXPECT_THAT(html, HasSubstr("Acknowledged by Ana until "));
  EXPECT_THAT(html, HasSubstr("the carrier is on strike. Planned: second carrier from Monday."));
}

TEST(DigestActs, AMissThatGotWorseIsToldAgainWithWhatWasSaid) {
  const Board board = board_with(hits(800, 922));
  DigestInput input = tests::reading(board, "ana@example.com", 6);
  input.acknowledgements = {by_ana()};

  const DigestContent content = digest_content(input);

  EXPECT_TRUE(content.signal);
  EXPECT_TRUE(content.news);
  EXPECT_THAT(content.subject, HasSubstr("missed"));
  EXPECT_THAT(render_html(content), HasSubstr("it is worse now"));
}

TEST(DigestActs, WhatWasNotedStandsWithThePeriodsItIsAbout) {
  const Board board = board_with(hits(842, 922));
  DigestInput input = tests::reading(board, "ana@example.com", 6);
  input.annotations = {{"on_time", "", week_of(6), "Ben", "strike on Tuesday"},
                       {"on_time", "", week_of(2), "Ben", "long ago"},
                       {"on_time", "hub-south", week_of(6), "Ben", "elsewhere"}};

  const std::string text = render_html(digest_content(input));

  EXPECT_THAT(text, HasSubstr("strike on Tuesday (Ben)."));
  EXPECT_THAT(text, Not(HasSubstr("long ago")));
  EXPECT_THAT(text, Not(HasSubstr("elsewhere")));
}

TEST(DigestActs, LinksStandWhereThereIsSomethingToDoAndNamesCannotBreakOut) {
  const Board board = board_with(hits(842, 922));
  DigestInput input = tests::reading(board, "ana@example.com", 6);
  EXPECT_THAT(render_html(digest_content(input)), Not(HasSubstr("href")));
  input.acknowledgements = {by_ana()};
  input.acknowledgements[0].note = "<script>alert('x')</script>\r\nBcc: all@example.com";
  input.acknowledgements[0].value = 842.0 / 922.0;
  input.links.acknowledge = [](std::string_view measure, std::string_view team, const Interval&) {
    return "https://m.example.org/act/" + std::string(measure) + "." + std::string(team);
  };
  input.links.settings = "https://m.example.org/act/s.s";

  const DigestContent content = digest_content(input);

  const std::string html = render_html(content);
  const std::string text = render_text(content);
  EXPECT_THAT(html, HasSubstr("href=\"https://m.example.org/act/on_time.hub-north\""));
  EXPECT_THAT(html, HasSubstr("href=\"https://m.example.org/act/s.s\""));
  EXPECT_THAT(text, HasSubstr("\n   https://m.example.org/act/on_time.hub-north\n"));
  EXPECT_THAT(text, HasSubstr("\n   https://m.example.org/act/s.s\n"));
  EXPECT_THAT(html, Not(HasSubstr("<script>")));
  EXPECT_THAT(text, Not(HasSubstr("\nBcc")));
}

}  // namespace
}  // namespace measured::rules
