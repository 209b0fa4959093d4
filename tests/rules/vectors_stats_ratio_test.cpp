#include <cstdint>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "rules/stats/mean.h"
#include "rules/stats/ratio.h"
#include "tests/support/stats_vectors.h"

namespace measured::tests {
namespace {

namespace json = boost::json;
using namespace measured::rules::stats;
using rules::Direction;

std::int64_t whole(const json::value& value) {
  return value.to_number<std::int64_t>();
}

Direction direction_of(const json::value& value) {
  return value.as_string() == "at_least" ? Direction::at_least : Direction::at_most;
}

json::value json_of_count(const std::optional<std::int64_t>& value) {
  return value ? json::value(*value) : json::value(nullptr);
}

TEST(VectorsStats, RatioInterval) {
  run_stats_vectors("ratio_interval", [](const StatsCase& vector) -> json::value {
    const RatioCounts counts{whole(vector.input.at("x")), whole(vector.input.at("n"))};
    const RatioInterval got = ratio_interval(counts, number(vector.params.at("conf")));
    return {{"status", to_text(got.status)},
            {"p", json_of(got.share)},
            {"lo", json_of(got.bounds.low)},
            {"hi", json_of(got.bounds.high)}};
  });
}

TEST(VectorsStats, RatioTarget) {
  run_stats_vectors("ratio_target", [](const StatsCase& vector) -> json::value {
    const RatioCounts counts{whole(vector.input.at("x")), whole(vector.input.at("n"))};
    RatioTarget target;
    target.direction = direction_of(vector.params.at("direction"));
    target.target = number(vector.params.at("target"));
    target.basis =
        vector.params.at("basis").as_string() == "census" ? Basis::census : Basis::process;
    target.closed = vector.params.at("closed").as_bool();
    if (const json::value* expected = vector.input.if_contains("expected_n")) {
      target.expected_cases = whole(*expected);
    }
    target.conf = number(vector.params.at("conf"));
    target.conf_open = number(vector.params.at("conf_open"));
    target.cases_min = whole(vector.params.at("min_n"));
    const RatioVerdict got = ratio_target(counts, target);
    return {{"verdict", to_text(got.verdict)},
            {"reason", to_text(got.reason)},
            {"p", json_of(got.share)},
            {"lo", json_of(got.bounds.low)},
            {"hi", json_of(got.bounds.high)},
            {"conf_used", json_of(got.conf_used)},
            {"sure", got.sure},
            {"n_needed", json_of_count(got.cases_needed)}};
  });
}

TEST(VectorsStats, RatioChange) {
  run_stats_vectors("ratio_change", [](const StatsCase& vector) -> json::value {
    const RatioCounts earlier{whole(vector.input.at("x1")), whole(vector.input.at("n1"))};
    const RatioCounts later{whole(vector.input.at("x2")), whole(vector.input.at("n2"))};
    RatioChangeOptions options;
    options.conf = number(vector.params.at("conf"));
    options.cases_min = whole(vector.params.at("min_n"));
    options.effect_min = number(vector.params.at("min_effect"));
    const RatioChange got = ratio_change(earlier, later, options);
    return {{"verdict", to_text(got.verdict)},
            {"diff", json_of(got.difference)},
            {"lo", json_of(got.bounds.low)},
            {"hi", json_of(got.bounds.high)}};
  });
}

Moments moments_of_input(const json::object& input) {
  if (const json::value* values = input.if_contains("values")) {
    return moments_of(numbers(*values));
  }
  Moments all;
  for (const json::value& part : input.at("parts").as_array()) {
    all += Moments{whole(part.at("n")), number(part.at("mean")), number(part.at("m2"))};
  }
  return all;
}

TEST(VectorsStats, MeanTarget) {
  run_stats_vectors("mean_target", [](const StatsCase& vector) -> json::value {
    MeanOptions options;
    options.conf = number(vector.params.at("conf"));
    options.n_min = whole(vector.params.at("min_n"));
    options.skewness = number_or_none(vector.params.at("skew_ref"));
    const MeanEstimate got = mean_interval(moments_of_input(vector.input), options);
    json::value verdict = nullptr;
    if (const json::value* target = vector.params.if_contains("target")) {
      verdict =
          to_text(mean_target(got, direction_of(vector.params.at("direction")), number(*target)));
    }
    return {{"status", to_text(got.status)},
            {"n", got.n},
            {"mean", json_of(got.mean)},
            {"sd", json_of(got.deviation)},
            {"se", json_of(got.standard_error)},
            {"lo", json_of(got.bounds.low)},
            {"hi", json_of(got.bounds.high)},
            {"min_n_used", got.n_min},
            {"verdict", verdict}};
  });
}

}  // namespace
}  // namespace measured::tests
