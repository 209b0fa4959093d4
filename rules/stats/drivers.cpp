// Drivers of one survey are correlated with each other: who finds the delivery late finds the price
// high. A regression coefficient then depends on which others are in the model, and the usual
// ranking by coefficients changes with a question more or less. The share of a driver is therefore
// its gain in explained variance averaged over all orders in which it could enter (LMG: Lindeman,
// Merenda and Gold 1980; the Shapley value). It is never negative and the shares sum to R2. Beyond
// twelve drivers the 2^k regressions are too many, and Johnson's relative weights (2000, MBR 35:1)
// take their place; they agree to the second digit on ordinary surveys.
//
// Ranks are refused: of two drivers that resampling cannot separate neither is "first". Refused as
// well are fewer answers than fifteen a driver, constant answers, and drivers that say the same.
#include "rules/stats/drivers.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <random>

#include "rules/stats/symmetric.h"

namespace measured::rules::stats {
namespace {

constexpr double eigenvalue_min = 1e-8;
constexpr double inflation_max = 10.0;
constexpr double steady = 1e-12;

struct Column {
  std::vector<double> values;  // about their mean
  double size = 0;             // root of the sum of squares
  bool varies = false;
};

Column column_of(std::vector<double> values) {
  Column column;
  const double n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double squares = 0;
  double largest = 0;
  for (double& value : values) {
    largest = std::max(largest, std::abs(value));
    value -= mean;
    squares += value * value;
  }
  column.size = std::sqrt(squares);
  column.varies = column.size > steady * std::max(1.0, largest) * std::sqrt(n);
  column.values = std::move(values);
  return column;
}

double correlation(const Column& a, const Column& b) {
  return std::inner_product(a.values.begin(), a.values.end(), b.values.begin(), 0.0) /
         (a.size * b.size);
}

// How much of the outcome the drivers in `chosen` (a bit each) explain together.
double explained_by(const Correlations& correlations, std::uint32_t chosen) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < correlations.drivers(); ++i) {
    if ((chosen >> i & 1U) != 0) {
      places.push_back(i);
    }
  }
  const std::size_t k = correlations.drivers();
  std::vector<double> among;
  std::vector<double> with_outcome;
  for (const std::size_t row : places) {
    with_outcome.push_back(correlations.with_outcome[row]);
    for (const std::size_t column : places) {
      among.push_back(correlations.among[row * k + column]);
    }
  }
  return explained(std::move(among), with_outcome);
}

std::vector<double> lmg_of(const Correlations& correlations) {
  const std::size_t k = correlations.drivers();
  std::vector<double> r2(std::size_t{1} << k);
  for (std::uint32_t chosen = 1; chosen < r2.size(); ++chosen) {
    r2[chosen] = explained_by(correlations, chosen);
  }
  // |S|! (k - 1 - |S|)! / k! by the size of S.
  std::vector<double> share(k);
  for (std::size_t size = 0; size < k; ++size) {
    share[size] = std::exp(std::lgamma(static_cast<double>(size) + 1.0) +
                           std::lgamma(static_cast<double>(k - size)) -
                           std::lgamma(static_cast<double>(k) + 1.0));
  }
  std::vector<double> weights(k);
  for (std::uint32_t without = 0; without < r2.size(); ++without) {
    for (std::size_t j = 0; j < k; ++j) {
      const std::uint32_t own = std::uint32_t{1} << j;
      if ((without & own) == 0) {
        const auto size = static_cast<std::size_t>(std::popcount(without));
        weights[j] += share[size] * (r2[without | own] - r2[without]);
      }
    }
  }
  return weights;
}

