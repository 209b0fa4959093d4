#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "rules/stats/bounds.h"

// Which drivers go with an outcome within one survey, and by how much: shares of the variance that
// all of them explain together. Association, never proof: see link_check.h.
namespace measured::rules::stats {

enum class DriverStatus {
  ok,
  too_many_for_lmg,  // Johnson's weights only
  too_little_data,
  no_variation,  // a column is constant
  singular,      // two drivers say the same thing
};
std::string_view to_text(DriverStatus status);

struct DriverOptions {
  std::size_t cases_min = 100;
  std::size_t cases_per_driver = 15;
  std::size_t lmg_drivers_max = 12;  // 2^12 regressions
};

// Correlations among the drivers (row by row) and of each with the outcome, over `cases` answers.
struct Correlations {
  std::size_t cases = 0;
  std::vector<double> among;         // drivers x drivers
  std::vector<double> with_outcome;  // one a driver
  std::size_t drivers() const { return with_outcome.size(); }
};

// One answer: a value for each driver, and the outcome's. A row with a missing value is left out.
struct DriverRow {
  std::vector<std::optional<double>> drivers;
  std::optional<double> outcome;
};
// None where a column is constant over the complete rows.
std::optional<Correlations> correlations_of(std::span<const DriverRow> rows);

// The answers that are complete, in their order.
std::vector<DriverRow> complete_rows(std::span<const DriverRow> rows);

struct DriverWeight {
  std::optional<double> lmg;  // share of the variance: the mean gain over all orders of entry
                              // (Lindeman, Merenda, Gold; Shapley); they sum to r2
  double johnson = 0;         // the same by orthogonal approximation (Johnson 2000)
  int sign = 0;               // of the simple correlation
  double inflation = 1;       // variance inflation factor
  bool suppressed = false;    // its coefficient has the other sign than its correlation
};

struct DriverWeights {
  DriverStatus status = DriverStatus::too_little_data;
  std::size_t cases = 0;
  std::size_t drivers = 0;
  double r2 = 0;                      // with `ok` and `too_many_for_lmg`
  bool collinear = false;             // an inflation above 10
  std::vector<DriverWeight> weights;  // in the order of the drivers; empty where refused
};
DriverWeights driver_weights(const Correlations& correlations, const DriverOptions& options = {});
DriverWeights driver_weights(std::span<const DriverRow> rows, const DriverOptions& options = {});

// Weights with the intervals that resampling the answers gives, and tiers of drivers that can be
// told apart: a driver opens a new tier only if it lies below its tier's first in nearly all
// resamples. Show tiers, not ranks.
struct DriverTier {
  double weight = 0;
  Bounds bounds;
  int tier = 1;  // 1: the strongest
};
struct DriverTiers {
  std::vector<DriverTier>
      drivers;              // in the order of the drivers; empty where the weights are refused
  std::size_t used = 0;     // resamples
  std::size_t skipped = 0;  // those that were constant or singular
};
// A resample is as many places of complete rows as there are of them; `resamples_of` draws some,
// the same for the same seed.
using Resample = std::vector<std::size_t>;
std::vector<Resample> resamples_of(std::size_t rows, std::size_t count, std::uint64_t seed);
DriverTiers driver_tiers(std::span<const DriverRow> rows, std::span<const Resample> resamples,
                         double conf = 0.95);

}  // namespace measured::rules::stats
