// Who is told, what of it is new to her, and what the operator adds or leaves out.

#include <gtest/gtest.h>

#include "rules/digest/content.h"
#include "rules/digest/html.h"
#include "rules/digest/text.h"
#include "tests/rules/digest/told_weeks.h"

namespace measured::rules {
namespace {

std::string headline_of(const DigestContent& content) {
  std::string all;
  for (const std::string& sentence : content.headline) {
    all += sentence + "\n";
  }
  return all;
}

// What Ana is told of the eventful week, when her last digest said `told`.
DigestInput told_before(const Board& board, std::vector<LastTold> told) {
  DigestInput input = reading(board, "ana@example.com", 6);
  input.since = week_start(6) + std::chrono::hours{56};
  input.last_told = std::move(told);
  return input;
}

TEST(DigestReaders, TwoRolesAreOneReader) {
  const auto rules = two_hubs();
  Digest& digest = rules->digests[0];
  digest.to_owners = true;
  digest.to = {{"", "ANA@example.com"}};
  rules->drivers[0].owner = "ana@example.com";

  const std::vector<Reader> readers = readers_of(*rules, digest);

  ASSERT_EQ(readers.size(), 2U);
  EXPECT_TRUE(readers[0].roles.manages && readers[0].roles.owns && readers[0].roles.listed);
  EXPECT_EQ(readers[0].teams.size(), 3U);
  EXPECT_FALSE(readers[1].roles.owns);
}

TEST(DigestReaders, ParentsAreThoseWhoseTeamsHoldOthers) {
  const auto rules = two_hubs();
  rules->digests[0].to_managers = false;
  rules->digests[0].to_parents = true;
  rules->teams[0].parent = "hub-south";

  const std::vector<Reader> readers = readers_of(*rules, rules->digests[0]);

  ASSERT_EQ(readers.size(), 1U);
  EXPECT_EQ(readers[0].id, "ben@example.com");
}

TEST(DigestReaders, AnOwnerSeesHerDriverAtTeamsOfNobodyElse) {
  const auto rules = two_hubs();
  Digest& digest = rules->digests[0];
  digest.to_managers = false;
  digest.to_owners = true;
  const Measure& measure = *rules->measure("on_time");
  for (Driver& driver : rules->drivers) {
    driver.owner = driver.id == measure.driver ? "olga@example.com" : "the board";
  }
  rules->teams[1].parent = "hub-north";

  const std::vector<Reader> readers = readers_of(*rules, digest);

  ASSERT_EQ(readers.size(), 1U);  // "the board" is no address
  const auto seen = [&](std::string_view id, const char* team) {
    return seen_as(*rules, digest, readers[0], *rules->measure(id), *rules->team(team));
  };
  EXPECT_EQ(seen("on_time", "hub-north"), SeenAs::owned_driver);
  EXPECT_EQ(seen("on_time", "hub-south"), SeenAs::inside);
  EXPECT_EQ(seen("first_response", "hub-north"), SeenAs::not_at_all);
}

TEST(DigestReaders, AreToldWhatIsNewSinceTheirLastDigest) {
  const Board board = eventful();

  const DigestContent same =
      digest_content(told_before(board, {{"on_time", "hub-north", Verdict::missed},
                                         {"expedited", "hub-west", Verdict::missed}}));
  const DigestContent one = digest_content(told_before(
      board, {{"on_time", "hub-north", Verdict::missed}, {"expedited", "hub-west", Verdict::met}}));

  EXPECT_NE(headline_of(same).find("All of the misses were in your last digest"), std::string::npos)
      << headline_of(same);
  EXPECT_EQ(one.headline[0].find("Expedited shipments at West hub missed the target"), 0U);
  EXPECT_NE(headline_of(one).find("New since your last digest (18 Nov 2026): Expedited shipments "
                                  "at West hub."),
            std::string::npos)
      << headline_of(one);
}

TEST(DigestReaders, AreToldWhatIsNoLongerMissed) {
  const Board board = quiet();
  DigestInput input = reading(board, "ben@example.com", 6);
  input.since = week_start(6);
  input.last_told = {{{"on_time", "hub-south", Verdict::missed}}};

  const DigestContent content = digest_content(input);

  EXPECT_NE(headline_of(content).find("No longer missed since your last digest"), std::string::npos)
      << headline_of(content);
  EXPECT_TRUE(worth_sending(content, Digest::When::on_change));
}

TEST(DigestReaders, WhatWasToldIsReadBackFromWhatIsKept) {
  const DigestContent content = digest_content(full_input(eventful()));

  const auto told = last_told(to_json(content));

  ASSERT_TRUE(told);
  ASSERT_EQ(told->size(), content.told.size());
  EXPECT_EQ((*told)[0].measure, content.told[0].measure);
  EXPECT_EQ((*told)[0].verdict, content.told[0].verdict);
  EXPECT_FALSE(last_told(R"({"digest":"monday","drivers":[]})"));  // of an older version
}

TEST(DigestReaders, OfARegionSeeATeamInsideThatNoLongerMisses) {
  const auto rules = two_hubs();
  rules->teams[1].parent = "hub-north";
  Board board = board_after(rules, 7);
  put(board, "on_time", "hub-south", 6, hits(99, 100));
  DigestInput input = reading(board, "ana@example.com", 6);

  input.last_told = std::vector<LastTold>{};
  EXPECT_EQ(render_text(digest_content(input)).find("South hub"), std::string::npos);
  input.last_told = {{{"on_time", "hub-south", Verdict::missed}}};
  EXPECT_NE(render_text(digest_content(input)).find("South hub"), std::string::npos);
}

TEST(DigestReaders, SeeTheOperatorsOwnWordsAndNotWhatIsHidden) {
  const auto rules = two_hubs();
  rules->digests[0].intro = "Read <this> first.";
  rules->digests[0].footer = "Questions: quality@example.com";
  rules->digests[0].hidden = {DigestSection::unknown};
  Board board = board_after(rules, 7);
  put(board, "on_time", "hub-south", 6, hits(10, 100));

  const DigestContent content = digest_content(reading(board, "ben@example.com", 6));

  EXPECT_TRUE(content.unknown.empty());
  EXPECT_NE(render_text(content).find("\nRead <this> first.\n"), std::string::npos);
  EXPECT_NE(render_html(content).find("Read &lt;this&gt; first."), std::string::npos);
  EXPECT_EQ(content.footer.front(), "Questions: quality@example.com");
}

TEST(DigestReaders, AreShownTheCasesBehindAMiss) {
  const auto rules = two_hubs();
  RowsSpec spec;
  spec.show = {{"order", "order_id"}};
  spec.link = "https://shop.example.com/orders/{order}";
  for (Measure& measure : rules->measures) {
    measure.rows = spec;
  }
  Board board = board_after(rules, 7);
  put(board, "on_time", "hub-south", 6, hits(10, 100));
  DigestInput input = reading(board, "ben@example.com", 6);
  input.cases = {{"on_time", "hub-south", {"order"}, {{"47\"11/&?"}, {""}}, 90}};

  const DigestContent content = digest_content(input);

  ASSERT_EQ(content.cases.size(), 1U);
  EXPECT_EQ(content.cases[0].title, "On-time shipments at South hub: 90 cases, 2 shown");
  EXPECT_EQ(content.cases[0].cases[0].link, "https://shop.example.com/orders/47%2211%2F%26%3F");
  EXPECT_EQ(content.cases[0].cases[1].link, "");  // nothing to put into it
  EXPECT_NE(render_html(content).find("href=\"https://shop.example.com/orders/47%2211%2F%26%3F\""),
            std::string::npos);
}

}  // namespace
}  // namespace measured::rules
