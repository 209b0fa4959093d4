#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "rules/model/measure.h"
#include "rules/stats/bounds.h"

// Means of what was measured, in the measure's own unit.
namespace measured::rules::stats {

// The first two moments of a set of values, in a form that merges: `mean` is that of the values and
// `m2` the sum of their squared distances from it (unit squared). Merging two parts gives the
// moments of both sets together to rounding, in any order.
struct Moments {
  std::int64_t n = 0;
  double mean = 0;
  double m2 = 0;

  Moments& operator+=(const Moments& other);
  friend bool operator==(const Moments&, const Moments&) = default;
};

// Of values; two passes, so that an offset of a billion costs no digits.
Moments moments_of(std::span<const double> values);

// Of what a store keeps: how many, their sum, the sum of their squares. Subtracting two large sums
// loses digits: a spread below about a hundred-millionth of the mean is not resolved and reads as
// none.
Moments moments_of_sums(std::int64_t n, double sum, double sum_sq);

// Standard deviation with n - 1; none for fewer than two values.
std::optional<double> deviation_of(const Moments& moments);

enum class MeanStatus {
  ok,
  no_data,
  one_value,     // a mean, and no way to say how far it may be off
  no_variation,  // all values alike: deviation 0, bounds on the mean
};
std::string_view to_text(MeanStatus status);

struct MeanOptions {
  double conf = 0.95;  // in (0, 1)
  std::int64_t n_min = 30;
  // Skewness of the measure's long-run history, never of the sample at hand: samples that happen to
  // have missed the long tail look symmetric, and gating on that picks exactly the misleading ones.
  std::optional<double> skewness;
};

struct MeanEstimate {
  MeanStatus status = MeanStatus::no_data;
  std::int64_t n = 0;
  std::optional<double> mean, deviation, standard_error;
  Bounds bounds;
  std::int64_t n_min = 0;  // what a verdict needs: max(options.n_min, 25 skewness^2)
};

// Student's interval of a mean.
MeanEstimate mean_interval(const Moments& moments, const MeanOptions& options = {});

// What the estimate says about a target: `no_data`, `too_early` below its `n_min` or with one
// value, else by its bounds.
TargetVerdict mean_target(const MeanEstimate& estimate, Direction direction, double target);

}  // namespace measured::rules::stats
