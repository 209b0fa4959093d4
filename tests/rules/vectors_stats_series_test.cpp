#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "rules/stats/change.h"
#include "rules/stats/quantile.h"
#include "rules/stats/sketch.h"
#include "rules/stats/trend.h"
#include "rules/stats/weekday.h"
#include "tests/support/stats_vectors.h"

namespace measured::tests {
namespace {

namespace json = boost::json;
using namespace measured::rules::stats;
using rules::Direction;

Direction direction_of(const json::value& value) {
  return value.as_string() == "at_least" ? Direction::at_least : Direction::at_most;
}

template <class Number>
json::value json_of_whole(const std::optional<Number>& value) {
  return value ? json::value(*value) : json::value(nullptr);
}

json::array json_of_numbers(const std::vector<std::optional<double>>& values) {
  json::array out;
  for (const std::optional<double>& value : values) {
    out.push_back(json_of(value));
  }
  return out;
}

TEST(VectorsStats, QuantileInterval) {
  run_stats_vectors("quantile_interval", [](const StatsCase& vector) -> json::value {
    std::vector<double> values = numbers(vector.input.at("values"));
    std::sort(values.begin(), values.end());
    const QuantileOptions options{number(vector.params.at("p")), number(vector.params.at("conf"))};
    const QuantileEstimate got = quantile_interval(values, options);
    json::value verdict = nullptr;
    if (const json::value* target = vector.params.if_contains("target")) {
      verdict =
          to_text(quantile_target(got, direction_of(vector.params.at("direction")), number(*target),
                                  vector.params.at("min_n").to_number<std::int64_t>()));
    }
    return {{"status", to_text(got.status)},
            {"n", got.n},
            {"value", json_of(got.value)},
            {"lo", json_of(got.bounds.low)},
            {"hi", json_of(got.bounds.high)},
            {"lo_rank", json_of_whole(got.ranks.low)},
            {"hi_rank", json_of_whole(got.ranks.high)},
            {"coverage", json_of(got.coverage)},
            {"n_needed", got.n_needed},
            {"verdict", verdict}};
  });
}

Sketch sketch_of(const std::vector<double>& values, int scale) {
  Sketch sketch;
  sketch.scale = scale;
  for (const double value : values) {
    sketch.add(value);
  }
  return sketch;
}

TEST(VectorsStats, Sketch) {
  run_stats_vectors("sketch", [](const StatsCase& vector) -> json::value {
    const int scale = vector.params.at("scale").to_number<int>();
    Sketch got = sketch_of({}, scale);
    std::vector<double> exact;
    json::array parts;
    if (const json::value* values = vector.input.if_contains("values")) {
      parts.push_back(*values);
    } else {
      parts = vector.input.at("parts").as_array();
    }
    for (const json::value& part : parts) {
      got += sketch_of(numbers(part), scale);
      for (const double value : numbers(part)) {
        if (value >= 0) {
          exact.push_back(value);
        }
      }
    }
    std::sort(exact.begin(), exact.end());
    json::array estimates;
    json::array truth;
    for (const double q : numbers(vector.params.at("q"))) {
      estimates.push_back(json_of(sketch_quantile(got, q)));
      truth.push_back(
          exact.empty()
              ? json::value(nullptr)
              : json::value(
                    exact[static_cast<std::size_t>(q * static_cast<double>(exact.size() - 1))]));
    }
    json::array bins;
    for (const Sketch::Bucket& bucket : got.buckets) {
      bins.push_back(json::array{bucket.index, bucket.count});
    }
    return {{"n", got.n},
            {"zero", got.zero},
            {"negative", got.negative},
            {"min", json_of(got.min)},
            {"max", json_of(got.max)},
            {"bins", bins},
            {"est", estimates},
            {"exact", truth},
            {"alpha", sketch_error(scale)}};
  });
}

TEST(VectorsStats, WeekdayAdjust) {
  run_stats_vectors("weekday_adjust", [](const StatsCase& vector) -> json::value {
    WeekdayOptions options;
    options.weeks_min = vector.params.at("min_weeks").to_number<std::size_t>();
    options.alpha = number(vector.params.at("alpha"));
    options.mode = vector.params.at("mode").as_string() == "additive" ? WeekdayMode::additive
                                                                      : WeekdayMode::multiplicative;
    const auto first = vector.input.at("first_weekday").to_number<unsigned>();  // 0 is Monday
    const std::vector<std::optional<double>> days = optional_numbers(vector.input.at("values"));
    const WeekdayAdjustment got =
        weekday_adjust(days, std::chrono::Monday + std::chrono::days(first), options);
    json::value effects = nullptr;
    json::value adjusted = nullptr;
    if (got.adjust) {
      effects = json_of_numbers({got.effects.begin(), got.effects.end()});
      adjusted = json_of_numbers(got.adjusted);
    }
    return {
        {"status", to_text(got.status)}, {"H", json_of(got.h)},  {"df", json_of_whole(got.freedom)},
        {"p", json_of(got.p)},           {"adjust", got.adjust}, {"effects", effects},
        {"adjusted", adjusted}};
  });
}

TrendOptions trend_options_of(const json::object& params) {
  return {number(params.at("conf")), params.at("min_n").to_number<std::size_t>()};
}

TEST(VectorsStats, Trend) {
  run_stats_vectors("trend", [](const StatsCase& vector) -> json::value {
    const Trend got =
        trend_of(optional_numbers(vector.input.at("values")), trend_options_of(vector.params));
    return {{"verdict", to_text(got.verdict)},
            {"n", got.n},
            {"S", json_of_whole(got.s)},
            {"var_s", json_of(got.variance)},
            {"rho_star", json_of(got.rho)},
            {"inflation", json_of(got.inflation)},
            {"z", json_of(got.z)},
            {"p", json_of(got.p)},
            {"slope", json_of(got.slope)},
            {"slope_lo", json_of(got.slope_bounds.low)},
            {"slope_hi", json_of(got.slope_bounds.high)},
            {"intercept", json_of(got.intercept)}};
  });
}

TEST(VectorsStats, Projection) {
  run_stats_vectors("projection", [](const StatsCase& vector) -> json::value {
    const json::object& params = vector.params;
    const ProjectionTarget target{direction_of(params.at("direction")), number(params.at("target")),
                                  number(params.at("target_index"))};
    ProjectionOptions options;
    options.trend = trend_options_of(params);
    options.horizon_max = number(params.at("max_horizon"));
    options.lower = number_or_none(params.at("lower"));
    options.upper = number_or_none(params.at("upper"));
    const Projection got = project(optional_numbers(vector.input.at("values")), target, options);
    return {{"verdict", to_text(got.verdict)},     {"level_now", json_of(got.level_now)},
            {"projected", json_of(got.projected)}, {"lo", json_of(got.bounds.low)},
            {"hi", json_of(got.bounds.high)},      {"trend", to_text(got.trend)}};
  });
}

TEST(VectorsStats, ChangeP) {
  run_stats_vectors("change_p", [](const StatsCase& vector) -> json::value {
    std::vector<std::size_t> wanted;
    for (const json::value& window : vector.params.at("windows").as_array()) {
      wanted.push_back(window.to_number<std::size_t>());
    }
    ChangeOptions options;
    options.baseline_min = vector.params.at("min_baseline").to_number<std::size_t>();
    options.windows = wanted;
    const Change got = change_p(optional_numbers(vector.input.at("baseline")),
                                optional_numbers(vector.input.at("recent")), options);
    json::value windows = nullptr;
    json::value chances = nullptr;
    if (got.status == ChangeStatus::ok) {
      windows = json::array{};
      chances = json::array{};
      for (const ChangeWindow& window : got.windows) {
        windows.as_array().push_back(window.periods);
        chances.as_array().push_back(window.p);
      }
    }
    return {{"status", to_text(got.status)}, {"p", json_of(got.p)}, {"effect", json_of(got.effect)},
            {"rho_star", json_of(got.rho)},  {"windows", windows},  {"p_windows", chances}};
  });
}

TEST(VectorsStats, Fdr) {
  run_stats_vectors("fdr", [](const StatsCase& vector) -> json::value {
    const Discoveries got =
        false_discoveries(optional_numbers(vector.input.at("p")), number(vector.params.at("q")));
    json::array notable;
    for (const bool one : got.notable) {
      notable.push_back(json::value(one));
    }
    return {{"m", got.tests}, {"adjusted", json_of_numbers(got.adjusted)}, {"notable", notable}};
  });
}

}  // namespace
}  // namespace measured::tests
