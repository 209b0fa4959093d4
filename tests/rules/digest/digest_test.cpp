#include <gtest/gtest.h>

#include "rules/digest/content.h"
#include "rules/digest/html.h"
#include "rules/digest/text.h"
#include "rules/hash.h"
#include "rules/text/json.h"
#include "rules/text/width.h"
#include "rules/utf8.h"
#include "tests/rules/digest/told_weeks.h"
#include "tests/support/golden.h"

namespace measured::rules {
namespace {

using tests::expect_golden;
using namespace std::chrono_literals;

TEST(Digest, TellsOneReaderAllThatMattersToHer) {
  const Board board = eventful();
  const DigestContent content = digest_content(full_input(board));

  expect_golden("digest/eventful.txt", render_text(content));
  expect_golden("digest/eventful.html", render_html(content));
  expect_golden("digest/eventful.json", to_json(content) + "\n");
}

TEST(Digest, WithNothingToTellIsThreeLines) {
  const Board board = quiet();
  const std::string text = render_text(digest_content(reading(board, "ben@example.com", 6)));

  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3);
  expect_golden("digest/quiet.txt", text);
}

TEST(Digest, IsTheSameForTheSameInputWhateverItsOrder) {
  const Board board = eventful();
  DigestInput input = full_input(board);
  const Sha256 first =
      sha256(render_text(digest_content(input)) + render_html(digest_content(input)));
  for (int round = 0; round < 100; ++round) {
    std::rotate(input.verdicts.begin(), input.verdicts.begin() + 5, input.verdicts.end());
    std::rotate(input.unknown_teams.begin(), input.unknown_teams.begin() + 1,
                input.unknown_teams.end());
    const DigestContent content = digest_content(input);

    ASSERT_EQ(sha256(render_text(content) + render_html(content)), first);
  }
}

TEST(Digest, HoldsOnlyTheReadersTeams) {
  const Board board = eventful();
  const std::string told = to_json(digest_content(full_input(board)));

  EXPECT_EQ(told.find("South hub"), std::string::npos);
  EXPECT_NE(told.find("West hub"), std::string::npos);
}

TEST(Digest, ReadersOfTwoTeamsGetOneMessage) {
  const auto rules = two_hubs();

  const std::vector<Reader> readers = readers_of(*rules, rules->digests[0]);

  ASSERT_EQ(readers.size(), 2U);
  EXPECT_EQ(readers[0].id, "ana@example.com");
  EXPECT_EQ(readers[0].teams, (std::vector<std::string>{"hub-north", "hub-west"}));
}

TEST(Digest, SpeaksTheLanguageOfTheReadersFirstTeam) {
  const auto rules = two_hubs();
  rules->teams[0].language = Language::de;
  rules->teams[2].language = Language::pt_br;

  EXPECT_EQ(readers_of(*rules, rules->digests[0])[0].language, Language::de);
  EXPECT_EQ(readers_of(*rules, rules->digests[0])[1].language, Language::en);
}

TEST(Digest, SpeaksOneLanguageToAllWhereItsRuleSaysSo) {
  const auto rules = two_hubs();
  rules->teams[0].language = Language::de;
  rules->digests[0].language = Language::pt_br;

  for (const Reader& reader : readers_of(*rules, rules->digests[0])) {
    EXPECT_EQ(reader.language, Language::pt_br);
  }
}

TEST(Digest, SpeaksTheDefaultLanguageToListedReaders) {
  const auto rules = two_hubs();
  rules->defaults.language = Language::pt_br;
  rules->digests[0].to_managers = false;
  rules->digests[0].to = {{"Cleo", "cleo@example.com"}};

  EXPECT_EQ(readers_of(*rules, rules->digests[0])[0].language, Language::pt_br);
}

TEST(Digest, AListedReaderSeesAllTeams) {
  const auto rules = two_hubs();
  rules->digests[0].to_managers = false;
  rules->digests[0].to = {{"Cleo", "cleo@example.com"}};

  const std::vector<Reader> readers = readers_of(*rules, rules->digests[0]);

  ASSERT_EQ(readers.size(), 1U);
  EXPECT_EQ(readers[0].teams.size(), 3U);
}

TEST(Digest, ARegionsReaderSeesTheTeamsInsideThatNeedHer) {
  const auto rules = two_hubs();
  rules->teams[1].parent = "hub-north";
  Board board = board_after(rules, 7);
  put(board, "on_time", "hub-north", 6, hits(990, 1000));
  put(board, "on_time", "hub-south", 6, hits(50, 100));

  const std::string told = render_text(digest_content(reading(board, "ana@example.com", 6)));

  EXPECT_NE(told.find("94.5 % 1040/1100"), std::string::npos) << told;
  EXPECT_NE(told.find("South hub"), std::string::npos);
}

TEST(Digest, GoesOutAsItsRuleSays) {
  const DigestContent eventful_content = digest_content(full_input(eventful()));
  const Board calm = quiet();
  const DigestContent quiet_content = digest_content(reading(calm, "ben@example.com", 6));

  EXPECT_TRUE(worth_sending(eventful_content, Digest::When::on_signal));
  EXPECT_TRUE(worth_sending(eventful_content, Digest::When::on_change));
  EXPECT_FALSE(worth_sending(quiet_content, Digest::When::on_signal));
  EXPECT_FALSE(worth_sending(quiet_content, Digest::When::on_change));
  EXPECT_TRUE(worth_sending(quiet_content, Digest::When::always));
}

TEST(Digest, AStandingListOfWhatIsNotKnownIsNoNews) {
  const Board calm = quiet();
  DigestInput input = reading(calm, "ben@example.com", 6);
  input.unknown_teams = {{"on_time", "XX", 20}};

  const DigestContent content = digest_content(input);

  EXPECT_EQ(content.unknown.size(), 1U);
  EXPECT_FALSE(content.drivers.empty());  // told where it is told, with the tables
  EXPECT_FALSE(worth_sending(content, Digest::When::on_change));
}

TEST(Digest, AThinTeamThatStaysThinIsNoNews) {
  Board board = quiet();
  put(board, "first_response", "hub-south", 5, hits(5, 7));
  put(board, "first_response", "hub-south", 6, hits(6, 7));

  const DigestContent content = digest_content(reading(board, "ben@example.com", 6));

  EXPECT_FALSE(content.unknown.empty());
  EXPECT_FALSE(worth_sending(content, Digest::When::on_change));
}

TEST(Digest, AFailingSourceIsNews) {
  const Board calm = quiet();
  DigestInput input = reading(calm, "ben@example.com", 6);
  input.failing_measures = {"on_time"};

  EXPECT_TRUE(worth_sending(digest_content(input), Digest::When::on_change));
}

TEST(Digest, TheFirstVerdictOfATeamIsNews) {
  const Board calm = quiet();
  DigestInput input = reading(calm, "ben@example.com", 6);
  for (TeamVerdict& verdict : input.verdicts) {
    verdict.before.reset();
  }

  EXPECT_TRUE(worth_sending(digest_content(input), Digest::When::on_change));
}

TEST(Digest, CountsOneCaseInTheSingular) {
  Board board = quiet();
  put(board, "first_response", "hub-south", 6, hits(1, 1));

  const DigestContent content = digest_content(reading(board, "ben@example.com", 6));

  ASSERT_EQ(content.unknown.size(), 1U);
  EXPECT_NE(content.unknown[0].find(": 1 case, too few"), std::string::npos) << content.unknown[0];
}

TEST(Digest, MarksStaleValuesEverywhere) {
  const auto rules = two_hubs();
  rules->measures[3].stale_after = std::chrono::hours{1};
  Board board = board_after(rules, 7);
  put(board, "on_time", "hub-south", 6, hits(99, 100));

  const DigestContent content = digest_content(reading(board, "ben@example.com", 6));

  EXPECT_NE(render_text(content).find("? stale"), std::string::npos);
  EXPECT_NE(render_html(content).find("? stale"), std::string::npos);
  EXPECT_NE(render_text(content).find("no new data for too long"), std::string::npos);
}

TEST(Digest, NamesThatMeanHarmStayNames) {
  const auto rules = two_hubs();
  rules->teams[1].title = "<script>alert(1)</script>\r\nBcc: x@example.com \u202e{team} \"'&\xff";
  rules->measures[3].title = "=cmd|' /C calc'!A0\n\n</td></table><img src=x onerror=y>{n}";
  rules->drivers[1].title = "\x1b[31mred\x1b[0m <b>";
  rules->teams[1].manager.name = "Ben\r\nBcc: y@example.com \u2067<i>";
  Board board = board_after(rules, 7);
  put(board, "on_time", "hub-south", 6, hits(10, 100));
  DigestInput input = reading(board, "ben@example.com", 6);
  input.unknown_teams = {{"on_time", "</ul><script>\n", 1}};

  const DigestContent content = digest_content(input);
  const std::string html = render_html(content);
  const std::string text = render_text(content);

  EXPECT_EQ(html.find("<script"), std::string::npos);
  EXPECT_EQ(html.find("<img"), std::string::npos);
  EXPECT_EQ(html.find("\u202e"), std::string::npos);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find('\r'), std::string::npos);
  EXPECT_EQ(text.find("\nBcc"), std::string::npos);
  EXPECT_EQ(content.subject.find_first_of("\r\n"), std::string::npos);
  EXPECT_EQ(valid_utf8(text), text);
  EXPECT_TRUE(parse_json(to_json(content)));
}

TEST(Digest, SaysWhichAlertsAreSilentAndWhatThatKeptBack) {
  const auto rules = two_hubs();
  Silence strike;
  strike.id = "strike";
  strike.measures = {"on_time"};
  strike.teams = {"hub-north", "hub-west"};
  strike.span = {week_start(6), week_start(8)};
  strike.reason = "the carrier is on strike";
  strike.by = "J. Weber";
  Board board = board_after(rules, 7);
  DigestInput input = reading(board, "ana@example.com", 6);
  input.silences = {{&strike, 2}};

  const DigestContent content = digest_content(input);

  ASSERT_FALSE(content.changed.empty());
  EXPECT_EQ(content.changed.back(),
            "No alerts until 30 Nov 2026 (On-time shipments; North hub and West hub): the carrier "
            "is on strike (J. Weber). Held back so far: 2.");
}

}  // namespace
}  // namespace measured::rules
