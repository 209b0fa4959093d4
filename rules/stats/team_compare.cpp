// Comparing teams without ranking them.
//
// A ranking always has a last place, whether or not anybody is worse: with 200 teams, 95 %
// intervals of the ranks span all 200 (simulated). The question that can be answered is which teams
// chance does not explain. For each size of team there are limits that one team in 500 of equals
// would leave on either side; they are exact binomial quantiles, since many teams are small and the
// normal curve's limits would pass 100 %.
//
// With thousands of cases every team is "different", because teams always differ a little. phi says
// so, and the limits can be widened by the variance between teams (additive, by the method of
// moments), so that only those stand out that differ more than teams ordinarily do.
#include "rules/stats/team_compare.h"

#include <algorithm>
#include <cmath>

#include "rules/stats/tails.h"

namespace measured::rules::stats {
namespace {

using Teams = std::span<const std::optional<RatioCounts>>;

bool has_cases(const std::optional<RatioCounts>& team) {
  return team && ratio_interval(*team).status == RatioStatus::ok;
}

double share_of(const RatioCounts& counts) {
  return static_cast<double>(counts.hits) / static_cast<double>(counts.cases);
}

// How much the teams that are large enough to be judged differ from a centre that they would share.
struct Spread {
  double phi = 0;
  double between = 0;
};

Spread spread_of(Teams teams, double centre, std::int64_t cases_min) {
  double q = 0;
  double weight = 0;
  double weight_squares = 0;
  double count = 0;
  for (const std::optional<RatioCounts>& team : teams) {
    if (has_cases(team) && team->cases >= cases_min) {
      const double own = static_cast<double>(team->cases) / (centre * (1.0 - centre));
      const double off = share_of(*team) - centre;
      q += off * off * own;
      weight += own;
      weight_squares += own * own;
      count += 1;
    }
  }
  const double scale = weight - weight_squares / weight;
  return {q / count, std::max(0.0, (q - (count - 1.0)) / scale)};
}

Bounds limits_of(std::int64_t cases, double centre, double between,
                 const ComparisonOptions& options) {
  const double n = static_cast<double>(cases);
  if (options.allow_for_spread) {
    const double half = normal_z(options.level) * std::sqrt(centre * (1.0 - centre) / n + between);
    return {std::max(0.0, centre - half), std::min(1.0, centre + half)};
  }
  const double tail = (1.0 - options.level) / 2.0;
  return {static_cast<double>(binomial_quantile(tail, cases, centre)) / n,
          static_cast<double>(binomial_quantile(1.0 - tail, cases, centre)) / n};
}

ComparedTeam compared(const RatioCounts& counts, double centre, double between,
                      const ComparisonOptions& options) {
  ComparedTeam out;
  out.share = share_of(counts);
  out.limits = limits_of(counts.cases, centre, between, options);
  out.standing = counts.cases < options.cases_min ? TeamStanding::too_little_data
                 : *out.share < *out.limits.low   ? TeamStanding::below
                 : *out.share > *out.limits.high  ? TeamStanding::above
                                                  : TeamStanding::in_line;
  return out;
}

}  // namespace

std::string_view to_text(TeamStanding standing) {
  switch (standing) {
    case TeamStanding::below: return "below";
    case TeamStanding::above: return "above";
    case TeamStanding::in_line: return "in_line";
    case TeamStanding::too_little_data: return "too_little_data";
    case TeamStanding::no_data: return "no_data";
  }
  return "no_data";
}

std::string_view to_text(ComparisonStatus status) {
  switch (status) {
    case ComparisonStatus::ok: return "ok";
    case ComparisonStatus::no_variation: return "no_variation";
    case ComparisonStatus::too_little_data: return "too_little_data";
  }
  return "too_little_data";
}

Comparison team_compare(Teams teams, const ComparisonOptions& options) {
  Comparison out;
  RatioCounts all;
  std::size_t taking_part = 0;
  for (const std::optional<RatioCounts>& team : teams) {
    if (has_cases(team)) {
      taking_part += team->cases >= options.cases_min ? 1 : 0;
      all.hits += team->hits;
      all.cases += team->cases;
    }
  }
  if (taking_part == 0 || taking_part < options.teams_min) {
    return out;
  }
  const double centre = options.centre.value_or(share_of(all));
  out.centre = centre;
  if (centre <= 0.0 || centre >= 1.0) {
    out.status = ComparisonStatus::no_variation;
    return out;
  }
  const Spread spread = spread_of(teams, centre, options.cases_min);
  out.status = ComparisonStatus::ok;
  out.phi = spread.phi;
  out.variance = spread.between;
  for (const std::optional<RatioCounts>& team : teams) {
    out.teams.push_back(has_cases(team) ? compared(*team, centre, spread.between, options)
                                        : ComparedTeam{});
  }
  return out;
}

}  // namespace measured::rules::stats