// R = V D V', L = V sqrt(D) V', b = L^-1 r; the weights are the squares of L times those of b.
std::vector<double> johnson_of(const Correlations& correlations, const Eigen& eigen) {
  const std::size_t k = correlations.drivers();
  const auto root = [&](std::size_t i, std::size_t j, double power) {
    double sum = 0;
    for (std::size_t e = 0; e < k; ++e) {
      sum += eigen.vectors[i * k + e] * std::pow(eigen.values[e], power) * eigen.vectors[j * k + e];
    }
    return sum;
  };
  std::vector<double> weights(k);
  for (std::size_t j = 0; j < k; ++j) {
    double b = 0;
    for (std::size_t i = 0; i < k; ++i) {
      b += root(j, i, -0.5) * correlations.with_outcome[i];
    }
    for (std::size_t i = 0; i < k; ++i) {
      const double l = root(i, j, 0.5);
      weights[i] += l * l * b * b;
    }
  }
  return weights;
}

DriverWeights refused(const Correlations& correlations, DriverStatus status) {
  DriverWeights out;
  out.status = status;
  out.cases = correlations.cases;
  out.drivers = correlations.drivers();
  return out;
}

bool is_enough(std::size_t cases, std::size_t drivers, const DriverOptions& options) {
  return cases >= std::max(options.cases_min, options.cases_per_driver * drivers);
}

// The weights that tiers compare; none for a resample that cannot be used.
std::optional<std::vector<double>> compared(std::span<const DriverRow> rows) {
  const DriverWeights found = driver_weights(rows, {0, 0, DriverOptions{}.lmg_drivers_max});
  if (found.weights.empty()) {
    return std::nullopt;
  }
  std::vector<double> weights;
  for (const DriverWeight& one : found.weights) {
    weights.push_back(one.lmg.value_or(one.johnson));
  }
  return weights;
}

// Type 7, of values in any order.
double quantile(std::vector<double> values, double p) {
  std::sort(values.begin(), values.end());
  const double place = p * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  return values[below] + (place - static_cast<double>(below)) * (values[above] - values[below]);
}

}  // namespace

std::string_view to_text(DriverStatus status) {
  switch (status) {
    case DriverStatus::ok: return "ok";
    case DriverStatus::too_many_for_lmg: return "too_many_for_lmg";
    case DriverStatus::too_little_data: return "too_little_data";
    case DriverStatus::no_variation: return "no_variation";
    case DriverStatus::singular: return "singular";
  }
  return "too_little_data";
}

std::vector<DriverRow> complete_rows(std::span<const DriverRow> rows) {
  std::vector<DriverRow> complete;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(complete), [](const DriverRow& row) {
    return row.outcome && std::all_of(row.drivers.begin(), row.drivers.end(),
                                      [](const auto& value) { return value.has_value(); });
  });
  return complete;
}

std::optional<Correlations> correlations_of(std::span<const DriverRow> rows) {
  const std::vector<DriverRow> complete = complete_rows(rows);
  if (complete.empty()) {
    return std::nullopt;
  }
  const std::size_t k = complete.front().drivers.size();
  std::vector<Column> columns;
  std::vector<double> values(complete.size());
  for (std::size_t j = 0; j <= k; ++j) {
    for (std::size_t i = 0; i < complete.size(); ++i) {
      values[i] = j < k ? *complete[i].drivers[j] : *complete[i].outcome;
    }
    columns.push_back(column_of(values));
    if (!columns.back().varies) {
      return std::nullopt;
    }
  }
  Correlations out;
  out.cases = complete.size();
  for (std::size_t i = 0; i < k; ++i) {
    for (std::size_t j = 0; j < k; ++j) {
      out.among.push_back(i == j ? 1.0 : correlation(columns[i], columns[j]));
    }
    out.with_outcome.push_back(correlation(columns[i], columns[k]));
  }
  return out;
}

