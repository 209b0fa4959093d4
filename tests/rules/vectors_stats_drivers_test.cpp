#include <cstdint>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "rules/stats/drivers.h"
#include "rules/stats/link_check.h"
#include "tests/support/stats_vectors.h"

namespace measured::tests {
namespace {

namespace json = boost::json;
using namespace measured::rules::stats;

constexpr std::uint64_t seed = 20260105;

std::vector<DriverRow> rows_of(const json::object& input) {
  const json::array& answers = input.at("X").as_array();
  const auto outcomes = optional_numbers(input.at("y"));
  std::vector<DriverRow> rows;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    rows.push_back({optional_numbers(answers[i]), outcomes[i]});
  }
  return rows;
}

Correlations correlations_in(const json::object& input) {
  Correlations out;
  out.cases = input.at("n").to_number<std::size_t>();
  for (const json::value& row : input.at("R").as_array()) {
    for (const double one : numbers(row)) {
      out.among.push_back(one);
    }
  }
  out.with_outcome = numbers(input.at("r"));
  return out;
}

// One value a driver, or null where the weights are refused.
template <class Value>
json::value column(const DriverWeights& weights, Value value) {
  json::array out;
  for (const DriverWeight& weight : weights.weights) {
    out.push_back(json::value(value(weight)));
  }
  return weights.weights.empty() ? json::value(nullptr) : json::value(out);
}

TEST(VectorsStats, Drivers) {
  run_stats_vectors("drivers", [](const StatsCase& vector) -> json::value {
    DriverOptions options;
    options.cases_min = vector.params.at("min_n").to_number<std::size_t>();
    options.cases_per_driver = vector.params.at("per_driver").to_number<std::size_t>();
    options.lmg_drivers_max = vector.params.at("max_k").to_number<std::size_t>();
    const DriverWeights got = vector.input.contains("R")
                                  ? driver_weights(correlations_in(vector.input), options)
                                  : driver_weights(rows_of(vector.input), options);
    const bool told = !got.weights.empty();
    const bool exact = told && got.weights[0].lmg.has_value();
    return {{"status", to_text(got.status)},
            {"n", got.cases},
            {"k", got.drivers},
            {"r2", told ? json::value(got.r2) : json::value(nullptr)},
            {"lmg", exact ? column(got, [](const DriverWeight& one) { return *one.lmg; })
                          : json::value(nullptr)},
            {"johnson", column(got, [](const DriverWeight& one) { return one.johnson; })},
            {"sign", column(got, [](const DriverWeight& one) { return one.sign; })},
            {"vif", column(got, [](const DriverWeight& one) { return one.inflation; })},
            {"collinear", told ? json::value(got.collinear) : json::value(nullptr)},
            {"suppressed", column(got, [](const DriverWeight& one) { return one.suppressed; })}};
  });
}

TEST(VectorsStats, DriverTiers) {
  run_stats_vectors("driver_tiers", [](const StatsCase& vector) -> json::value {
    const std::vector<DriverRow> rows = rows_of(vector.input);
    std::vector<Resample> resamples;
    const json::value& given = vector.input.at("resamples");
    if (given.is_array()) {
      for (const json::value& one : given.as_array()) {
        Resample& resample = resamples.emplace_back();
        for (const json::value& place : one.as_array()) {
          resample.push_back(place.to_number<std::size_t>());
        }
      }
    } else {
      resamples = resamples_of(rows.size(), given.at("random").to_number<std::size_t>(), seed);
    }
    const DriverTiers got = driver_tiers(rows, resamples, number(vector.params.at("conf")));
    json::array weights, low, high, tiers;
    for (const DriverTier& one : got.drivers) {
      weights.push_back(one.weight);
      low.push_back(json_of(one.bounds.low));
      high.push_back(json_of(one.bounds.high));
      tiers.push_back(one.tier);
    }
    return {{"weights", weights}, {"lo", low},        {"hi", high},
            {"tier", tiers},      {"used", got.used}, {"skipped", got.skipped}};
  });
}

std::vector<std::vector<std::optional<double>>> panel_of(const json::value& rows) {
  std::vector<std::vector<std::optional<double>>> panel;
  for (const json::value& row : rows.as_array()) {
    panel.push_back(optional_numbers(row));
  }
  return panel;
}

std::vector<BlockOrder> orders_of(const json::value& permutations, std::size_t blocks) {
  std::vector<BlockOrder> orders;
  if (permutations.is_object()) {
    return block_orders(blocks, permutations.at("random").to_number<std::size_t>(), seed);
  }
  if (permutations.is_array()) {
    for (const json::value& one : permutations.as_array()) {
      BlockOrder& order = orders.emplace_back();
      for (const json::value& block : one.as_array()) {
        order.push_back(block.to_number<std::size_t>());
      }
    }
  }
  return orders;
}

TEST(VectorsStats, LinkCheck) {
  run_stats_vectors("link_check", [](const StatsCase& vector) -> json::value {
    const auto whole = [&](const char* name) {
      return vector.params.at(name).to_number<std::size_t>();
    };
    LinkOptions options;
    options.lag_max = whole("max_lag");
    options.block = whole("block");
    options.teams_min = whole("min_teams");
    options.periods_min = whole("min_periods");
    options.pairs_min = whole("min_pairs");
    options.alpha = number(vector.params.at("alpha"));
    options.r_min = number(vector.params.at("min_r"));
    options.expected_sign = vector.params.at("expected_sign").to_number<int>();
    const auto measure = panel_of(vector.input.at("x"));
    const auto outcome = panel_of(vector.input.at("y"));
    const std::size_t blocks = (measure[0].size() + options.block - 1) / options.block;
    const LinkCheck got =
        link_check(measure, outcome, options, orders_of(vector.params.at("permutations"), blocks));
    json::array r;
    for (const std::optional<double>& one : got.r) {
      r.push_back(json_of(one));
    }
    return {{"verdict", to_text(got.verdict)},
            {"teams", got.teams},
            {"periods", got.periods},
            {"pairs0", got.pairs},
            {"r", got.r.empty() ? json::value(nullptr) : json::value(r)},
            {"best_lag", got.lag ? json::value(*got.lag) : json::value(nullptr)},
            {"best_r", json_of(got.strongest)},
            {"p", json_of(got.p)},
            {"crit", json_of(got.critical)},
            {"n_perm", got.orders > 0 ? json::value(got.orders) : json::value(nullptr)}};
  });
}

}  // namespace
}  // namespace measured::tests
