#include "rules/judge/answers.h"

#include <gtest/gtest.h>

#include "rules/judge/charting.h"
#include "rules/judge/event.h"
#include "tests/support/reading.h"

namespace measured::rules {
namespace {

using tests::board_after;
using tests::two_hubs;
using tests::week_start;

// Answers of so many promoters, passives and detractors, of `asked` people.
Tally answers(int promoters, int passives, int detractors, int asked) {
  Tally tally;
  tally.n = promoters + passives + detractors;
  tally.numerator = promoters;
  tally.denominator = static_cast<double>(tally.n);
  tally.sum = promoters - detractors;
  tally.sum_sq = promoters + detractors;
  tally.asked = asked;
  return tally;
}

Measure nps() {
  Measure measure;
  measure.id = "nps";
  measure.kind = MeasureKind::survey;
  measure.query_value = QueryValue::nps;
  measure.period.kind = Grain::Kind::week;
  measure.settle = std::chrono::hours{48};
  return measure;
}

TEST(Answers, AreTakenApartAsTheyWereGiven) {
  const auto compared =
      compare_answers(nps(), answers(100, 50, 100, 1000), answers(70, 5, 35, 900));

  ASSERT_TRUE(compared);
  EXPECT_EQ(compared->before.delivered, 1000);
  EXPECT_EQ(compared->before.answers.promoters, 100);
  EXPECT_EQ(compared->before.answers.passives, 50);
  EXPECT_EQ(compared->before.answers.detractors, 100);
  EXPECT_EQ(compared->now.answers.detractors, 35);
}

TEST(Answers, ThatGetBetterAndFewerAreSuspicious) {
  const Tally many = answers(100, 50, 100, 1000);
  const auto verdict = [&](const Tally& now) {
    return compare_answers(nps(), many, now)->drop.verdict;
  };

  EXPECT_EQ(verdict(answers(80, 10, 20, 1000)), stats::ResponseDropVerdict::suspicious);
  EXPECT_EQ(verdict(answers(44, 22, 44, 1000)), stats::ResponseDropVerdict::rate_drop);
  EXPECT_EQ(verdict(answers(190, 20, 40, 1000)), stats::ResponseDropVerdict::score_up);
}

TEST(Answers, SayNothingWhereNobodyKnowsHowManyWereAsked) {
  const Tally known = answers(100, 50, 100, 1000);
  const Tally unknown = answers(80, 10, 20, 0);
  Measure share = nps();
  share.kind = MeasureKind::ratio;

  EXPECT_FALSE(compare_answers(nps(), known, unknown));
  EXPECT_FALSE(compare_answers(nps(), unknown, known));
  EXPECT_FALSE(compare_answers(share, known, known));
}

// Weeks of one hub's survey, judged as they come.
class AnswersAlert : public ::testing::Test {
 protected:
  AnswersAlert() {
    rules->measures[0] = nps();
    alerts.emplace_back();
    alerts[0].id = "asked";
    alerts[0].on = {"integrity.response_drop"};
    alerts[0].send = {"hook"};
  }
  std::vector<Change> after(const std::vector<Tally>& weeks) {
    board = std::make_unique<Board>(board_after(rules, static_cast<int>(weeks.size())));
    MeasureSeries& series = *board->of("nps");
    for (std::size_t week = 0; week < weeks.size(); ++week) {
      series.put("hub-north", week_start(static_cast<int>(week)), weeks[week]);
    }
    return advance_chart({&series, 0, "hub-north", {}, false}, chart, alerts, {"shop", {}});
  }

  std::shared_ptr<RuleSet> rules = two_hubs();
  std::unique_ptr<Board> board;
  std::vector<Alert> alerts;
  ProcessChart chart;
};

TEST_F(AnswersAlert, AsksOnceAndSaysHowManyWereAsked) {
  std::vector<Tally> weeks(3, answers(100, 50, 100, 1000));
  EXPECT_TRUE(after(weeks).empty());

  weeks.push_back(answers(80, 10, 20, 1000));
  const auto asked = after(weeks);

  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].kind, EventKind::integrity_response_drop);
  EXPECT_FALSE(asked[0].recovered);
  const EventContext context{rules.get(), "shop", "", week_start(5), {}};
  const std::string event = event_json(context, asked[0]);
  EXPECT_NE(event.find("\"type\":\"measured.integrity.flagged\""), std::string::npos) << event;
  EXPECT_NE(event.find("\"answers\":{\"asked_before\":1000,\"answered_before\":250,"
                       "\"score_before\":0,\"asked\":1000,\"answered\":110,\"score\":54.5"),
            std::string::npos)
      << event;
  EXPECT_EQ(chart_from_json(to_json(chart)), chart);
}

TEST_F(AnswersAlert, SaysWhenTheNextWindowNoLongerDiffers) {
  std::vector<Tally> weeks(3, answers(100, 50, 100, 1000));
  weeks.push_back(answers(80, 10, 20, 1000));
  after(weeks);

  weeks.push_back(answers(80, 10, 20, 1000));
  const auto over = after(weeks);

  ASSERT_EQ(over.size(), 1U);
  EXPECT_TRUE(over[0].recovered);
}

}  // namespace
}  // namespace measured::rules
