#include "rules/stats/series.h"

#include <algorithm>
#include <cmath>

namespace measured::rules::stats {

std::size_t present_count(Series values) {
  std::size_t count = 0;
  for (const std::optional<double>& value : values) {
    count += value ? 1 : 0;
  }
  return count;
}

double largest_size(Series values) {
  double largest = 0;
  for (const std::optional<double>& value : values) {
    largest = std::max(largest, value ? std::abs(*value) : 0.0);
  }
  return largest;
}

double mean_of(Series values) {
  double sum = 0;
  double n = 0;
  for (const std::optional<double>& value : values) {
    if (value) {
      sum += *value;
      n += 1;
    }
  }
  return n > 0 ? sum / n : 0.0;
}

double lag_one(Series values, double centre, double scale) {
  double products = 0;
  double squares = 0;
  std::size_t n = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!values[i]) {
      continue;
    }
    const double step = *values[i] - centre;
    squares += step * step;
    ++n;
    if (i > 0 && values[i - 1]) {
      products += step * (*values[i - 1] - centre);
    }
  }
  return is_rounding(squares, n, scale) ? 0.0 : products / squares;
}

bool is_rounding(double sum_of_squares, std::size_t n, double scale) {
  return sum_of_squares <= 1e-18 * static_cast<double>(n) * std::max(1.0, scale * scale);
}

}  // namespace measured::rules::stats
