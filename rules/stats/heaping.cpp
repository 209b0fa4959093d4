// Gathering at a threshold.
//
// If tickets are closed at 3:59 because the target is four hours, the histogram has a step at four
// hours that no honest process makes. (When England's emergency departments had such a target,
// departures in the last twenty minutes before it rose from 4.7 to 8.4 %: Mason 2012, Ann Emerg
// Med.) The question is what a smooth histogram would have put just inside and just outside; the
// answer comes from the ten outer bins.
//
// A straight line through them is the obvious choice and wrong: honest data in a narrow bell are
// curved at the threshold, and with wide bins a line flags 16 to 100 % of them. So: a quadratic in
// the logarithm of the counts (a bell is exactly that), weighted by the counts, bins of a twentieth
// of the target; honest data then give a sign at most .2 % of the time. Only the split between the
// two inner bins is tested, by an exact binomial tail, and it must be a tenth off as well as
// unlikely.
//
// Rounding does the same without anybody's intent, which is why digits come first.
#include "rules/stats/heaping.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "rules/stats/tails.h"

namespace measured::rules::stats {
namespace {

constexpr std::size_t below = 5;  // the bin under the threshold
constexpr std::size_t above = 6;

// The curve's height in the two inner bins, from the outer ones.
struct Inner {
  double below = 0;
  double above = 0;
};

using Powers = std::array<double, 3>;

Powers powers_at(std::size_t bin) {
  const double x = static_cast<double>(bin) - 5.5;
  return {1.0, x, x * x};
}

// The three coefficients of a weighted least squares curve, from its normal equations: rows of a
// symmetric positive matrix and the right side. Elimination needs no exchange of rows for these.
Powers solved(std::array<std::array<double, 4>, 3> rows) {
  for (std::size_t pivot = 0; pivot < 3; ++pivot) {
    for (std::size_t row = 0; row < 3; ++row) {
      if (row == pivot) {
        continue;
      }
      const double factor = rows[row][pivot] / rows[pivot][pivot];
      for (std::size_t column = pivot; column < 4; ++column) {
        rows[row][column] -= factor * rows[pivot][column];
      }
    }
  }
  return {rows[0][3] / rows[0][0], rows[1][3] / rows[1][1], rows[2][3] / rows[2][2]};
}

Inner smooth_inner(const ThresholdCounts& counts) {
  std::array<std::array<double, 4>, 3> normal{};
  for (std::size_t bin = 0; bin < counts.size(); ++bin) {
    if (bin == below || bin == above) {
      continue;
    }
    const double weight = static_cast<double>(counts[bin]) + 0.5;
    const Powers powers = powers_at(bin);
    for (std::size_t row = 0; row < 3; ++row) {
      for (std::size_t column = 0; column < 3; ++column) {
        normal[row][column] += weight * powers[row] * powers[column];
      }
      normal[row][3] += weight * powers[row] * std::log(weight);
    }
  }
  const Powers curve = solved(normal);
  const auto height = [&](std::size_t bin) {
    const Powers powers = powers_at(bin);
    return std::exp(curve[0] * powers[0] + curve[1] * powers[1] + curve[2] * powers[2]);
  };
  return {height(below), height(above)};
}

}  // namespace

std::string_view to_text(BunchingVerdict verdict) {
  switch (verdict) {
    case BunchingVerdict::bunched: return "bunched";
    case BunchingVerdict::no_sign: return "no_sign";
    case BunchingVerdict::too_little_data: return "too_little_data";
  }
  return "no_sign";
}

std::string_view to_text(DigitVerdict verdict) {
  switch (verdict) {
    case DigitVerdict::heaped: return "heaped";
    case DigitVerdict::no_sign: return "no_sign";
    case DigitVerdict::not_applicable: return "not_applicable";
    case DigitVerdict::too_little_data: return "too_little_data";
  }
  return "no_sign";
}

Bunching bunching(const ThresholdCounts& counts, const BunchingOptions& options) {
  const bool good_below = options.direction == Direction::at_most;
  Bunching out;
  out.inside = counts[good_below ? below : above];
  out.outside = counts[good_below ? above : below];
  const std::int64_t inner = out.inside + out.outside;
  const std::int64_t all = std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
  if (inner < options.inner_min || all - inner < options.outer_min) {
    return out;
  }
  const Inner smooth = smooth_inner(counts);
  const double inside = good_below ? smooth.below : smooth.above;
  out.expected = inside / (smooth.below + smooth.above);
  out.p = binomial_at_least(out.inside, inner, *out.expected);
  out.excess = static_cast<double>(out.inside) / static_cast<double>(inner) - *out.expected;
  const bool bunched = *out.p < options.alpha && *out.excess >= options.excess_min;
  out.verdict = bunched ? BunchingVerdict::bunched : BunchingVerdict::no_sign;
  return out;
}

DigitPreference digit_preference(Series values, const DigitOptions& options) {
  DigitPreference out;
  std::array<double, 10> digits{};
  std::optional<double> lowest;
  std::optional<double> highest;
  for (const std::optional<double>& value : values) {
    if (value) {
      ++out.n;
      digits[static_cast<std::size_t>(std::llround(std::abs(*value)) % 10)] += 1;
      lowest = std::min(lowest.value_or(*value), *value);
      highest = std::max(highest.value_or(*value), *value);
    }
  }
  if (out.n < options.n_min || !lowest) {
    return out;
  }
  if (*highest - *lowest < options.range_min) {
    out.verdict = DigitVerdict::not_applicable;
    return out;
  }
  const double n = static_cast<double>(out.n);
  const double expected = n / 10.0;
  double chi_squared = 0;
  for (const double count : digits) {
    chi_squared += (count - expected) * (count - expected) / expected;
  }
  out.chi_squared = chi_squared;
  out.p = chi_squared_at_least(chi_squared, 9);
  out.whipple = (digits[0] + digits[5]) / n / 0.2;
  const bool heaped = *out.p < options.alpha && *out.whipple >= options.whipple_min;
  out.verdict = heaped ? DigitVerdict::heaped : DigitVerdict::no_sign;
  return out;
}

}  // namespace measured::rules::stats
