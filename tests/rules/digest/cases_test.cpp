// The cases behind a miss: which are shown, and how many.

#include "rules/digest/chat.h"
#include "rules/digest/html.h"
#include "rules/digest/text.h"
#include "tests/rules/digest/told_weeks.h"

namespace measured::rules {
namespace {

std::shared_ptr<RuleSet> hubs_with_rows() {
  const auto rules = two_hubs();
  for (Measure& measure : rules->measures) {
    measure.rows =
        RowsSpec{"", {{"order", "order_id"}}, "", "https://shop.example.com/{order}", 5, {}};
  }
  return rules;
}

CasesBehind some(std::string_view team, int count) {
  CasesBehind cases{"on_time", std::string(team), {"order"}, {}, count, false};
  for (int i = 0; i < count; ++i) {
    cases.rows.push_back({std::string(team) + "-" + std::to_string(i)});
  }
  return cases;
}

TEST(DigestCases, AreShownUpToTheDigestsOwnMost) {
  const auto rules = hubs_with_rows();
  rules->digests[0].rows_max = 3;
  Board board = board_after(rules, 7);
  put(board, "on_time", "hub-north", 6, hits(10, 100));
  put(board, "on_time", "hub-west", 6, hits(10, 100));
  DigestInput input = reading(board, "ana@example.com", 6);
  input.cases = {some("hub-north", 2), some("hub-west", 4)};

  const DigestContent content = digest_content(input);

  ASSERT_EQ(content.cases.size(), 2U);
  EXPECT_EQ(content.cases[0].cases.size(), 2U);
  EXPECT_EQ(content.cases[1].cases.size(), 1U);
  EXPECT_NE(content.cases[1].title.find("4 cases, 1 shown"), std::string::npos)
      << content.cases[1].title;
}

TEST(DigestCases, OfATeamAreNotShownOnceMoreWithTheTeamAboveIt) {
  const auto rules = hubs_with_rows();
  rules->teams[1].parent = "hub-north";
  Board board = board_after(rules, 7);
  put(board, "on_time", "hub-north", 6, hits(10, 100));
  put(board, "on_time", "hub-south", 6, hits(10, 100));
  DigestInput input = reading(board, "ana@example.com", 6);
  input.cases = {some("hub-north", 3), some("hub-south", 2)};

  const DigestContent content = digest_content(input);

  ASSERT_EQ(content.cases.size(), 1U);
  EXPECT_NE(content.cases[0].title.find("South hub"), std::string::npos);
}

TEST(DigestCases, OfAMissThatSomebodyHasTakenOnAreNotShown) {
  const auto rules = hubs_with_rows();
  Board board = board_after(rules, 7);
  put(board, "on_time", "hub-south", 6, hits(10, 100));
  DigestInput input = reading(board, "ben@example.com", 6);
  input.cases = {some("hub-south", 2)};
  ASSERT_EQ(digest_content(input).cases.size(), 1U);

  Acknowledgement said;
  said.measure = "on_time";
  said.team = "hub-south";
  said.by = "Ben";
  said.note = "the carrier";
  said.at = input.nominal;
  said.until = input.nominal + std::chrono::weeks{4};
  said.value = 0.1;
  said.sure = true;
  for (const TeamVerdict& verdict : input.verdicts) {
    if (verdict.measure == "on_time" && verdict.team == "hub-south") {
      said.goal = verdict.now.target->goal;
    }
  }
  input.acknowledgements = {said};

  EXPECT_TRUE(digest_content(input).cases.empty());
}

TEST(DigestCases, ThatCouldNotBeReadAreSaidToBeSo) {
  const auto rules = hubs_with_rows();
  Board board = board_after(rules, 7);
  put(board, "on_time", "hub-south", 6, hits(10, 100));
  DigestInput input = reading(board, "ben@example.com", 6);
  input.cases = {{"on_time", "hub-south", {"order"}, {}, 0, true}};

  const DigestContent content = digest_content(input);

  for (const std::string& page :
       {render_text(content), render_html(content), render_slack(content)}) {
    EXPECT_NE(page.find("On-time shipments at South hub: the cases could not be read"),
              std::string::npos)
        << page;
  }
}

TEST(DigestCases, WithHostileCellsAreOnlyText) {
  const auto rules = hubs_with_rows();
  Board board = board_after(rules, 7);
  put(board, "on_time", "hub-south", 6, hits(10, 100));
  DigestInput input = reading(board, "ben@example.com", 6);
  const std::string hostile = "<img src=x onerror=alert(1)>\r\n\u202Ehttps://evil.example\"";
  input.cases = {{"on_time", "hub-south", {"order"}, {{hostile}, {std::string(5000, 'a')}}, 2}};

  const DigestContent content = digest_content(input);
  const std::string html = render_html(content);
  const std::string text = render_text(content);

  EXPECT_EQ(html.find("<img src=x"), std::string::npos);
  EXPECT_EQ(html.find("href=\"https://evil"), std::string::npos);
  EXPECT_EQ(text.find("\u202E"), std::string::npos);
  EXPECT_EQ(text.find('\r'), std::string::npos);
  EXPECT_EQ(text.find(std::string(100, 'a')), std::string::npos);  // and its link is left out
}

TEST(DigestOutcomes, SayHowManyOfThoseAskedHaveAnswered) {
  const auto rules = two_hubs();
  for (Measure& measure : rules->measures) {
    if (measure.id == "on_time") {
      measure.kind = MeasureKind::survey;
      measure.parts.survey = SurveyKind::csat;
    }
  }
  Board board = board_after(rules, 7);
  Tally answers = hits(300, 388);
  answers.asked = 1842;
  put(board, "on_time", "hub-south", 6, answers);

  const std::string text = render_text(digest_content(reading(board, "ben@example.com", 6)));

  EXPECT_NE(text.find("388 of 1842 asked have answered (21.1 %)."), std::string::npos) << text;
}

}  // namespace
}  // namespace measured::rules
