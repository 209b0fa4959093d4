#include <cstdint>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "rules/stats/shrink.h"
#include "rules/stats/team_compare.h"
#include "tests/support/stats_vectors.h"

namespace measured::tests {
namespace {

namespace json = boost::json;
using namespace measured::rules::stats;

TEST(VectorsStats, Shrink) {
  run_stats_vectors("shrink", [](const StatsCase& vector) -> json::value {
    const auto values = optional_numbers(vector.input.at("est"));
    const auto errors = optional_numbers(vector.input.at("se"));
    std::vector<std::optional<TeamEstimate>> teams(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (values[i] && errors[i]) {
        teams[i] = TeamEstimate{*values[i], *errors[i]};
      }
    }
    const Shrinkage got = shrink(teams, vector.params.at("min_teams").to_number<std::size_t>());
    const auto column = [&](double ShrunkTeam::*field) -> json::value {
      if (got.shrunk.empty()) {
        return nullptr;
      }
      json::array out;
      for (const std::optional<ShrunkTeam>& team : got.shrunk) {
        out.push_back(team ? json::value((*team).*field) : json::value(nullptr));
      }
      return out;
    };
    return {{"status", to_text(got.status)},
            {"k", got.teams},
            {"mu", json_of(got.mean)},
            {"tau2", json_of(got.variance)},
            {"q", json_of(got.q)},
            {"weight", column(&ShrunkTeam::weight)},
            {"shrunk", column(&ShrunkTeam::value)},
            {"sd", column(&ShrunkTeam::deviation)}};
  });
}

TEST(VectorsStats, TeamCompare) {
  run_stats_vectors("team_compare", [](const StatsCase& vector) -> json::value {
    const json::array& hits = vector.input.at("x").as_array();
    const json::array& cases = vector.input.at("n").as_array();
    std::vector<std::optional<RatioCounts>> teams(hits.size());
    for (std::size_t i = 0; i < hits.size(); ++i) {
      if (!hits[i].is_null() && !cases[i].is_null()) {
        teams[i] =
            RatioCounts{hits[i].to_number<std::int64_t>(), cases[i].to_number<std::int64_t>()};
      }
    }
    ComparisonOptions options;
    options.centre = number_or_none(vector.params.at("center"));
    options.level = number(vector.params.at("level"));
    options.cases_min = vector.params.at("min_n").to_number<std::int64_t>();
    options.teams_min = vector.params.at("min_teams").to_number<std::size_t>();
    options.allow_for_spread = vector.params.at("overdispersion").as_string() == "additive";
    const Comparison got = team_compare(teams, options);
    json::value compared = nullptr;
    if (got.status == ComparisonStatus::ok) {
      json::array list;
      for (const ComparedTeam& team : got.teams) {
        list.push_back({{"p", json_of(team.share)},
                        {"lim_lo", json_of(team.limits.low)},
                        {"lim_hi", json_of(team.limits.high)},
                        {"verdict", to_text(team.standing)}});
      }
      compared = list;
    }
    return {{"status", to_text(got.status)},
            {"center", json_of(got.centre)},
            {"phi", json_of(got.phi)},
            {"tau2", json_of(got.variance)},
            {"teams", compared}};
  });
}

}  // namespace
}  // namespace measured::tests
