// The only file of this folder that includes Boost.Math: it costs two seconds to compile, and its
// distribution classes have two traps that are avoided by never using them for counts.
//
// `quantile(binomial)` rounds outwards by default (58 where R says 59), and `cdf(binomial, -1)`
// throws instead of answering 0. Both tails of a count are incomplete beta and gamma functions, so
// we call those: they name the tail that is meant, keep full relative precision in it (1 - cdf
// would not), and the ends are handled here in plain sight. A quantile of a count is then a search
// on the exact tail, started from the normal approximation; it is right by construction, whatever
// the start.
#include "rules/stats/tails.h"

#include <algorithm>
#include <cmath>

#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/erf.hpp>
#include <boost/math/special_functions/gamma.hpp>

namespace measured::rules::stats {

double normal_z(double conf) {
  return std::sqrt(2.0) * boost::math::erfc_inv(1.0 - conf);
}

double normal_below(double z) {
  return 0.5 * std::erfc(-z / std::sqrt(2.0));
}

double student_t(double conf, double freedom) {
  const boost::math::students_t distribution(freedom);
  return boost::math::quantile(boost::math::complement(distribution, (1.0 - conf) / 2.0));
}

double student_two_sided(double t, double freedom) {
  const boost::math::students_t distribution(freedom);
  return 2.0 * boost::math::cdf(boost::math::complement(distribution, std::abs(t)));
}

double binomial_at_most(std::int64_t x, std::int64_t n, double p) {
  if (x < 0) {
    return 0.0;
  }
  if (x >= n || p <= 0.0) {
    return 1.0;
  }
  if (p >= 1.0) {
    return 0.0;
  }
  return boost::math::ibetac(static_cast<double>(x + 1), static_cast<double>(n - x), p);
}

double binomial_at_least(std::int64_t x, std::int64_t n, double p) {
  if (x <= 0) {
    return 1.0;
  }
  if (x > n || p <= 0.0) {
    return 0.0;
  }
  if (p >= 1.0) {
    return 1.0;
  }
  return boost::math::ibeta(static_cast<double>(x), static_cast<double>(n - x + 1), p);
}

std::int64_t binomial_quantile(double tail, std::int64_t n, double p) {
  const double trials = static_cast<double>(n);
  const double z = normal_z(std::abs(2.0 * tail - 1.0)) * (tail < 0.5 ? -1.0 : 1.0);
  const double guess = trials * p + z * std::sqrt(trials * p * (1.0 - p));
  auto k = static_cast<std::int64_t>(std::clamp(guess, 0.0, trials));
  while (k > 0 && binomial_at_most(k - 1, n, p) >= tail) {
    --k;
  }
  while (k < n && binomial_at_most(k, n, p) < tail) {
    ++k;
  }
  return k;
}

double poisson_at_most(std::int64_t x, double mean) {
  if (x < 0) {
    return 0.0;
  }
  return mean <= 0.0 ? 1.0 : boost::math::gamma_q(static_cast<double>(x + 1), mean);
}

double poisson_at_least(std::int64_t x, double mean) {
  if (x <= 0) {
    return 1.0;
  }
  return mean <= 0.0 ? 0.0 : boost::math::gamma_p(static_cast<double>(x), mean);
}

double chi_squared_at_least(double x, double freedom) {
  return x <= 0.0 ? 1.0 : boost::math::gamma_q(freedom / 2.0, x / 2.0);
}

}  // namespace measured::rules::stats
