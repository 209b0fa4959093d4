#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "rules/stats/heaping.h"
#include "rules/stats/integrity.h"
#include "rules/stats/survey.h"
#include "tests/support/stats_vectors.h"

namespace measured::tests {
namespace {

namespace json = boost::json;
using namespace measured::rules::stats;
using rules::Better;
using rules::Direction;

std::int64_t whole(const json::value& value) {
  return value.to_number<std::int64_t>();
}

Direction direction_of(const json::value& value) {
  return value.as_string() == "at_least" ? Direction::at_least : Direction::at_most;
}

Better better_of(const json::value& value) {
  return value.as_string() == "up" ? Better::higher : Better::lower;
}

std::optional<double> optional_param(const StatsCase& vector, std::string_view name) {
  const json::value* value = vector.params.if_contains(name);
  return value == nullptr ? std::nullopt : number_or_none(*value);
}

template <class Value>
json::value json_of_any(const std::optional<Value>& value) {
  return value ? json::value(*value) : json::value(nullptr);
}

NpsCounts nps_counts(const json::object& counts) {
  return {whole(counts.at("promoters")), whole(counts.at("passives")),
          whole(counts.at("detractors"))};
}

RatioChangeOptions change_options(const json::object& params) {
  return {number(params.at("conf")), whole(params.at("min_n")), number(params.at("min_effect"))};
}

TEST(VectorsStats, Nps) {
  run_stats_vectors("nps", [](const StatsCase& vector) -> json::value {
    const Nps got = nps(nps_counts(vector.input), number(vector.params.at("conf")));
    json::value verdict = nullptr;
    if (const std::optional<double> target = optional_param(vector, "target")) {
      verdict = to_text(nps_target(got, direction_of(vector.params.at("direction")), *target,
                                   whole(vector.params.at("min_n"))));
    }
    return {{"status", to_text(got.status)},
            {"n", got.n},
            {"nps", json_of(got.score)},
            {"moe_simple", json_of(got.margin_simple)},
            {"lo", json_of(got.bounds.low)},
            {"hi", json_of(got.bounds.high)},
            {"verdict", verdict}};
  });
}

TEST(VectorsStats, NpsChange) {
  run_stats_vectors("nps_change", [](const StatsCase& vector) -> json::value {
    const NpsChange got =
        nps_change(nps_counts(vector.input.at("before").as_object()),
                   nps_counts(vector.input.at("after").as_object()), change_options(vector.params));
    return {{"verdict", to_text(got.verdict)},
            {"diff", json_of(got.difference)},
            {"lo", json_of(got.bounds.low)},
            {"hi", json_of(got.bounds.high)}};
  });
}

TEST(VectorsStats, ScaleScore) {
  run_stats_vectors("scale_score", [](const StatsCase& vector) -> json::value {
    std::vector<LevelCount> counts;
    for (const json::key_value_pair& one : vector.input.at("counts").as_object()) {
      counts.push_back({std::stoi(std::string(one.key())), whole(one.value())});
    }
    const auto level = [&](std::string_view name) {
      return vector.params.at(name).to_number<int>();
    };
    const ScaleScore got = scale_score(counts, {level("min"), level("max"), level("top_min")},
                                       number(vector.params.at("conf")));
    return {{"status", to_text(got.status)},
            {"n", got.n},
            {"top", json_of_any(got.top)},
            {"share", json_of(got.share)},
            {"lo", json_of(got.share_bounds.low)},
            {"hi", json_of(got.share_bounds.high)},
            {"mean", json_of(got.mean)},
            {"sd", json_of(got.deviation)},
            {"mean_lo", json_of(got.mean_bounds.low)},
            {"mean_hi", json_of(got.mean_bounds.high)}};
  });
}

TEST(VectorsStats, Response) {
  run_stats_vectors("response", [](const StatsCase& vector) -> json::value {
    const ResponseCounts counts{whole(vector.input.at("invited")),
                                whole(vector.input.at("undelivered")),
                                whole(vector.input.at("responded"))};
    const Response got =
        response(counts, number_or_none(vector.input.at("score")), optional_param(vector, "target"),
                 number(vector.params.at("scale_min")), number(vector.params.at("scale_max")),
                 number(vector.params.at("conf")));
    return {{"status", to_text(got.status)},
            {"rate", json_of(got.rate)},
            {"lo", json_of(got.rate_bounds.low)},
            {"hi", json_of(got.rate_bounds.high)},
            {"needed", json_of(got.needed)},
            {"gap", json_of(got.gap)},
            {"bound_lo", json_of(got.score_bounds.low)},
            {"bound_hi", json_of(got.score_bounds.high)},
            {"verdict", got.verdict ? json::value(to_text(*got.verdict)) : json::value(nullptr)}};
  });
}

TEST(VectorsStats, ResponseDrop) {
  run_stats_vectors("response_drop", [](const StatsCase& vector) -> json::value {
    const auto wave = [&](std::string_view name) {
      const json::object& object = vector.input.at(name).as_object();
      return SurveyWave{whole(object.at("delivered")), nps_counts(object)};
    };
    const ResponseDrop got = response_drop(
        wave("ref"), wave("now"),
        {number(vector.params.at("conf_rate")), number(vector.params.at("conf_score")),
         number(vector.params.at("min_drop")), whole(vector.params.at("min_n"))});
    return {{"verdict", to_text(got.verdict)},
            {"rate_diff", json_of(got.rate.difference)},
            {"rate_lo", json_of(got.rate.bounds.low)},
            {"rate_hi", json_of(got.rate.bounds.high)},
            {"score_diff", json_of(got.score.difference)},
            {"score_lo", json_of(got.score.bounds.low)},
            {"score_hi", json_of(got.score.bounds.high)}};
  });
}

TEST(VectorsStats, SelectionSkew) {
  run_stats_vectors("selection_skew", [](const StatsCase& vector) -> json::value {
    std::vector<Segment> segments;
    const json::array& surveyed = vector.input.at("surveyed").as_array();
    const json::array& eligible = vector.input.at("eligible").as_array();
    for (std::size_t i = 0; i < surveyed.size(); ++i) {
      segments.push_back({whole(surveyed[i]), whole(eligible[i])});
    }
    const SelectionSkew got = selection_skew(
        segments,
        {number(vector.params.at("alpha")), number(vector.params.at("psi")),
         number(vector.params.at("psi_strong")), number(vector.params.at("min_expected"))});
    return {{"verdict", to_text(got.verdict)}, {"chi2", json_of(got.chi_squared)},
            {"df", json_of_any(got.freedom)},  {"p", json_of(got.p)},
            {"psi", json_of(got.psi)},         {"k_used", json_of_any(got.segments)}};
  });
}

TEST(VectorsStats, RevisionBias) {
  run_stats_vectors("revision_bias", [](const StatsCase& vector) -> json::value {
    const RevisionBias got = revision_bias(
        optional_numbers(vector.input.at("first")), optional_numbers(vector.input.at("now")),
        better_of(vector.params.at("good")), optional_param(vector, "target"),
        {vector.params.at("min_revisions").to_number<std::size_t>(),
         number(vector.params.at("alpha"))});
    return {{"verdict", to_text(got.verdict)},
            {"buckets", got.buckets},
            {"revised", got.revised},
            {"better", got.better},
            {"worse", got.worse},
            {"p", json_of(got.p)},
            {"mean_shift", json_of(got.mean_shift)},
            {"flips_to_met", got.flips_to_met},
            {"flips_to_missed", got.flips_to_missed}};
  });
}

TEST(VectorsStats, Exclusions) {
  run_stats_vectors("exclusions", [](const StatsCase& vector) -> json::value {
    const auto counts = [&](std::string_view name) {
      const json::object& object = vector.input.at(name).as_object();
      return Excluded{whole(object.at("excluded")), whole(object.at("total"))};
    };
    const Exclusions got =
        exclusions(counts("ref"), counts("now"), whole(vector.input.at("met")),
                   optional_param(vector, "target"), change_options(vector.params));
    return {{"verdict", to_text(got.verdict)},       {"share_ref", json_of(got.share_reference)},
            {"share_now", json_of(got.share_now)},   {"lo", json_of(got.bounds.low)},
            {"hi", json_of(got.bounds.high)},        {"rate", json_of(got.rate)},
            {"rate_worst", json_of(got.rate_worst)}, {"flips", json_of_any(got.flips)}};
  });
}

TEST(VectorsStats, Divergence) {
  run_stats_vectors("divergence", [](const StatsCase& vector) -> json::value {
    const TrendOptions options{number(vector.params.at("conf")),
                               vector.params.at("min_n").to_number<std::size_t>()};
    const Divergence got = divergence(optional_numbers(vector.input.at("measure")),
                                      better_of(vector.params.at("measure_good")),
                                      optional_numbers(vector.input.at("outcome")),
                                      better_of(vector.params.at("outcome_good")), options);
    return {{"verdict", to_text(got.verdict)},
            {"measure_trend", to_text(got.measure)},
            {"outcome_trend", to_text(got.outcome)}};
  });
}

TEST(VectorsStats, Bunching) {
  run_stats_vectors("bunching", [](const StatsCase& vector) -> json::value {
    ThresholdCounts counts{};
    const json::array& bins = vector.input.at("counts").as_array();
    EXPECT_EQ(bins.size(), counts.size()) << vector.id;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      counts[i] = whole(bins.at(i));
    }
    const Bunching got = bunching(
        counts, {direction_of(vector.params.at("direction")), whole(vector.params.at("min_n")),
                 whole(vector.params.at("min_fit")), number(vector.params.at("alpha")),
                 number(vector.params.at("min_excess"))});
    return {
        {"verdict", to_text(got.verdict)}, {"a", got.inside},     {"b", got.outside},
        {"pi", json_of(got.expected)},     {"p", json_of(got.p)}, {"excess", json_of(got.excess)}};
  });
}

TEST(VectorsStats, DigitPreference) {
  run_stats_vectors("digit_preference", [](const StatsCase& vector) -> json::value {
    const DigitPreference got = digit_preference(
        optional_numbers(vector.input.at("values")),
        {vector.params.at("min_n").to_number<std::size_t>(), number(vector.params.at("min_range")),
         number(vector.params.at("alpha")), number(vector.params.at("min_whipple"))});
    return {{"verdict", to_text(got.verdict)},
            {"n", got.n},
            {"chi2", json_of(got.chi_squared)},
            {"p", json_of(got.p)},
            {"whipple", json_of(got.whipple)}};
  });
}

}  // namespace
}  // namespace measured::tests
