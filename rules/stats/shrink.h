#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace measured::rules::stats {

// A team's value with its standard error, in one unit. For shares take the error from the pooled
// share, sqrt(p (1 - p) / n): a team at 100 % is not free of error.
struct TeamEstimate {
  double value = 0;
  double error = 0;
};

enum class ShrinkStatus {
  ok,
  no_difference,    // nothing but chance between the teams: all shrink to the mean
  too_little_data,  // fewer than `teams_min` with an error above 0
};
std::string_view to_text(ShrinkStatus status);

struct ShrunkTeam {
  double weight = 0;     // of the team's own value, 0..1; the rest is the mean's
  double value = 0;      // what to expect of it next time
  double deviation = 0;  // of that expectation
};

struct Shrinkage {
  ShrinkStatus status = ShrinkStatus::too_little_data;
  std::size_t teams = 0;                    // that took part
  std::optional<double> mean, variance, q;  // mean of the teams, variance between them, Cochran's Q
  std::vector<std::optional<ShrunkTeam>>
      shrunk;  // as given; empty when refused, none for those left out
};

// What to expect of each team, when part of the difference between them is chance. Teams without a
// value or with an error of 0 are left out. DerSimonian and Laird 1986, Control Clin Trials 7:177.
Shrinkage shrink(std::span<const std::optional<TeamEstimate>> teams, std::size_t teams_min = 5);

}  // namespace measured::rules::stats
