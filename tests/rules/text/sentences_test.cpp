// Every sentence that a statistic can be told in, in each language.

#include "tests/rules/text/sentences.h"

#include <cmath>

#include <gtest/gtest.h>

#include "rules/text/sentences/comparisons.h"
#include "rules/text/sentences/questions.h"
#include "rules/text/sentences/surveys.h"
#include "tests/support/golden.h"

namespace measured::rules {
namespace {

using namespace stats;
using tests::on_time;

void tell_surveys(Record& say_of) {
  const Language language = say_of.language;
  const auto score = [](std::int64_t p, std::int64_t n, std::int64_t d) {
    return nps(NpsCounts{p, n, d});
  };
  say_of("nps", say_nps(language, score(25, 15, 10)));
  say_of("nps, of those asked", say_nps(language, score(25, 15, 10), 412));
  say_of("nps, no answers", say_nps(language, score(0, 0, 0)));
  say_of("nps, contradicting counts", say_nps(language, score(-1, 0, 0)));
  const auto target = [&](std::string_view about, const Nps& of, double goal) {
    say_of(about, say_nps_target(language, of, Direction::at_least, goal, 412));
  };
  target("nps_target, met", score(250, 100, 50), 30);
  target("nps_target, missed", score(100, 150, 150), 30);
  target("nps_target, cannot tell", score(25, 15, 10), 40);
  target("nps_target, too few", score(12, 5, 3), 40);
  const auto change = [&](std::string_view about, const NpsCounts& before, const NpsCounts& now) {
    say_of(about, say_nps_change(language, nps(before), nps(now), nps_change(before, now)));
  };
  change("nps_change, up", {100, 150, 150}, {250, 100, 50});
  change("nps_change, down", {250, 100, 50}, {100, 150, 150});
  change("nps_change, not clear", {25, 15, 10}, {22, 15, 13});
  change("nps_change, too few", {25, 15, 10}, {1, 0, 0});
  change("nps_change, no answers", {25, 15, 10}, {});

  const auto scale = [&](std::string_view about, const std::vector<LevelCount>& counts,
                         const Scale& of) {
    say_of(about, say_scale_score(language, scale_score(counts, of), of));
  };
  scale("scale_score, csat", {{1, 5}, {2, 6}, {3, 20}, {4, 80}, {5, 90}}, {});
  scale("scale_score, ces", {{2, 6}, {5, 20}, {7, 12}}, {1, 7, 5});
  scale("scale_score, one answer", {{4, 1}}, {});
  scale("scale_score, no answers", {}, {});

  const auto asked = [&](std::string_view about, const ResponseCounts& counts,
                         std::optional<double> average, std::optional<double> goal) {
    say_of(about, say_response(language, counts, response(counts, average, goal, 0, 100)));
  };
  asked("response, could overturn", {420, 8, 50}, 80.0, 35.0);
  asked("response, safe", {420, 8, 350}, 90.0, 20.0);
  asked("response, complete", {50, 0, 50}, 80.0, 35.0);
  asked("response, no target", {420, 8, 50}, 80.0, std::nullopt);
  asked("response, no answers", {420, 8, 0}, std::nullopt, 35.0);
  asked("response, nobody reached", {8, 8, 0}, std::nullopt, 35.0);
  asked("response, contradicting counts", {8, 0, 9}, 80.0, 35.0);
}

void tell_integrity(Record& say_of) {
  const Language language = say_of.language;
  const auto drop = [&](std::string_view about, const SurveyWave& before, const SurveyWave& now) {
    say_of(about, say_response_drop(language, before, now, response_drop(before, now)));
  };
  const SurveyWave full{1000, {100, 50, 100}};
  drop("response_drop, suspicious", full, {1000, {80, 20, 10}});
  drop("response_drop, rate only", full, {1000, {40, 20, 40}});
  drop("response_drop, score only", full, {1000, {200, 40, 20}});
  drop("response_drop, no sign", full, {1000, {102, 50, 100}});
  drop("response_drop, too few", full, {40, {10, 4, 2}});
  drop("response_drop, no answers", full, {0, {}});

  const Measure hours = hours_taken();
  const auto bunched = [&](std::string_view about, const ThresholdCounts& counts) {
    say_of(about, say_bunching(language, hours, 4, bunching(counts)));
  };
  bunched("bunching", {180, 174, 168, 158, 142, 204, 42, 104, 95, 88, 80, 74});
  bunched("bunching, no sign", {180, 174, 168, 158, 142, 129, 117, 104, 95, 88, 80, 74});
  bunched("bunching, too few", {1, 2, 3, 4, 5, 6, 5, 4, 3, 2, 1, 1});

  const auto digits = [&](std::string_view about, std::size_t n, double step, double factor) {
    Values values;
    for (std::size_t i = 0; i < n; ++i) {
      values.emplace_back(std::floor(static_cast<double>(i) * step) * factor);
    }
    say_of(about, say_digit_preference(language, digit_preference(values)));
  };
  digits("digit_preference, heaped", 200, 1, 5);
  digits("digit_preference, no sign", 200, 1, 1);
  digits("digit_preference, not applicable", 200, 0.1, 1);
  digits("digit_preference, too few", 20, 1, 5);

  const auto selection = [&](std::string_view about, const std::vector<Segment>& segments) {
    std::int64_t surveyed = 0;
    std::int64_t eligible = 0;
    for (const Segment& segment : segments) {
      surveyed += segment.surveyed;
      eligible += segment.eligible;
    }
    say_of(about, say_selection_skew(language, surveyed, eligible, selection_skew(segments)));
  };
  selection("selection_skew, none", {{100, 1000}, {102, 1000}});
  selection("selection_skew, shifted", {{250, 1000}, {120, 1000}});
  selection("selection_skew, strongly shifted", {{300, 1000}, {40, 1000}});
  selection("selection_skew, complete", {{100, 100}, {50, 50}});
  selection("selection_skew, too few", {{1, 3}, {2, 3}});
  selection("selection_skew, contradicting counts", {{10, 3}, {2, 3}});
  selection("selection_skew, nobody", {});

  const auto revision = [&](std::string_view about, int better, int worse, int same) {
    Values first;
    Values now;
    for (int i = 0; i < better + worse + same; ++i) {
      first.emplace_back(0.94);
      now.emplace_back(i < better ? 0.96 : i < better + worse ? 0.92 : 0.94);
    }
    say_of(about,
           say_revision_bias(language, on_time(), revision_bias(first, now, Better::higher, 0.95)));
  };
  revision("revision_bias, none", 0, 0, 12);
  revision("revision_bias, few", 1, 1, 10);
  revision("revision_bias, mixed", 4, 4, 4);
  revision("revision_bias, flattering", 9, 1, 16);
  revision("revision_bias, harsher", 0, 8, 18);
}

void tell_exclusions(Record& say_of) {
  const Language language = say_of.language;
  const auto left_out = [&](std::string_view about, const Excluded& before, const Excluded& now,
                            std::int64_t met, std::optional<double> goal = 0.95) {
    say_of(about, say_exclusions(language, before, now, exclusions(before, now, met, goal)));
  };
  left_out("exclusions, growing and deciding", {20, 1000}, {100, 1000}, 870);
  left_out("exclusions, growing", {20, 1000}, {100, 1000}, 870, std::nullopt);
  left_out("exclusions, one", {0, 1000}, {1, 100}, 96, 0.9);
  left_out("exclusions, stable", {20, 1000}, {22, 1000}, 960);
  left_out("exclusions, shrinking", {100, 1000}, {20, 1000}, 970);
  left_out("exclusions, too few", {1, 20}, {2, 20}, 18);
  left_out("exclusions, no cases", {0, 0}, {0, 20}, 18);

  Measure rating = on_time();
  rating.title = "Rating";
  for (const DivergenceVerdict verdict :
       {DivergenceVerdict::diverging, DivergenceVerdict::reverse, DivergenceVerdict::both_improving,
        DivergenceVerdict::both_worsening, DivergenceVerdict::measure_only,
        DivergenceVerdict::measure_only_worsening, DivergenceVerdict::outcome_only_improving,
        DivergenceVerdict::outcome_only_worsening, DivergenceVerdict::no_sign,
        DivergenceVerdict::too_little_data}) {
    say_of("divergence, " + std::string(to_text(verdict)),
           say_divergence(language, on_time(), rating, {verdict}));
  }
}

void tell_comparisons(Record& say_of) {
  const Language language = say_of.language;
  const Measure share = on_time();
  const auto compare_teams = [&](std::string_view about, std::vector<RatioCounts> counts) {
    std::vector<std::optional<RatioCounts>> teams(counts.begin(), counts.end());
    std::vector<std::string> titles;
    for (std::size_t i = 0; i < teams.size(); ++i) {
      titles.push_back("Hub " + std::to_string(i + 1));
    }
    say_of(about, say_team_compare(language, share, titles, team_compare(teams)));
  };
  compare_teams("team_compare, one below",
                {{180, 200}, {178, 200}, {181, 200}, {140, 200}, {179, 200}, {182, 200}});
  compare_teams("team_compare, below, above and thin",
                {{180, 200}, {178, 200}, {140, 200}, {145, 200}, {200, 200}, {182, 200}, {4, 5}});
  compare_teams("team_compare, all alike",
                {{180, 200}, {178, 200}, {181, 200}, {177, 200}, {179, 200}});
  compare_teams("team_compare, too few teams", {{180, 200}, {178, 200}});
  compare_teams("team_compare, no variation", {{20, 20}, {20, 20}, {20, 20}, {20, 20}, {20, 20}});

  const auto expect = [&](std::string_view about, const std::vector<double>& values, double error) {
    std::vector<std::optional<TeamEstimate>> teams;
    for (const double value : values) {
      teams.emplace_back(TeamEstimate{value, error});
    }
    const double first = values.empty() ? 0 : values.front();
    say_of(about, say_shrink(language, share, shrink(teams), 0, first, 13));
  };
  expect("shrink", {0.62, 0.75, 0.81, 0.9, 0.7, 0.83}, 0.08);
  expect("shrink, no difference", {0.76, 0.75, 0.77, 0.75, 0.76}, 0.08);
  expect("shrink, too few teams", {0.62, 0.75}, 0.08);

  const auto found = [&](std::string_view about, std::vector<std::optional<double>> p) {
    say_of(about, say_discoveries(language, false_discoveries(p)));
  };
  found("discoveries, two", {0.0001, 0.0002, 0.5, 0.6, 0.9, 0.4});
  found("discoveries, one", {0.0001, 0.5, 0.6, 0.9, 0.4});
  found("discoveries, none", {0.5, 0.6, 0.9, 0.4});
  found("discoveries, nothing looked at", {std::nullopt});
}

class Sentences : public ::testing::TestWithParam<Language> {};

TEST_P(Sentences, SayEachResultOfEachMethodPlainly) {
  Record record(GetParam());
  tell_shares(record);
  tell_values(record);
  tell_charts(record);
  tell_trends(record);
  tell_surveys(record);
  tell_integrity(record);
  tell_exclusions(record);
  tell_comparisons(record);

  tests::expect_golden("sentences/" + std::string(to_text(GetParam())) + ".txt", record.text);
  // An argument that a caller forgot would stand there as it is in the catalogue.
  EXPECT_EQ(record.text.find('{'), std::string::npos);
  EXPECT_EQ(record.text.find(".."), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Languages, Sentences, ::testing::ValuesIn(all_languages));

}  // namespace
}  // namespace measured::rules
