// Whether a digest holds together whatever its words, names and numbers are.

#include <sstream>

#include <gtest/gtest.h>

#include "rules/digest/html.h"
#include "rules/digest/text.h"
#include "rules/text/width.h"
#include "tests/rules/digest/told_weeks.h"
#include "tests/support/golden.h"

namespace measured::rules {
namespace {

using tests::expect_golden;

void expect_eighty_columns(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(display_width(line), 80) << line;
  }
}

TEST(DigestLayout, LinesHoldInEightyColumnsInEachLanguage) {
  const Board board = eventful();
  for (const Language language : all_languages) {
    DigestInput input = full_input(board);
    input.reader.language = language;

    expect_eighty_columns(render_text(digest_content(input)));
  }
}

TEST(DigestLayout, LinesHoldInEightyColumnsWithWideAndLongNames) {
  for (const Language language : all_languages) {
    const auto rules = two_hubs();
    rules->teams[1].title = "東京ハブ、北の倉庫と南の倉庫と西の倉庫";
    rules->teams[1].language = language;
    rules->measures[0].unit = "working days";
    rules->measures[3].title = std::string(200, 'x');
    Board board = board_after(rules, 7);
    put(board, "on_time", "hub-south", 6, hits(1234567, 12345678));
    put(board, "delay", "hub-south", 6, days(80, 1234.5));

    const std::string text = render_text(digest_content(reading(board, "ben@example.com", 6)));

    EXPECT_NE(text.find("東京ハブ"), std::string::npos);
    EXPECT_NE(text.find("✗"), std::string::npos);
    expect_eighty_columns(text);
  }
}

TEST(DigestLayout, SubjectsHoldInTheListOfMails) {
  for (const Language language : all_languages) {
    const auto rules = two_hubs();
    rules->digests[0].title = std::string(200, 'd');
    rules->teams[1].title = std::string(200, 't');
    rules->teams[1].language = language;
    rules->measures[3].title = std::string(200, 'm');
    Board board = board_after(rules, 7);
    put(board, "on_time", "hub-south", 6, hits(10, 100));

    const std::string subject = digest_content(reading(board, "ben@example.com", 6)).subject;

    EXPECT_LE(display_width(subject), 145) << subject;
    EXPECT_NE(subject.find(language == Language::en ? "10.0 %" : "10,0"), std::string::npos);
  }
}

TEST(DigestLayout, NumbersKeepTheirOrderBesideNamesFromRightToLeft) {
  const auto rules = two_hubs();
  rules->teams[1].title = "\u05de\u05e8\u05db\u05d6 \u05d3\u05e8\u05d5\u05dd";
  Board board = board_after(rules, 7);
  put(board, "on_time", "hub-south", 6, hits(10, 100));

  const DigestContent content = digest_content(reading(board, "ben@example.com", 6));

  EXPECT_NE(content.headline[0].find("\u2068" + rules->teams[1].title + "\u2069"),
            std::string::npos)
      << content.headline[0];
  EXPECT_NE(render_html(content).find("<bdi>" + rules->teams[1].title + "</bdi>"),
            std::string::npos);
  expect_eighty_columns(render_text(content));
}

TEST(DigestLayout, HoldsNumbersTogetherOnNarrowScreens) {
  const std::string html = render_html(digest_content(full_input(eventful())));

  EXPECT_NE(html.find("<span style=\"white-space:nowrap\">was 96.7 %</span>"), std::string::npos)
      << html;
}

TEST(DigestLayout, OfTwelveMeasuresIsBelowAHundredKilobytes) {
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

TEST(DigestLayout, IsWholeInEachLanguage) {
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

}  // namespace
}  // namespace measured::rules
