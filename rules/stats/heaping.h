#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "rules/model/measure.h"
#include "rules/stats/series.h"

// Values that gather where they should not: just inside a threshold, or on round figures.
// Questions, as in integrity.h.
namespace measured::rules::stats {

// How many cases fell into each of twelve equal bins around a threshold, ascending; six on each
// side. For an at_most target the upper edge of a bin belongs to it, so a case exactly on the
// target is inside.
using ThresholdCounts = std::array<std::int64_t, 12>;

enum class BunchingVerdict { bunched, no_sign, too_little_data };
std::string_view to_text(BunchingVerdict verdict);

struct BunchingOptions {
  Direction direction = Direction::at_most;  // which side of the threshold is good
  std::int64_t inner_min = 30;               // cases next to the threshold
  std::int64_t outer_min = 100;              // cases the smooth curve rests on
  double alpha = 0.001;
  double excess_min = 0.10;  // share beyond the expected one
};

struct Bunching {
  BunchingVerdict verdict = BunchingVerdict::too_little_data;
  std::int64_t inside = 0;         // in the good bin next to the threshold
  std::int64_t outside = 0;        // in the bad one
  std::optional<double> expected;  // share inside that a smooth spread would give
  std::optional<double> p;
  std::optional<double> excess;  // share inside less the expected one
};

// Whether cases that would just have missed were made to just meet. Values recorded in round steps
// (every half hour) look the same: check digit_preference first, or leave exact multiples out of
// the counts.
Bunching bunching(const ThresholdCounts& counts, const BunchingOptions& options = {});

enum class DigitVerdict {
  heaped,  // rounded to fives and tens: too coarse to judge near a threshold
  no_sign,
  not_applicable,  // the values span too little for last digits to be even
  too_little_data,
};
std::string_view to_text(DigitVerdict verdict);

struct DigitOptions {
  std::size_t n_min = 100;
  double range_min = 30;
  double alpha = 0.001;
  double whipple_min = 1.5;
};

struct DigitPreference {
  DigitVerdict verdict = DigitVerdict::too_little_data;
  std::size_t n = 0;
  std::optional<double> chi_squared;  // nine degrees of freedom
  std::optional<double> p;
  std::optional<double> whipple;  // share of last digits 0 and 5 over the fifth they should be
};

// Whether whole values end in 0 and 5 too often. The last digit is that of the value's size.
DigitPreference digit_preference(Series values, const DigitOptions& options = {});

}  // namespace measured::rules::stats
