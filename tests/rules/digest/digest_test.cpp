#include <gtest/gtest.h>

#include "rules/digest/content.h"
#include "rules/digest/html.h"
#include "rules/digest/text.h"
#include "rules/hash.h"
#include "rules/text/json.h"
#include "rules/text/width.h"
#include "rules/utf8.h"
#include "tests/support/golden.h"
#include "tests/support/reading.h"

namespace measured::rules {
namespace {

using tests::board_after;
using tests::expect_golden;
using tests::hits;
using tests::reading;
using tests::two_hubs;
using tests::week_of;
using tests::week_start;
using namespace std::chrono_literals;

Tally days(std::int64_t n, double mean) {
  return {n, 0, 0, mean * static_cast<double>(n), mean * mean * static_cast<double>(n) + 10};
}

void put(Board& board, std::string_view measure, std::string_view team, int week,
         const Tally& tally) {
  ASSERT_TRUE(board.of(measure)->put(team, week_start(week), tally));
}

// A week with one of everything: a miss, a broken guardrail, too few cases, no data.
Board eventful() {
  Board board = board_after(two_hubs(), 7);
  put(board, "on_time", "hub-north", 5, hits(880, 910));
  put(board, "on_time", "hub-north", 6, hits(842, 922));
  put(board, "on_time", "hub-west", 5, hits(500, 520));
  put(board, "on_time", "hub-west", 6, hits(512, 534));
  put(board, "expedited", "hub-north", 5, hits(52, 910));
  put(board, "expedited", "hub-north", 6, hits(56, 922));
  put(board, "expedited", "hub-west", 5, hits(30, 520));
  put(board, "expedited", "hub-west", 6, hits(61, 534));
  put(board, "first_response", "hub-north", 6, hits(6, 7));
  put(board, "delay", "hub-north", 6, days(80, 1.25));
  put(board, "on_time", "hub-south", 6, hits(1, 100));
  return board;
}

Board quiet(const std::shared_ptr<RuleSet>& rules = two_hubs()) {
  Board board = board_after(rules, 7);
  for (const char* measure : {"on_time", "first_response", "expedited"}) {
    for (int week = 5; week < 7; ++week) {
      const bool lower = std::string_view(measure) == "expedited";
      put(board, measure, "hub-south", week, lower ? hits(1, 100) : hits(99, 100));
    }
  }
  for (int week = 5; week < 7; ++week) {
    put(board, "delay", "hub-south", week, days(80, 1));
  }
  return board;
}

DigestInput full_input(const Board& board) {
  DigestInput input = reading(board, "ana@example.com", 6);
  input.revisions.push_back(
      {"on_time", "hub-west", week_of(5), hits(490, 510), hits(500, 520), week_start(7)});
  input.revisions.push_back(
      {"on_time", "hub-south", week_of(5), hits(1, 2), hits(2, 2), week_start(7)});
  input.unknown_teams = {{"on_time", "XX", 20}, {"on_time", std::nullopt, 17}};
  input.failing_measures = {"delay"};
  return input;
}

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

TEST(Digest, IsWholeInEachLanguage) {
  for (const Language language : {Language::de, Language::pt_br}) {
    const Board board = eventful();
    DigestInput input = full_input(board);
    input.reader.language = language;

    const DigestContent content = digest_content(input);

    const std::string name = "digest/eventful." + std::string(to_text(language));
    expect_golden(name + ".txt", content.subject + "\n\n" + render_text(content));
    expect_golden(name + ".html", render_html(content));
  }
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

TEST(Digest, HoldsArrowsAndVerdictsOnOneLineOnNarrowScreens) {
  const std::string html = render_html(digest_content(full_input(eventful())));

  EXPECT_NE(html.find("<span style=\"white-space:nowrap\">▼ 96.7 %</span>"), std::string::npos)
      << html;
  EXPECT_EQ(html.find("<div style=\"font-weight:bold"), std::string::npos);
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

TEST(Digest, OfTwelveMeasuresIsBelowAHundredKilobytes) {
  const auto rules = two_hubs();
  const Measure model = rules->measures[3];
  rules->measures.clear();
  for (int i = 0; i < 12; ++i) {
    Measure measure = model;
    measure.id = "m" + std::string(1, static_cast<char>('a' + i));
    measure.guardrails.clear();
    rules->measures.push_back(measure);
  }
  Board board = board_after(rules, 7);
  for (const Measure& measure : rules->measures) {
    for (const Team& team : rules->teams) {
      put(board, measure.id, team.id, 6, hits(50, 100));
    }
  }

  const DigestContent content = digest_content(reading(board, "ana@example.com", 6));

  EXPECT_LT(render_html(content).size(), 100'000U);
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

TEST(Digest, LinesHoldInEightyColumns) {
  const std::string text = render_text(digest_content(full_input(eventful())));
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = text.find('\n', begin);

    EXPECT_LE(display_width(std::string_view(text).substr(begin, end - begin)), 80);
    begin = end + 1;
  }
}

}  // namespace
}  // namespace measured::rules
