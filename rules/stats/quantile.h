#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "rules/model/measure.h"
#include "rules/stats/bounds.h"
#include "rules/stats/sketch.h"

// Medians and percentiles, with an interval that assumes nothing about how the values are spread.
namespace measured::rules::stats {

struct QuantileOptions {
  double p =
      0.5;  // the share of values below, in (0, 1): 0.5 is the median, 0.9 the 90th percentile
  double conf = 0.95;  // in (0, 1)
};

// Which order statistics bound a quantile of the population, counted from 1; none where the sample
// is too small to have such a bound. `coverage` is the exact chance that the interval holds it, at
// least `conf`.
struct QuantileRanks {
  std::optional<std::int64_t> low, high;
  double coverage = 1;
};
QuantileRanks quantile_ranks(std::int64_t n, const QuantileOptions& options);

// The smallest sample with a bound on both sides: 6 for a median, 36 for p90, 72 for p95.
std::int64_t quantile_n_needed(const QuantileOptions& options);

enum class QuantileStatus {
  ok,
  no_data,
  one_sided,  // too few values for one of the bounds
  unbounded,  // too few values for either
};
std::string_view to_text(QuantileStatus status);

// ok, one_sided or unbounded, by the bounds that exist.
QuantileStatus status_of(const QuantileRanks& ranks);

struct QuantileEstimate {
  QuantileStatus status = QuantileStatus::no_data;
  std::int64_t n = 0;
  std::optional<double> value;  // interpolated between neighbours (type 7, the usual one)
  Bounds bounds;
  QuantileRanks ranks;
  std::optional<double> coverage;  // none without data
  std::int64_t n_needed = 0;
};

// The quantile of values sorted ascending, with bounds on the population's. Hahn and Meeker,
// Statistical Intervals.
QuantileEstimate quantile_interval(std::span<const double> sorted,
                                   const QuantileOptions& options = {});

// The same of a sketch, with value and bounds to within sketch_error.
QuantileEstimate sketch_interval(const Sketch& sketch, const QuantileOptions& options = {});

// Type 7 quantile of `sorted` (ascending, not empty): linear between the values around p (n - 1).
double quantile_of(std::span<const double> sorted, double p);

// What the estimate says about a target: `no_data`, `too_early` below `n_min` values, else by its
// bounds.
TargetVerdict quantile_target(const QuantileEstimate& estimate, Direction direction, double target,
                              std::int64_t n_min = 30);

}  // namespace measured::rules::stats
