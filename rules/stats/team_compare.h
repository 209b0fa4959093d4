#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "rules/stats/bounds.h"
#include "rules/stats/ratio.h"

namespace measured::rules::stats {

enum class TeamStanding {
  below,
  above,
  in_line,          // chance explains the difference
  too_little_data,  // fewer cases than `cases_min`
  no_data,
};
std::string_view to_text(TeamStanding standing);

enum class ComparisonStatus { ok, no_variation, too_little_data };
std::string_view to_text(ComparisonStatus status);

struct ComparisonOptions {
  std::optional<double> centre;  // share to compare with; none: that of all teams together
  double level = 0.998;          // how many equal teams stay inside their limits
  std::int64_t cases_min = 10;
  std::size_t teams_min = 5;
  bool allow_for_spread = false;  // widen the limits by the ordinary difference between teams
};

struct ComparedTeam {
  TeamStanding standing = TeamStanding::no_data;
  std::optional<double> share;
  Bounds limits;  // of the share of a team of this size that is like all others
};

struct Comparison {
  ComparisonStatus status = ComparisonStatus::too_little_data;
  std::optional<double> centre;
  std::optional<double> phi;        // mean squared z; above 2, teams differ by more than chance
  std::optional<double> variance;   // between teams
  std::vector<ComparedTeam> teams;  // as given; empty when refused
};

// Which teams differ from all others by more than chance: a funnel plot's limits, never a ranking.
// (Spiegelhalter 2005, Stat Med 24:1185.) Refused under `teams_min` teams with cases, or at a
// centre of 0 or 1.
Comparison team_compare(std::span<const std::optional<RatioCounts>> teams,
                        const ComparisonOptions& options = {});

}  // namespace measured::rules::stats
