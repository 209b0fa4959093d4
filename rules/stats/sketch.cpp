// Percentiles of values that were not kept.
//
// A bucket in the store cannot hold every duration of a day, percentiles do not merge (the median
// of a month is not the mean of thirty medians), and the source should do the counting. So the
// source groups by the logarithm: GROUP BY ceil(ln(x) / ln(2) * 32 - 1e-9), which any SQL database
// can do, and we keep counts. With gamma = 2^(1/32) the middle of a bucket, 2 gamma^i / (gamma +
// 1), is never more than 1.083 % from any value in it, so every percentile is within 1.083 % of the
// true order statistic, guaranteed and at any rank. It is DDSketch's layout (Masson, Rim and Lee
// 2019, VLDB 12:2195) and that of Prometheus' native histograms (schema 5, upper bound inclusive).
//
// Refused: t-digest (better in the far tail, but order of merging changes the answer, it has no
// bound and cannot be computed in SQL) and fixed buckets (somebody has to guess the range in
// advance).
//
// The 1e-9 keeps powers of two, which lie on an edge exactly, in the lower bucket however the
// logarithm was rounded; ln and log2 then agree.
#include "rules/stats/sketch.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "rules/stats/quantile.h"

namespace measured::rules::stats {
namespace {

constexpr double edge_slack = 1e-9;

double gamma_of(int scale) {
  return std::exp2(std::exp2(-scale));
}

void widen(std::optional<double>& min, std::optional<double>& max, double value) {
  min = std::min(min.value_or(value), value);
  max = std::max(max.value_or(value), value);
}

// The estimate of the value with this rank, counted from 0.
double at_rank(const Sketch& sketch, std::int64_t rank) {
  double estimate = 0;
  std::int64_t seen = sketch.zero;
  const double gamma = gamma_of(sketch.scale);
  for (const Sketch::Bucket& bucket : sketch.buckets) {
    if (rank < seen) {
      break;
    }
    seen += bucket.count;
    estimate = 2.0 * std::exp2(bucket.index * std::exp2(-sketch.scale)) / (gamma + 1.0);
  }
  return std::clamp(estimate, *sketch.min, *sketch.max);
}

}  // namespace

std::int32_t sketch_bucket(double value, int scale) {
  return static_cast<std::int32_t>(std::ceil(std::log2(value) * std::exp2(scale) - edge_slack));
}

double sketch_error(int scale) {
  const double gamma = gamma_of(scale);
  return (gamma - 1.0) / (gamma + 1.0);
}

void Sketch::add(double value, std::int64_t times) {
  if (value < 0) {
    negative += times;
    return;
  }
  n += times;
  widen(min, max, value);
  if (value < sketch_zero_below) {
    zero += times;
    return;
  }
  const std::int32_t index = sketch_bucket(value, scale);
  const auto at = std::lower_bound(
      buckets.begin(), buckets.end(), index,
      [](const Bucket& bucket, std::int32_t wanted) { return bucket.index < wanted; });
  if (at != buckets.end() && at->index == index) {
    at->count += times;
  } else {
    buckets.insert(at, {index, times});
  }
}

Sketch& Sketch::operator+=(const Sketch& other) {
  assert(scale == other.scale);
  n += other.n;
  zero += other.zero;
  negative += other.negative;
  if (other.min && other.max) {
    widen(min, max, *other.min);
    widen(min, max, *other.max);
  }
  std::vector<Bucket> merged;
  merged.reserve(buckets.size() + other.buckets.size());
  auto mine = buckets.begin();
  auto theirs = other.buckets.begin();
  while (mine != buckets.end() || theirs != other.buckets.end()) {
    if (theirs == other.buckets.end() || (mine != buckets.end() && mine->index < theirs->index)) {
      merged.push_back(*mine++);
    } else if (mine == buckets.end() || theirs->index < mine->index) {
      merged.push_back(*theirs++);
    } else {
      merged.push_back({mine->index, mine->count + theirs->count});
      ++mine;
      ++theirs;
    }
  }
  buckets = std::move(merged);
  return *this;
}

std::optional<double> sketch_quantile(const Sketch& sketch, double q) {
  if (sketch.n <= 0) {
    return std::nullopt;
  }
  return at_rank(sketch, static_cast<std::int64_t>(q * static_cast<double>(sketch.n - 1)));
}

QuantileEstimate sketch_interval(const Sketch& sketch, const QuantileOptions& options) {
  QuantileEstimate out;
  out.n = sketch.n;
  out.n_needed = quantile_n_needed(options);
  out.value = sketch_quantile(sketch, options.p);
  if (sketch.n <= 0) {
    return out;
  }
  out.ranks = quantile_ranks(out.n, options);
  out.coverage = out.ranks.coverage;
  if (out.ranks.low) {
    out.bounds.low = at_rank(sketch, *out.ranks.low - 1);
  }
  if (out.ranks.high) {
    out.bounds.high = at_rank(sketch, *out.ranks.high - 1);
  }
  out.status = status_of(out.ranks);
  return out;
}

}  // namespace measured::rules::stats
