#pragma once

#include <cstddef>
#include <span>
#include <vector>

// Small symmetric matrices, row by row: a few dozen rows at most.
namespace measured::rules::stats {

struct Eigen {
  std::vector<double> values;
  std::vector<double> vectors;  // size x size; column e belongs to values[e]
};
// Jacobi's rotations: slow for large matrices, exact to the last digits for ours.
Eigen eigen_of(std::vector<double> matrix, std::size_t size);

// r' R^-1 r for a positive definite R, by Cholesky: the variance that drivers correlated as R
// explain of an outcome that they correlate with as r.
double explained(std::vector<double> matrix, std::span<const double> with_outcome);

}  // namespace measured::rules::stats
