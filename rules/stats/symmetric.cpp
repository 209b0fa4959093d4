// Written out rather than taken from a library: two functions, forty lines, and no dependency that
// every reader of the build would have to install. (Golub and Van Loan, Matrix Computations.)
#include "rules/stats/symmetric.h"

#include <cmath>
#include <utility>

namespace measured::rules::stats {
namespace {

constexpr int sweeps_max = 100;

double off_diagonal(const std::vector<double>& matrix, std::size_t size) {
  double sum = 0;
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = 0; j < size; ++j) {
      sum += i == j ? 0.0 : matrix[i * size + j] * matrix[i * size + j];
    }
  }
  return sum;
}

// Makes matrix[p][q] zero.
void rotate(std::vector<double>& matrix, std::vector<double>& vectors, std::size_t size,
            std::size_t p, std::size_t q) {
  const double apq = matrix[p * size + q];
  if (apq == 0.0) {
    return;
  }
  const double theta = (matrix[q * size + q] - matrix[p * size + p]) / (2.0 * apq);
  const double t = (theta >= 0 ? 1.0 : -1.0) / (std::abs(theta) + std::hypot(theta, 1.0));
  const double c = 1.0 / std::hypot(t, 1.0);
  const double s = t * c;
  const auto turn = [c, s](double& a, double& b) {
    const double old = a;
    a = c * old - s * b;
    b = s * old + c * b;
  };
  for (std::size_t i = 0; i < size; ++i) {
    turn(matrix[i * size + p], matrix[i * size + q]);
  }
  for (std::size_t i = 0; i < size; ++i) {
    turn(matrix[p * size + i], matrix[q * size + i]);
  }
  for (std::size_t i = 0; i < size; ++i) {
    turn(vectors[i * size + p], vectors[i * size + q]);
  }
}

}  // namespace

Eigen eigen_of(std::vector<double> matrix, std::size_t size) {
  Eigen out;
  out.vectors.assign(size * size, 0.0);
  for (std::size_t i = 0; i < size; ++i) {
    out.vectors[i * size + i] = 1.0;
  }
  for (int sweep = 0; sweep < sweeps_max && off_diagonal(matrix, size) > 1e-30; ++sweep) {
    for (std::size_t p = 0; p < size; ++p) {
      for (std::size_t q = p + 1; q < size; ++q) {
        rotate(matrix, out.vectors, size, p, q);
      }
    }
  }
  for (std::size_t i = 0; i < size; ++i) {
    out.values.push_back(matrix[i * size + i]);
  }
  return out;
}

double explained(std::vector<double> matrix, std::span<const double> with_outcome) {
  const std::size_t size = with_outcome.size();
  double sum = 0;
  std::vector<double> solved(size);  // L solved = r, and the sum of its squares is r' R^-1 r
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double rest = matrix[i * size + j];
      for (std::size_t m = 0; m < j; ++m) {
        rest -= matrix[i * size + m] * matrix[j * size + m];
      }
      matrix[i * size + j] = i == j ? std::sqrt(rest) : rest / matrix[j * size + j];
    }
    double rest = with_outcome[i];
    for (std::size_t m = 0; m < i; ++m) {
      rest -= matrix[i * size + m] * solved[m];
    }
    solved[i] = rest / matrix[i * size + i];
    sum += solved[i] * solved[i];
  }
  return sum;
}

}  // namespace measured::rules::stats
