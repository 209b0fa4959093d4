#pragma once

#include <cstddef>
#include <optional>
#include <span>

// Small measurements on a series of periods. Index 0 is the oldest; none is a period without a
// value.
namespace measured::rules::stats {

using Series = std::span<const std::optional<double>>;

// How many periods have a value, and the largest of their absolute values (0 when there are none).
std::size_t present_count(Series values);
double largest_size(Series values);

// The series up to its n-th value; all of it when there are not so many. What a baseline covers.
template <class Period>
std::span<const std::optional<Period>> up_to_value(std::span<const std::optional<Period>> periods,
                                                   std::size_t n) {
  std::size_t seen = 0;
  for (std::size_t i = 0; i < periods.size(); ++i) {
    seen += periods[i] ? 1 : 0;
    if (seen == n) {
      return periods.first(i + 1);
    }
  }
  return periods;
}

// The mean of the values present, to rounding; 0 when there are none.
double mean_of(Series values);

// Autocorrelation from one period to the next: the sum of products of neighbours about `centre`
// over the sum of squares. Neighbours with a gap between them do not count. 0 when the series does
// not vary beyond the rounding of numbers of size `scale`. In [-1, 1] for a series about its own
// mean.
double lag_one(Series values, double centre, double scale);

// Whether a sum of `n` squares about a mean is no more than the rounding of numbers of size
// `scale`.
bool is_rounding(double sum_of_squares, std::size_t n, double scale);

}  // namespace measured::rules::stats