DriverWeights driver_weights(const Correlations& correlations, const DriverOptions& options) {
  const std::size_t k = correlations.drivers();
  if (!is_enough(correlations.cases, k, options)) {
    return refused(correlations, DriverStatus::too_little_data);
  }
  const Eigen eigen = eigen_of(correlations.among, k);
  if (*std::min_element(eigen.values.begin(), eigen.values.end()) < eigenvalue_min) {
    return refused(correlations, DriverStatus::singular);
  }
  const bool exact = k <= options.lmg_drivers_max;
  DriverWeights out =
      refused(correlations, exact ? DriverStatus::ok : DriverStatus::too_many_for_lmg);
  const std::vector<double> lmg = exact ? lmg_of(correlations) : std::vector<double>{};
  const std::vector<double> johnson = johnson_of(correlations, eigen);
  for (std::size_t j = 0; j < k; ++j) {
    DriverWeight weight;
    double inflation = 0;
    double coefficient = 0;
    for (std::size_t i = 0; i < k; ++i) {
      double inverse = 0;
      for (std::size_t e = 0; e < k; ++e) {
        inverse += eigen.vectors[j * k + e] * eigen.vectors[i * k + e] / eigen.values[e];
      }
      inflation += i == j ? inverse : 0.0;
      coefficient += inverse * correlations.with_outcome[i];
    }
    const double simple = correlations.with_outcome[j];
    weight.lmg = exact ? std::optional(lmg[j]) : std::nullopt;
    weight.johnson = johnson[j];
    weight.sign = simple > 0 ? 1 : simple < 0 ? -1 : 0;
    weight.inflation = inflation;
    weight.suppressed = coefficient * simple < 0;
    out.r2 += coefficient * simple;
    out.collinear = out.collinear || inflation > inflation_max;
    out.weights.push_back(weight);
  }
  return out;
}

DriverWeights driver_weights(std::span<const DriverRow> rows, const DriverOptions& options) {
  Correlations sizes;
  sizes.cases = complete_rows(rows).size();
  sizes.with_outcome.resize(rows.empty() ? 0 : rows.front().drivers.size());
  if (sizes.drivers() == 0 || !is_enough(sizes.cases, sizes.drivers(), options)) {
    return refused(sizes, DriverStatus::too_little_data);
  }
  const std::optional<Correlations> correlations = correlations_of(rows);
  return correlations ? driver_weights(*correlations, options)
                      : refused(sizes, DriverStatus::no_variation);
}

std::vector<Resample> resamples_of(std::size_t rows, std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<Resample> resamples(count, Resample(rows));
  for (Resample& resample : resamples) {
    for (std::size_t& place : resample) {
      place = random() % rows;  // the standard's distributions differ between libraries
    }
  }
  return resamples;
}

DriverTiers driver_tiers(std::span<const DriverRow> rows, std::span<const Resample> resamples,
                         double conf) {
  DriverTiers out;
  const std::vector<DriverRow> complete = complete_rows(rows);
  const auto weights = compared(complete);
  if (!weights) {
    return out;
  }
  const std::size_t k = weights->size();
  std::vector<std::vector<double>> drawn(k);  // by driver
  std::vector<DriverRow> sample;
  for (const Resample& resample : resamples) {
    sample.clear();
    for (const std::size_t place : resample) {
      sample.push_back(complete[place]);
    }
    const auto one = compared(sample);
    out.skipped += one ? 0 : 1;
    for (std::size_t j = 0; one && j < k; ++j) {
      drawn[j].push_back((*one)[j]);
    }
  }
  out.used = drawn.front().size();
  const double tail = (1.0 - conf) / 2.0;
  std::vector<std::size_t> order(k);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return (*weights)[a] > (*weights)[b]; });
  out.drivers.resize(k);
  std::size_t leader = order.front();
  int tier = 1;
  for (const std::size_t j : order) {
    std::vector<double> behind;
    for (std::size_t i = 0; i < out.used; ++i) {
      behind.push_back(drawn[leader][i] - drawn[j][i]);
    }
    if (out.used > 0 && quantile(behind, tail) > 0) {
      leader = j;
      ++tier;
    }
    out.drivers[j] = {(*weights)[j], {}, tier};
    if (out.used > 0) {
      out.drivers[j].bounds = {quantile(drawn[j], tail), quantile(drawn[j], 1.0 - tail)};
    }
  }
  return out;
}

}  // namespace measured::rules::stats
