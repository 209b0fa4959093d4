// Properties of what is concluded; those of what is computed are in stats_properties_test.cpp.
#include <cstdint>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "rules/stats/mean.h"
#include "rules/stats/rate_chart.h"
#include "rules/stats/ratio.h"
#include "rules/stats/trend.h"
#include "rules/stats/xmr.h"
#include "tests/support/stats_generators.h"

namespace measured::tests {
namespace {

using rules::Direction;

Direction mirrored(Direction direction) {
  return direction == Direction::at_least ? Direction::at_most : Direction::at_least;
}

std::vector<Signal> mirrored(std::vector<Signal> signals) {
  for (Signal& signal : signals) {
    signal.side = signal.side == Side::high ? Side::low : Side::high;
  }
  return signals;
}

RC_GTEST_PROP(StatsVerdicts, OnSharesMirrorWithTheDirection, ()) {
  const RatioCounts counts = some_counts(0, 400);
  RatioTarget target = some_target();
  if (*rc::gen::arbitrary<bool>()) {
    target.expected_cases = *uniform<std::int64_t>(0, 800);
  }
  RatioTarget mirror = target;
  mirror.direction = mirrored(target.direction);
  mirror.target = 1.0 - target.target;
  const RatioVerdict got = ratio_target(counts, target);
  const RatioVerdict same = ratio_target({counts.cases - counts.hits, counts.cases}, mirror);
  RC_ASSERT(got.verdict == same.verdict);
  RC_ASSERT(got.reason == same.reason);
  RC_ASSERT(got.sure == same.sure);
  if (got.bounds.low) {
    RC_ASSERT(close(*got.bounds.low, 1.0 - *same.bounds.high));
  }
}

RC_GTEST_PROP(StatsVerdicts, OnSharesNeverGetWorseWithAnotherHit, ()) {
  RatioTarget target = some_target();
  target.direction = Direction::at_least;
  const RatioCounts counts = some_counts(1, 400);
  RC_PRE(counts.hits < counts.cases);
  const RatioVerdict got = ratio_target(counts, target);
  const RatioVerdict better = ratio_target({counts.hits + 1, counts.cases}, target);
  RC_ASSERT((got.verdict != TargetVerdict::met || better.verdict == TargetVerdict::met));
  RC_ASSERT((better.verdict != TargetVerdict::missed || got.verdict == TargetVerdict::missed));
}

RC_GTEST_PROP(StatsVerdicts, SecuredAndOutOfReachHoldWhateverStillComes, ()) {
  RatioTarget target = some_target();
  target.basis = Basis::census;
  target.closed = false;
  const RatioCounts counts = some_counts(1, 60);
  const auto coming = *uniform<std::int64_t>(0, 40);
  target.expected_cases = counts.cases + coming;
  const RatioVerdict got = ratio_target(counts, target);
  RatioTarget closed = target;
  closed.closed = true;
  bool always_met = true;
  bool never_met = true;
  for (std::int64_t hits = 0; hits <= coming; ++hits) {
    const RatioVerdict end = ratio_target({counts.hits + hits, *target.expected_cases}, closed);
    always_met = always_met && end.verdict == TargetVerdict::met;
    never_met = never_met && end.verdict == TargetVerdict::missed;
  }
  RC_ASSERT((got.reason == RatioReason::secured) == always_met);
  RC_ASSERT((got.reason == RatioReason::out_of_reach) == never_met);
}

RC_GTEST_PROP(StatsVerdicts, ASampleNeverShowsAHundredPercent, ()) {
  const auto cases = *uniform<std::int64_t>(1, 2000000);
  RatioTarget target;
  target.target = 1.0;
  const RatioVerdict got = ratio_target({cases, cases}, target);
  RC_ASSERT(got.verdict == TargetVerdict::too_early);
  RC_ASSERT(!got.cases_needed);
}

RC_GTEST_PROP(StatsVerdicts, CasesNeededIsTheSmallestPerfectRecordThatIsMet, ()) {
  RatioTarget target;
  target.target = *uniform(1, 999) / 1000.0;
  const RatioVerdict got = ratio_target({1, 1}, target);
  const std::int64_t needed = *got.cases_needed;
  RC_ASSERT(ratio_target({needed, needed}, target).verdict == TargetVerdict::met);
  RC_ASSERT(ratio_target({needed - 1, needed - 1}, target).verdict == TargetVerdict::too_early);
}

RC_GTEST_PROP(StatsVerdicts, OnMeansMirrorWithTheSign, ()) {
  const std::vector<double> values = some_values(1, 60);
  std::vector<double> negated;
  for (const double value : values) {
    negated.push_back(-value);
  }
  const double target = *measurement();
  const TargetVerdict got =
      mean_target(mean_interval(moments_of(values)), Direction::at_least, target);
  const TargetVerdict same =
      mean_target(mean_interval(moments_of(negated)), Direction::at_most, -target);
  RC_ASSERT(got == same);
}

RC_GTEST_PROP(StatsVerdicts, OnChartsMirrorWithTheSign, ()) {
  const std::vector<std::optional<double>> values = some_series(1, 60);
  std::vector<std::optional<double>> negated;
  for (const std::optional<double>& value : values) {
    negated.push_back(value ? std::optional(-*value) : std::nullopt);
  }
  RC_ASSERT(xmr_chart(negated).signals == mirrored(xmr_chart(values).signals));
}

RC_GTEST_PROP(StatsVerdicts, OnShareChartsMirrorWithHitsAndMisses, ()) {
  const std::vector<std::optional<RatioCounts>> periods = some_shares(1, 60);
  std::vector<std::optional<RatioCounts>> misses;
  for (const std::optional<RatioCounts>& period : periods) {
    misses.push_back(period
                         ? std::optional(RatioCounts{period->cases - period->hits, period->cases})
                         : std::nullopt);
  }
  RC_ASSERT(p_chart(misses).signals == mirrored(p_chart(periods).signals));
}

RC_GTEST_PROP(StatsVerdicts, OnTrendsMirrorWithTheSignAndForgetTheOffset, ()) {
  const std::vector<std::optional<double>> values = some_series(1, 40);
  std::vector<std::optional<double>> turned;
  for (const std::optional<double>& value : values) {
    turned.push_back(value ? std::optional(4096.0 - *value) : std::nullopt);
  }
  const Trend got = trend_of(values);
  const Trend same = trend_of(turned);
  RC_ASSERT((got.verdict == TrendVerdict::rising) == (same.verdict == TrendVerdict::falling));
  RC_ASSERT(got.slope.has_value() == same.slope.has_value());
  RC_ASSERT((!got.slope || close(*got.slope, -*same.slope)));
  RC_ASSERT((!got.s || *got.s == -*same.s));
}

}  // namespace
}  // namespace measured::tests
