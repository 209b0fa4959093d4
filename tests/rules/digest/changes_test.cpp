#include "rules/digest/changes.h"

#include <gtest/gtest.h>

#include "rules/digest/html.h"
#include "rules/digest/text.h"
#include "rules/judge/charting.h"
#include "tests/support/golden.h"
#include "tests/support/reading.h"

namespace measured::rules {
namespace {

using tests::board_after;
using tests::hits;
using tests::reading;
using tests::two_hubs;
using tests::week_start;

constexpr int weeks = 30;

// What one team's share was in each of thirty weeks: `centre` of 1000, two up and two down in turn,
// and `newest` in the last week.
void put(Board& board, std::string_view measure, std::string_view team, int centre, int newest,
         int from = 0) {
  for (int week = from; week < weeks; ++week) {
    const int sway = (week % 4 < 2 ? 6 : -6) + week % 3;
    const int of_1000 = week + 1 == weeks ? newest : centre + sway;
    ASSERT_TRUE(board.of(measure)->put(team, week_start(week), hits(of_1000, 1000)));
  }
}

// A digest's input with the charts that the board's weeks give.
DigestInput charted(const Board& board, const std::string& email) {
  DigestInput input = reading(board, email, weeks - 1);
  for (TeamVerdict& verdict : input.verdicts) {
    const MeasureSeries& series = *board.of(verdict.measure);
    const int team = *series.team_at(verdict.team);
    ProcessChart chart;
    advance_chart({&series, team, verdict.team, {}, false}, chart, {}, {"shop", {}});
    if (chart.from != Instant{}) {
      verdict.chart = chart_view(series.measure(), chart, verdict.now,
                                 final_periods(series, team, chart.from), series.zone_of(team));
    }
  }
  return input;
}

Board with_a_drop() {
  Board board = board_after(two_hubs(), weeks);
  put(board, "on_time", "hub-north", 953, 895);
  put(board, "on_time", "hub-west", 958, 959);
  put(board, "expedited", "hub-north", 60, 61);
  put(board, "expedited", "hub-west", 60, 59);
  put(board, "first_response", "hub-north", 850, 850, weeks - 9);
  return board;
}

bool any_holds(const std::vector<std::string>& lines, std::string_view text) {
  return std::any_of(lines.begin(), lines.end(), [text](const std::string& line) {
    return line.find(text) != std::string::npos;
  });
}

TEST(DigestChanges, TellsTheRealChangeFromTheNoise) {
  const Board board = with_a_drop();
  const DigestContent content = digest_content(charted(board, "ana@example.com"));

  tests::expect_golden("digest/charted.txt", render_text(content));
  tests::expect_golden("digest/charted.html", render_html(content));
}

TEST(DigestChanges, SaysHowManyOfTheRealOnesMayBeChance) {
  const Board board = with_a_drop();
  DigestInput input = charted(board, "ana@example.com");
  EXPECT_TRUE(any_holds(digest_content(input).footer, "1 in 10"));

  for (TeamVerdict& verdict : input.verdicts) {
    verdict.chart.reset();
  }

  EXPECT_FALSE(any_holds(digest_content(input).footer, "1 in 10"));
}

TEST(DigestChanges, AMoreCrowdedDigestCallsFewerChangesReal) {
  const Board board = with_a_drop();
  DigestInput input = charted(board, "ana@example.com");
  std::size_t drop = 0;
  while (input.verdicts[drop].measure != "on_time" || input.verdicts[drop].team != "hub-north") {
    ++drop;
  }
  input.verdicts[drop].chart->p = 0.01;
  EXPECT_TRUE(real_changes(input)[drop]);

  for (int other = 0; other < 200; ++other) {
    TeamVerdict quiet = input.verdicts[drop];
    quiet.chart->p = 0.5;
    input.verdicts.push_back(quiet);
  }

  EXPECT_FALSE(real_changes(input)[drop]);
  EXPECT_EQ(changed_of(input.verdicts[drop].chart, false), Changed::unusual);
}

TEST(DigestChanges, ARealChangeIsASignalAndNewsOnce) {
  Board board = with_a_drop();
  DigestContent content = digest_content(charted(board, "ana@example.com"));
  EXPECT_TRUE(content.signal);
  EXPECT_TRUE(worth_sending(content, Digest::When::on_change));

  // The same level one week earlier: the change is still real and was told then.
  board.of("on_time")->put("hub-north", week_start(weeks - 2), hits(895, 1000));
  content = digest_content(charted(board, "ana@example.com"));

  EXPECT_TRUE(content.signal);
  EXPECT_FALSE(worth_sending(content, Digest::When::on_change));
}

TEST(DigestChanges, SaysWhichTargetsTheProcessAsItStandsWillMeet) {
  Board board = board_after(two_hubs(), weeks);
  put(board, "on_time", "hub-north", 990, 990);
  put(board, "on_time", "hub-west", 950, 950);
  put(board, "expedited", "hub-north", 300, 300);

  const DigestContent content = digest_content(charted(board, "ana@example.com"));

  EXPECT_TRUE(any_holds(content.expected, "will be met at North hub"));
  EXPECT_TRUE(any_holds(content.expected, "may or may not be met at West hub"));
  EXPECT_TRUE(any_holds(content.expected, "Expedited shipments: will not be met at North hub"));
}

TEST(DigestChanges, CountsThePeriodsThatLimitsStillNeed) {
  const Board board = with_a_drop();

  EXPECT_TRUE(any_holds(digest_content(charted(board, "ana@example.com")).unknown,
                        "North hub (9 of 12 periods)"));
}

TEST(Changes, NameMeasuresTogetherThatWaitForTheSamePeriods) {
  Board board = board_after(two_hubs(), weeks);
  put(board, "on_time", "hub-north", 953, 953, weeks - 9);
  put(board, "first_response", "hub-north", 950, 950, weeks - 9);
  put(board, "expedited", "hub-north", 60, 60, weeks - 8);

  const std::vector<std::string> unknown =
      digest_content(charted(board, "ana@example.com")).unknown;

  EXPECT_TRUE(any_holds(unknown,
                        "On-time shipments and First response within a day: no usual range yet at "
                        "North hub (9 of 12 periods)"))
      << testing::PrintToString(unknown);
  EXPECT_TRUE(any_holds(unknown, "Expedited shipments: no usual range yet at North hub (8 of 12"))
      << testing::PrintToString(unknown);
}

TEST(Headline, BeginsWithWhatWasMetAndSpeaksOfOthersOnlyAfterIt) {
  Board board = board_after(two_hubs(), 7);
  ASSERT_TRUE(board.of("on_time")->put("hub-south", week_start(6), hits(99, 100)));
  ASSERT_TRUE(board.of("first_response")->put("hub-south", week_start(6), hits(6, 7)));

  const DigestContent content = digest_content(reading(board, "ben@example.com", 6));

  ASSERT_GE(content.headline.size(), 2U);
  EXPECT_EQ(content.headline[0], "One target was met.");
  EXPECT_EQ(content.headline[1], "2 other targets cannot be judged.");
}

}  // namespace
}  // namespace measured::rules
