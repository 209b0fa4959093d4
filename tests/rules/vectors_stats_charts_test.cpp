#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "rules/stats/rate_chart.h"
#include "rules/stats/xmr.h"
#include "tests/support/stats_vectors.h"

namespace measured::tests {
namespace {

namespace json = boost::json;
using namespace measured::rules::stats;

json::value json_of_flag(const std::optional<bool>& value) {
  return value ? json::value(*value) : json::value(nullptr);
}

std::vector<std::size_t> breaks_of(const json::object& params) {
  std::vector<std::size_t> breaks;
  for (const json::value& at : params.at("breaks").as_array()) {
    breaks.push_back(at.to_number<std::size_t>());
  }
  return breaks;
}

ChartOptions options_of(const json::object& params, const std::vector<std::size_t>& breaks) {
  ChartOptions options;
  options.baseline_full = params.at("baseline_n").to_number<std::size_t>();
  options.baseline_min = params.at("min_baseline").to_number<std::size_t>();
  options.breaks = breaks;
  options.rules = {false, false, false};
  for (const json::value& rule : params.at("rules").as_array()) {
    options.rules.outside |= rule.to_number<int>() == 1;
    options.rules.near_limit |= rule.to_number<int>() == 2;
    options.rules.run |= rule.to_number<int>() == 3;
  }
  return options;
}

json::array json_of_signals(const std::vector<Signal>& signals) {
  json::array out;
  for (const Signal& signal : signals) {
    out.push_back(
        {{"i", signal.index}, {"rule", to_text(signal.rule)}, {"side", to_text(signal.side)}});
  }
  return out;
}

TEST(VectorsStats, Xmr) {
  run_stats_vectors("xmr", [](const StatsCase& vector) -> json::value {
    const std::vector<std::size_t> breaks = breaks_of(vector.params);
    XmrOptions options;
    options.chart = options_of(vector.params, breaks);
    options.scale =
        vector.params.at("scale").as_string() == "log" ? ChartScale::log : ChartScale::identity;
    options.lower = number_or_none(vector.params.at("lower"));
    options.upper = number_or_none(vector.params.at("upper"));
    options.screen = vector.params.at("screen").as_bool();
    const XmrChart got = xmr_chart(optional_numbers(vector.input.at("values")), options);
    json::array segments;
    for (const XmrSegment& segment : got.segments) {
      segments.push_back({{"from", segment.first},
                          {"to", segment.last},
                          {"status", to_text(segment.status)},
                          {"n_base", segment.baseline},
                          {"center", json_of(segment.centre)},
                          {"mr_bar", json_of(segment.range_mean)},
                          {"lnpl", json_of(segment.low)},
                          {"unpl", json_of(segment.high)},
                          {"url", json_of(segment.range_limit)},
                          {"rho", json_of(segment.rho)},
                          {"autocorrelated", json_of_flag(segment.autocorrelated)},
                          {"chunky", json_of_flag(segment.chunky)}});
    }
    return {{"segments", segments},
            {"signals", json_of_signals(got.signals)},
            {"latest", to_text(got.latest)}};
  });
}

RateOptions rate_options_of(const json::object& params, const std::vector<std::size_t>& breaks) {
  RateOptions options;
  options.chart = options_of(params, breaks);
  const json::string& prime = params.at("prime").as_string();
  options.spread = prime == "off"  ? Spread::counting
                   : prime == "on" ? Spread::measured
                                   : Spread::widen_only;
  return options;
}

json::value json_of_chart(const RateChart& chart) {
  json::array segments;
  for (const RateSegment& segment : chart.segments) {
    segments.push_back({{"from", segment.first},
                        {"to", segment.last},
                        {"status", to_text(segment.status)},
                        {"n_base", segment.baseline},
                        {"center", json_of(segment.centre)},
                        {"sigma_z", json_of(segment.sigma_z)},
                        {"k", json_of(segment.widening)},
                        {"under", json_of_flag(segment.under)},
                        {"rho", json_of(segment.rho)},
                        {"autocorrelated", json_of_flag(segment.autocorrelated)}});
  }
  json::array low;
  json::array high;
  for (const Bounds& limits : chart.limits) {
    low.push_back(json_of(limits.low));
    high.push_back(json_of(limits.high));
  }
  return {{"segments", segments},
          {"lo", low},
          {"hi", high},
          {"signals", json_of_signals(chart.signals)},
          {"latest", to_text(chart.latest)}};
}

TEST(VectorsStats, PChart) {
  run_stats_vectors("p_chart", [](const StatsCase& vector) -> json::value {
    const json::array& hits = vector.input.at("x").as_array();
    const json::array& cases = vector.input.at("n").as_array();
    std::vector<std::optional<RatioCounts>> periods(hits.size());
    for (std::size_t i = 0; i < hits.size(); ++i) {
      if (!hits[i].is_null() && !cases[i].is_null()) {
        periods[i] =
            RatioCounts{hits[i].to_number<std::int64_t>(), cases[i].to_number<std::int64_t>()};
      }
    }
    const std::vector<std::size_t> breaks = breaks_of(vector.params);
    return json_of_chart(p_chart(periods, rate_options_of(vector.params, breaks)));
  });
}

TEST(VectorsStats, UChart) {
  run_stats_vectors("u_chart", [](const StatsCase& vector) -> json::value {
    const json::array& counts = vector.input.at("count").as_array();
    const json::array& exposures = vector.input.at("exposure").as_array();
    std::vector<std::optional<EventCounts>> periods(counts.size());
    for (std::size_t i = 0; i < counts.size(); ++i) {
      if (!counts[i].is_null() && !exposures[i].is_null()) {
        periods[i] = EventCounts{counts[i].to_number<std::int64_t>(), number(exposures[i])};
      }
    }
    const std::vector<std::size_t> breaks = breaks_of(vector.params);
    return json_of_chart(u_chart(periods, rate_options_of(vector.params, breaks)));
  });
}

}  // namespace
}  // namespace measured::tests
