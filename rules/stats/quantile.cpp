// How sure is a percentile?
//
// Durations have long tails, so neither their mean nor any interval built on a normal distribution
// is to be trusted. Order statistics need no assumption: how many of n values lie below the
// population's p-quantile is Binomial(n, p), whatever the distribution, so two order statistics
// bracket it with a chance that can be computed exactly (Hahn and Meeker). The price is that small
// samples have no such pair: a median needs 6 values, a 95th percentile 72, and we say so rather
// than invent an upper bound. A bootstrap was refused: for high percentiles it can only return
// values it has seen, and never warns.
#include "rules/stats/quantile.h"

#include <algorithm>
#include <cmath>

#include "rules/stats/tails.h"

namespace measured::rules::stats {

std::string_view to_text(QuantileStatus status) {
  switch (status) {
    case QuantileStatus::ok: return "ok";
    case QuantileStatus::no_data: return "no_data";
    case QuantileStatus::one_sided: return "one_sided";
    case QuantileStatus::unbounded: return "unbounded";
  }
  return "no_data";
}

QuantileStatus status_of(const QuantileRanks& ranks) {
  if (ranks.low && ranks.high) {
    return QuantileStatus::ok;
  }
  return ranks.low || ranks.high ? QuantileStatus::one_sided : QuantileStatus::unbounded;
}

QuantileRanks quantile_ranks(std::int64_t n, const QuantileOptions& options) {
  const double tail = (1.0 - options.conf) / 2.0;
  const std::int64_t low = binomial_quantile(tail, n, options.p);
  const std::int64_t high = binomial_quantile(1.0 - tail, n, options.p) + 1;
  QuantileRanks ranks;
  if (low >= 1) {
    ranks.low = low;
    ranks.coverage -= binomial_at_most(low - 1, n, options.p);
  }
  if (high <= n) {
    ranks.high = high;
    ranks.coverage -= binomial_at_least(high, n, options.p);
  }
  return ranks;
}

std::int64_t quantile_n_needed(const QuantileOptions& options) {
  const double tail = (1.0 - options.conf) / 2.0;
  const double rarer = std::max(options.p, 1.0 - options.p);
  // The bound is there once rarer^n <= tail; start below it, for the logarithms are rounded.
  auto n =
      std::max<std::int64_t>(1, static_cast<std::int64_t>(std::log(tail) / std::log(rarer)) - 1);
  for (;;) {
    const QuantileRanks ranks = quantile_ranks(n, options);
    if (ranks.low && ranks.high) {
      return n;
    }
    ++n;
  }
}

double quantile_of(std::span<const double> sorted, double p) {
  const double place = p * static_cast<double>(sorted.size() - 1);
  const auto below = std::min(sorted.size() - 1, static_cast<std::size_t>(place));
  const auto above = std::min(sorted.size() - 1, below + 1);
  const double part = place - static_cast<double>(below);
  return sorted[below] + part * (sorted[above] - sorted[below]);
}

QuantileEstimate quantile_interval(std::span<const double> sorted, const QuantileOptions& options) {
  QuantileEstimate out;
  out.n = static_cast<std::int64_t>(sorted.size());
  out.n_needed = quantile_n_needed(options);
  if (sorted.empty()) {
    return out;
  }
  out.value = quantile_of(sorted, options.p);
  out.ranks = quantile_ranks(out.n, options);
  out.coverage = out.ranks.coverage;
  if (out.ranks.low) {
    out.bounds.low = sorted[static_cast<std::size_t>(*out.ranks.low - 1)];
  }
  if (out.ranks.high) {
    out.bounds.high = sorted[static_cast<std::size_t>(*out.ranks.high - 1)];
  }
  out.status = status_of(out.ranks);
  return out;
}

TargetVerdict quantile_target(const QuantileEstimate& estimate, Direction direction, double target,
                              std::int64_t n_min) {
  if (estimate.n <= 0) {
    return TargetVerdict::no_data;
  }
  if (estimate.n < n_min) {
    return TargetVerdict::too_early;
  }
  return compare(estimate.bounds, direction, target);
}

}  // namespace measured::rules::stats
