#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "rules/stats/shrink.h"
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

}  // namespace
}  // namespace measured::tests
