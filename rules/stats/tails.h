#pragma once

#include <cstdint>

// Tail probabilities and quantiles of the distributions that the methods need. Each function is
// defined for every argument, also where the library underneath throws: a tail that no value can
// reach is 0, one that every value reaches is 1. No function here decides anything.
namespace measured::rules::stats {

// The z of a two-sided interval: Phi^-1(1 - (1 - conf) / 2). `conf` in (0, 1).
double normal_z(double conf);

// P(Z <= z) of the standard normal distribution.
double normal_below(double z);

// The t of a two-sided interval with `freedom` > 0 degrees of freedom. `conf` in (0, 1).
double student_t(double conf, double freedom);

// P(|T| >= |t|) of Student's distribution with `freedom` > 0 degrees of freedom.
double student_two_sided(double t, double freedom);

// P(X <= x) and P(X >= x) of `n` >= 0 trials that succeed with probability `p` in [0, 1].
double binomial_at_most(std::int64_t x, std::int64_t n, double p);
double binomial_at_least(std::int64_t x, std::int64_t n, double p);

// The smallest k with P(X <= k) >= `tail`. `tail` in (0, 1).
std::int64_t binomial_quantile(double tail, std::int64_t n, double p);

// P(X <= x) and P(X >= x) of a Poisson count with mean `mean` >= 0.
double poisson_at_most(std::int64_t x, double mean);
double poisson_at_least(std::int64_t x, double mean);

// P(X >= x) of the chi-squared distribution with `freedom` > 0 degrees of freedom.
double chi_squared_at_least(double x, double freedom);

}  // namespace measured::rules::stats
