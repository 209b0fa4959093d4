// Measures that count more than rows: how they are read, and what is said of their values.

#include <gtest/gtest.h>

#include "rules/judge/inference.h"
#include "rules/load/loader.h"
#include "rules/text/numbers.h"

namespace measured::rules {
namespace {

// A measure of the kind, with `target` as its target.
std::shared_ptr<const RuleSet> rules_with(const std::string& kind, const std::string& target) {
  LoadContext context;
  context.sources = {{"desk", "sqlite"}};
  RuleLoader loader;
  const LoadResult result =
      loader.load({{"desk.yaml",
                    "teams: {first: {title: First line}}\n"
                    "measures:\n  it:\n    source: desk\n    from: events\n    time: closed_at\n"
                    "    team: team\n    guardrail_waived: none\n    " +
                        kind + "\n    target: {" + target + "}\n"}},
                  context);
  for (const Diagnostic& diagnostic : result.diagnostics) {
    EXPECT_NE(diagnostic.severity, Severity::error) << diagnostic.message;
  }
  return result.rules;
}

Measure read(const std::string& kind, const std::string& target) {
  const auto rules = rules_with(kind, target);
  return rules != nullptr ? *rules->measure("it") : Measure{};
}

TEST(Kinds, AreReadWithWhatTheirValueIs) {
  const Measure within = read(
      "handoffs: {case: ticket, owner: assignee, at: changed_at, at_most: 1}", "at_least: 90%");
  EXPECT_EQ(form_of(within), ValueForm::share);
  EXPECT_EQ(within.better, Better::higher);
  const Measure returns = read(
      "handoffs: {case: ticket, owner: assignee, at: changed_at, value: returns}", "at_most: 5%");
  EXPECT_EQ(returns.better, Better::lower);
  EXPECT_NE(within.definition, returns.definition);
  EXPECT_EQ(form_of(read("per_customer: {customer: caller, value: mean}", "at_most: 1.5")),
            ValueForm::mean);
  EXPECT_EQ(form_of(read("median: hours", "at_most: 12")), ValueForm::quantile);
  const Measure nps = read("survey: {kind: nps, score: recommend}", "at_least: 30");
  EXPECT_EQ(form_of(nps), ValueForm::nps);
  EXPECT_EQ(nps.basis, Basis::sample);
}

TEST(Kinds, ReadTheTargetOfADurationWithItsUnit) {
  const Measure hours = read("duration: {from: opened_at, to: closed_at, p: 90}", "at_most: 1h30m");
  const Measure minutes =
      read("duration: {from: opened_at, to: closed_at, p: 90, unit: min}", "at_most: 1h30m");

  EXPECT_DOUBLE_EQ(hours.targets.front().value.goal, 1.5);
  EXPECT_DOUBLE_EQ(minutes.targets.front().value.goal, 90);
  EXPECT_EQ(hours.better, Better::lower);
}

// Durations of 1 to 100 hours, one of each.
Tally hundred_hours() {
  stats::Sketch sketch;
  Tally tally;
  for (int hour = 1; hour <= 100; ++hour) {
    sketch.add(hour * 3600.0);
    tally.sum += hour * 3600.0;
  }
  tally.n = sketch.n;
  tally.spread = Spread(std::move(sketch));
  return tally;
}

TEST(Kinds, JudgeAPercentileByTheIntervalOfItsRanks) {
  const Measure median = read("duration: {from: opened_at, to: closed_at, p: 50}", "at_most: 80h");
  const Tally tally = hundred_hours();

  EXPECT_NEAR(*value_of(median, tally), 50, 0.6);
  const Inference far = infer(median, {tally, true, {}}, TargetValue{Direction::at_most, 80, {}});
  EXPECT_TRUE(far.sure && far.verdict == Verdict::met);
  // The ranks that bound a median of 100 values are the 40th and the 61st.
  EXPECT_NEAR(*far.low, 40, 0.5);
  EXPECT_NEAR(*far.high, 61, 0.7);
  const Inference near = infer(median, {tally, true, {}}, TargetValue{Direction::at_most, 55, {}});
  EXPECT_EQ(near.verdict, Verdict::cannot_tell);
}

TEST(Kinds, JudgeTooFewDurationsAsTooFew) {
  const Measure median = read("duration: {from: opened_at, to: closed_at, p: 50}", "at_most: 80h");
  stats::Sketch sketch;
  sketch.add(3600, 5);
  Tally tally;
  tally.n = 5;
  tally.spread = Spread(std::move(sketch));

  const Inference found = infer(median, {tally, true, {}}, TargetValue{Direction::at_most, 80, {}});

  EXPECT_EQ(found.verdict, Verdict::too_few);
}

// So many of each as the survey's tally has them.
Tally answers(std::int64_t promoters, std::int64_t passives, std::int64_t detractors) {
  Tally tally;
  tally.n = promoters + passives + detractors;
  tally.numerator = static_cast<double>(promoters);
  tally.denominator = static_cast<double>(tally.n);
  tally.sum = static_cast<double>(promoters - detractors);
  tally.sum_sq = static_cast<double>(promoters + detractors);
  return tally;
}

TEST(Kinds, JudgeAnswersAsASample) {
  const Measure nps = read("survey: {kind: nps, score: recommend}", "at_least: 30");

  const Tally year = answers(1436, 968, 342);
  EXPECT_NEAR(*value_of(nps, year), 39.839767, 1e-6);
  EXPECT_EQ(infer(nps, {year, true, {}}, TargetValue{Direction::at_least, 30, {}}).verdict,
            Verdict::met);
  const Tally day = answers(25, 15, 7);
  EXPECT_EQ(infer(nps, {day, true, {}}, TargetValue{Direction::at_least, 30, {}}).verdict,
            Verdict::cannot_tell);
}

TEST(Kinds, ShowTheirErrorAndTheirTailBesideTheValue) {
  const Measure median = read("duration: {from: opened_at, to: closed_at, p: 50}", "at_most: 80h");
  EXPECT_EQ(print_counts_in_words(Language::en, median, hundred_hours()),
            " (n 100, value ± 1.1 %)");

  const Measure contacts = read("per_customer: {customer: caller, at_most: 2}", "at_least: 90%");
  stats::Sketch sketch;
  sketch.add(1, 8);
  sketch.add(2, 1);
  sketch.add(37, 1);
  Tally tally{10, 9, 10, 47, 1381, 0, Spread(std::move(sketch))};
  EXPECT_EQ(print_counts_in_words(Language::de, contacts, tally),
            " (9 von 10; im Mittel 4,70, höchstens 37)");
}

TEST(SketchText, GivesBackTheSameSketch) {
  stats::Sketch sketch;
  for (const double value : {0.0, 1e-3, 0.1, 7.0, 7.01, 2592000.0, -3.0}) {
    sketch.add(value, 3);
  }

  EXPECT_EQ(stats::parse_sketch(stats::to_text(sketch)), sketch);
  EXPECT_EQ(stats::parse_sketch(stats::to_text(stats::Sketch{})), stats::Sketch{});
  for (const char* broken : {"", "5", "5;1;2;0;0;3:0", "5;1;2;0;0;3:1,2:1", "5;;;0;0;3:1", "x"}) {
    EXPECT_FALSE(stats::parse_sketch(broken)) << broken;
  }
}

}  // namespace
}  // namespace measured::rules
