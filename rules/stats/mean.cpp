// Means, kept in parts that merge.
//
// A bucket stores moments and a window adds its buckets up, so parts must merge exactly. Sums of
// squares do, but lose every digit when the mean is large against the spread: at an offset of a
// million a one-pass sum is off in the fourth digit. Chan, Golub and LeVeque (1979) merge the
// count, the mean and the sum of squares about the mean:
//
//   d = mean_b - mean_a,  mean = mean_a + d n_b / n,  m2 = m2_a + m2_b + d^2 n_a n_b / n
//
// The interval is Student's. It wants means that are close to normal, which long tails spoil: of
// lognormal durations (s = 1) the 95 % interval covers 89 to 91 %. Cochran's rule of thumb, n >= 25
// skewness^2, says how many are needed. The skewness must come from long-run history: measured by
// simulation, gating on the sample's own skewness selects the samples that missed the tail, and
// coverage falls to 69-79 %, worse than no gate at all. A bootstrap was refused for the same
// reason: it cannot resample a tail it has not seen. For durations, a percentile or a share within
// a limit is the better measure.
#include "rules/stats/mean.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "rules/stats/tails.h"

namespace measured::rules::stats {

std::string_view to_text(MeanStatus status) {
  switch (status) {
    case MeanStatus::ok: return "ok";
    case MeanStatus::no_data: return "no_data";
    case MeanStatus::one_value: return "one_value";
    case MeanStatus::no_variation: return "no_variation";
  }
  return "no_data";
}

Moments& Moments::operator+=(const Moments& other) {
  if (other.n == 0) {
    return *this;
  }
  if (n == 0) {
    return *this = other;
  }
  const double mine = static_cast<double>(n);
  const double theirs = static_cast<double>(other.n);
  const double both = mine + theirs;
  const double step = other.mean - mean;
  mean += step * theirs / both;
  m2 += other.m2 + step * step * mine * theirs / both;
  n += other.n;
  return *this;
}

Moments moments_of(std::span<const double> values) {
  Moments out;
  if (values.empty()) {
    return out;
  }
  out.n = static_cast<std::int64_t>(values.size());
  const double n = static_cast<double>(out.n);
  double sum = 0;
  for (const double value : values) {
    sum += value;
  }
  out.mean = sum / n;
  double drift = 0;  // what rounding left of the first moment; adding it back makes the mean exact
  for (const double value : values) {
    const double step = value - out.mean;
    out.m2 += step * step;
    drift += step;
  }
  out.m2 -= drift * drift / n;
  out.mean += drift / n;
  return out;
}

Moments moments_of_sums(std::int64_t n, double sum, double sum_sq) {
  if (n <= 0) {
    return {};
  }
  const double count = static_cast<double>(n);
  const double m2 = sum_sq - sum * sum / count;
  const double noise = 8.0 * std::numeric_limits<double>::epsilon() * sum_sq;
  return {n, sum / count, m2 > noise ? m2 : 0.0};
}

std::optional<double> deviation_of(const Moments& moments) {
  if (moments.n < 2) {
    return std::nullopt;
  }
  return std::sqrt(std::max(0.0, moments.m2) / static_cast<double>(moments.n - 1));
}

MeanEstimate mean_interval(const Moments& moments, const MeanOptions& options) {
  MeanEstimate out;
  out.n = moments.n;
  out.n_min = options.n_min;
  if (options.skewness) {
    const double needed = std::ceil(25.0 * *options.skewness * *options.skewness);
    out.n_min = std::max(out.n_min, static_cast<std::int64_t>(needed));
  }
  if (moments.n <= 0) {
    return out;
  }
  out.mean = moments.mean;
  out.deviation = deviation_of(moments);
  if (!out.deviation) {
    out.status = MeanStatus::one_value;
    return out;
  }
  if (*out.deviation <= 1e-12 * std::max(1.0, std::abs(moments.mean))) {
    out.status = MeanStatus::no_variation;
    out.deviation = 0.0;
    out.standard_error = 0.0;
    out.bounds = {moments.mean, moments.mean};
    return out;
  }
  const double n = static_cast<double>(moments.n);
  const double error = *out.deviation / std::sqrt(n);
  const double half = student_t(options.conf, n - 1.0) * error;
  out.status = MeanStatus::ok;
  out.standard_error = error;
  out.bounds = {moments.mean - half, moments.mean + half};
  return out;
}

TargetVerdict mean_target(const MeanEstimate& estimate, Direction direction, double target) {
  if (estimate.n <= 0) {
    return TargetVerdict::no_data;
  }
  if (estimate.n < estimate.n_min) {
    return TargetVerdict::too_early;
  }
  return compare(estimate.bounds, direction, target);
}

}  // namespace measured::rules::stats
