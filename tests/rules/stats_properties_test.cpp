// What example vectors cannot show: that something holds for all inputs. RapidCheck tries a hundred
// of them for each property and shrinks the first that breaks it.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "rules/stats/change.h"
#include "rules/stats/mean.h"
#include "rules/stats/quantile.h"
#include "rules/stats/rate_chart.h"
#include "rules/stats/ratio.h"
#include "rules/stats/sketch.h"
#include "rules/stats/tails.h"
#include "rules/stats/xmr.h"
#include "rules/tally.h"
#include "tests/support/stats_generators.h"

namespace measured::tests {
namespace {

// --- merging -----------------------------------------------------------------------------------

RC_GTEST_PROP(StatsMerging, TalliesOfPartsAddUpToTheTallyOfAll, ()) {
  const auto rows = *rc::gen::container<std::vector<int>>(uniform(-1000, 1000));
  rules::Tally all;
  rules::Tally parts[3];
  for (const int row : rows) {
    const double value = row;
    const rules::Tally one{1, row > 0 ? 1.0 : 0.0, 1.0, value, value * value};
    all += one;
    parts[*uniform<std::size_t>(0, 3)] += one;
  }
  rules::Tally merged;
  for (const rules::Tally& part : parts) {
    merged += part;
  }
  RC_ASSERT(merged == all);
}

RC_GTEST_PROP(StatsMerging, MomentsOfPartsMergeIntoTheMomentsOfAll, ()) {
  const double offset = *rc::gen::element(0.0, 1e6, -1e9);
  std::vector<double> values = some_values(1, 60);
  std::vector<double> parts[3];
  for (double& value : values) {
    value += offset;
    parts[*uniform<std::size_t>(0, 3)].push_back(value);
  }
  Moments merged;
  for (const std::vector<double>& part : parts) {
    merged += moments_of(part);
  }
  const Moments at_once = moments_of(values);
  RC_ASSERT(merged.n == at_once.n);
  RC_ASSERT(close(merged.mean, at_once.mean));
  RC_ASSERT(std::abs(merged.m2 - at_once.m2) <= 1e-6 * std::max(1.0, at_once.m2));
}

RC_GTEST_PROP(StatsMerging, SumsGiveTheMomentsOfTheirValues, ()) {
  const std::vector<double> values = some_values(1, 60);
  double sum = 0;
  double squares = 0;
  for (const double value : values) {
    sum += value;
    squares += value * value;
  }
  const Moments got = moments_of_sums(static_cast<std::int64_t>(values.size()), sum, squares);
  const Moments expected = moments_of(values);
  RC_ASSERT(got.n == expected.n);
  RC_ASSERT(close(got.mean, expected.mean));
  RC_ASSERT(std::abs(got.m2 - expected.m2) <= 1e-9 * std::max(1.0, squares));
}

RC_GTEST_PROP(StatsMerging, SketchesOfPartsMergeExactlyInAnyOrder, ()) {
  const std::vector<double> values = some_values(0, 80);
  Sketch all;
  Sketch parts[3];
  for (const double value : values) {
    all.add(value);
    parts[*uniform<std::size_t>(0, 3)].add(value);
  }
  Sketch forwards;
  Sketch backwards;
  for (std::size_t i = 0; i < 3; ++i) {
    forwards += parts[i];
    backwards += parts[2 - i];
  }
  RC_ASSERT(forwards == all);
  RC_ASSERT(backwards == all);
}

RC_GTEST_PROP(StatsMerging, ASketchStaysWithinItsErrorOfTheTrueOrderStatistic, ()) {
  std::vector<double> values;
  for (const double value : some_values(1, 80)) {
    values.push_back(std::abs(value));
  }
  Sketch sketch;
  for (const double value : values) {
    sketch.add(value);
  }
  std::sort(values.begin(), values.end());
  const auto rank = *uniform<std::size_t>(0, values.size());
  const double q = values.size() == 1 ? 0.5
                                      : (static_cast<double>(rank) + 1e-7) /
                                            static_cast<double>(values.size() - 1);
  const double got = *sketch_quantile(sketch, std::min(1.0, q));
  RC_ASSERT(std::abs(got - values[rank]) <= sketch_error(5) * values[rank] + 1e-9);
}

// --- limits and states ---------------------------------------------------------------------------

template <class Chart, class Period>
void expect_frozen(const std::vector<Period>& periods, Chart chart) {
  const auto cut = *uniform<std::size_t>(0, periods.size() + 1);
  const auto before = chart(std::span(periods).first(cut));
  const auto after = chart(std::span(periods));
  if (before.segments.empty() || before.segments[0].baseline < 20) {
    return;
  }
  auto frozen = before.segments[0];
  frozen.last = after.segments[0].last;
  RC_ASSERT(frozen == after.segments[0]);
  for (std::size_t i = 0; i < before.signals.size(); ++i) {
    RC_ASSERT(before.signals[i] == after.signals[i]);
  }
}

RC_GTEST_PROP(StatsLimits, DoNotMoveWhenLaterPeriodsCome, ()) {
  expect_frozen(some_series(20, 60), [](Series values) { return xmr_chart(values); });
  expect_frozen(some_shares(20, 60), [](auto periods) { return p_chart(periods); });
  expect_frozen(some_events(20, 60), [](auto periods) { return u_chart(periods); });
}

RC_GTEST_PROP(StatsLimits, AChartTakenUpAgainSaysWhatAnUnbrokenOneSays, ()) {
  const std::vector<std::optional<double>> values = some_series(24, 60);
  const XmrChart whole = xmr_chart(values);
  const XmrOptions options;
  XmrChart resumed = xmr_chart(std::span(values).first(24));
  RC_PRE(resumed.segments[0].status == ChartStatus::firm);
  for (std::size_t i = 24; i < values.size(); ++i) {
    const XmrReading reading =
        xmr_step(resumed.segments[0], values[i - 1], values[i], options, resumed.run);
    append_signals(reading.point, i, resumed.signals);
    if (reading.range) {
      resumed.signals.push_back({i, ChartRule::range, *reading.range});
    }
  }
  RC_ASSERT(resumed.signals == whole.signals);
  RC_ASSERT(resumed.run == whole.run);
}

RC_GTEST_PROP(StatsLimits, ARateChartTakenUpAgainSaysWhatAnUnbrokenOneSays, ()) {
  const std::vector<std::optional<RatioCounts>> periods = some_shares(24, 60);
  const RateChart whole = p_chart(periods);
  RateChart resumed = p_chart(std::span(periods).first(24));
  RC_PRE(resumed.segments[0].status == ChartStatus::firm);
  for (std::size_t i = 24; i < periods.size(); ++i) {
    const PointReading reading = p_step(resumed.segments[0], periods[i], {}, resumed.run);
    append_signals(reading, i, resumed.signals);
  }
  RC_ASSERT(resumed.signals == whole.signals);
  RC_ASSERT(resumed.run == whole.run);
}

RC_GTEST_PROP(StatsLimits, ADeclaredChangeMakesTwoChartsThatKnowNothingOfEachOther, ()) {
  const std::vector<std::optional<double>> values = some_series(2, 60);
  const auto cut = *uniform<std::size_t>(1, values.size());
  const std::vector<std::size_t> breaks{cut};
  XmrOptions options;
  options.chart.breaks = breaks;
  const XmrChart both = xmr_chart(values, options);
  const XmrChart later = xmr_chart(std::span(values).subspan(cut));
  XmrSegment moved = later.segments[0];
  moved.first += cut;
  moved.last += cut;
  RC_ASSERT(both.segments[1] == moved);
  RC_ASSERT(both.run == later.run);
  if (later.latest != Latest::no_data) {
    RC_ASSERT(both.latest == later.latest);
  }
}

// --- order of rows
// ---------------------------------------------------------------------------------

RC_GTEST_PROP(StatsOrder, OfValuesDoesNotMatter, ()) {
  const std::vector<double> values = some_values(1, 60);
  std::vector<double> reversed(values.rbegin(), values.rend());
  Sketch forwards;
  Sketch backwards;
  for (std::size_t i = 0; i < values.size(); ++i) {
    forwards.add(values[i]);
    backwards.add(reversed[i]);
  }
  RC_ASSERT(forwards == backwards);
  RC_ASSERT(close(moments_of(values).mean, moments_of(reversed).mean));
}

RC_GTEST_PROP(StatsOrder, OfTestsDoesNotChangeWhatIsNotable, ()) {
  std::vector<std::optional<double>> p;
  for (const int thousandths : *rc::gen::container<std::vector<int>>(uniform(0, 1100))) {
    p.push_back(thousandths > 1000 ? std::nullopt : std::optional(thousandths / 1000.0));
  }
  std::vector<std::optional<double>> reversed(p.rbegin(), p.rend());
  const Discoveries forwards = false_discoveries(p);
  const Discoveries backwards = false_discoveries(reversed);
  RC_ASSERT(forwards.tests == backwards.tests);
  for (std::size_t i = 0; i < p.size(); ++i) {
    RC_ASSERT(forwards.adjusted[i] == backwards.adjusted[p.size() - 1 - i]);
    RC_ASSERT(forwards.notable[i] == backwards.notable[p.size() - 1 - i]);
    RC_ASSERT((!p[i] || *forwards.adjusted[i] >= *p[i] - 1e-12));
    RC_ASSERT((p[i].has_value() || !forwards.notable[i]));
  }
}

// --- intervals
// -------------------------------------------------------------------------------------

RC_GTEST_PROP(StatsIntervals, OfSharesHoldTheEstimateAndShrinkWithCases, ()) {
  const RatioCounts counts = some_counts(1, 5000);
  const RatioInterval got = ratio_interval(counts);
  const RatioInterval more = ratio_interval({counts.hits * 4, counts.cases * 4});
  const RatioInterval surer = ratio_interval(counts, 0.99);
  RC_ASSERT((*got.bounds.low >= 0.0 && *got.bounds.high <= 1.0));
  RC_ASSERT((*got.bounds.low <= *got.share && *got.share <= *got.bounds.high));
  RC_ASSERT(*more.bounds.high - *more.bounds.low < *got.bounds.high - *got.bounds.low);
  RC_ASSERT(*surer.bounds.high - *surer.bounds.low > *got.bounds.high - *got.bounds.low);
}

RC_GTEST_PROP(StatsIntervals, OfMeansHoldTheEstimateAndShrinkWithCases, ()) {
  const Moments one = moments_of(some_values(2, 60));
  Moments many = one;
  many += one;
  const MeanEstimate got = mean_interval(one);
  const MeanEstimate more = mean_interval(many);
  RC_PRE(got.status == MeanStatus::ok);
  RC_ASSERT((*got.bounds.low < *got.mean && *got.mean < *got.bounds.high));
  RC_ASSERT(*more.bounds.high - *more.bounds.low < *got.bounds.high - *got.bounds.low);
}

RC_GTEST_PROP(StatsIntervals, OfQuantilesHoldTheEstimateAndCoverAtLeastWhatTheySay, ()) {
  std::vector<double> values = some_values(1, 120);
  std::sort(values.begin(), values.end());
  const QuantileOptions options{*uniform(5, 96) / 100.0, 0.95};
  const QuantileEstimate got = quantile_interval(values, options);
  RC_ASSERT((!got.bounds.low || *got.bounds.low <= *got.value));
  RC_ASSERT((!got.bounds.high || *got.bounds.high >= *got.value));
  RC_ASSERT(*got.coverage >= 0.95 - 1e-12);
  RC_ASSERT((got.status == QuantileStatus::ok) == (got.n >= got.n_needed));
}

RC_GTEST_PROP(StatsIntervals, OfChangesHoldTheDifferenceAndTurnRoundWithIt, ()) {
  const RatioCounts earlier = some_counts(1, 500);
  const RatioCounts later = some_counts(1, 500);
  const RatioChange there = ratio_change(earlier, later);
  const RatioChange back = ratio_change(later, earlier);
  RC_ASSERT((*there.bounds.low <= *there.difference && *there.difference <= *there.bounds.high));
  RC_ASSERT(close(*there.difference, -*back.difference));
  RC_ASSERT(close(*there.bounds.low, -*back.bounds.high));
  RC_ASSERT((there.verdict == RatioChangeVerdict::up) ==
            (back.verdict == RatioChangeVerdict::down));
}

// --- tails
// -----------------------------------------------------------------------------------------

RC_GTEST_PROP(StatsTails, OfCountsAddUpToOne, ()) {
  const auto n = *uniform<std::int64_t>(0, 3000);
  const auto x = *uniform<std::int64_t>(-1, n + 2);
  const double p = *uniform(0, 1001) / 1000.0;
  RC_ASSERT(close(binomial_at_most(x, n, p) + binomial_at_least(x + 1, n, p), 1.0));
  const double mean = *uniform(0, 5000) / 10.0;
  RC_ASSERT(close(poisson_at_most(x, mean) + poisson_at_least(x + 1, mean), 1.0));
}

RC_GTEST_PROP(StatsTails, QuantilesOfCountsAreTheSmallestThatReachTheTail, ()) {
  const auto n = *uniform<std::int64_t>(0, 3000);
  const double p = *uniform(0, 1001) / 1000.0;
  const double tail = *uniform(1, 1000) / 1000.0;
  const std::int64_t k = binomial_quantile(tail, n, p);
  RC_ASSERT(binomial_at_most(k, n, p) >= tail);
  RC_ASSERT((k == 0 || binomial_at_most(k - 1, n, p) < tail));
}

}  // namespace
}  // namespace measured::tests
