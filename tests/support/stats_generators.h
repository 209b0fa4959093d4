#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

// clang-format off
#include <gtest/gtest.h>  // before RapidCheck's glue to it
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
// clang-format on

#include "rules/stats/rate_chart.h"
#include "rules/stats/ratio.h"

// Inputs for the properties of rules/stats. All but `uniform` and `measurement` may be called only
// inside a property: they draw as they go.
namespace measured::tests {

using namespace measured::rules::stats;

// Any number of [from, until) alike. RapidCheck's own inRange starts with the smallest ones, which
// for us are all the same degenerate sample.
template <class Number>
rc::Gen<Number> uniform(Number from, Number until) {
  return rc::gen::resize(rc::kNominalSize, rc::gen::inRange<Number>(from, until));
}

// Hundredths, so that values tie now and then and print shortly.
inline rc::Gen<double> measurement() {
  return rc::gen::map(uniform(-200000, 200000), [](int cents) { return cents / 100.0; });
}

inline std::vector<double> some_values(std::size_t from, std::size_t until) {
  const auto size = *uniform(from, until);
  return *rc::gen::container<std::vector<double>>(size, measurement());
}

// A series in which every tenth period or so is missing.
inline std::vector<std::optional<double>> some_series(std::size_t from, std::size_t until) {
  std::vector<std::optional<double>> series;
  for (const double value : some_values(from, until)) {
    const bool missing = *uniform(0, 10) == 0;
    series.push_back(missing ? std::nullopt : std::optional(value));
  }
  return series;
}

inline RatioCounts some_counts(std::int64_t cases_from, std::int64_t cases_until) {
  const auto cases = *uniform(cases_from, cases_until);
  return {*uniform<std::int64_t>(0, cases + 1), cases};
}

inline std::vector<std::optional<RatioCounts>> some_shares(std::size_t from, std::size_t until) {
  std::vector<std::optional<RatioCounts>> periods(*uniform(from, until));
  for (std::optional<RatioCounts>& period : periods) {
    if (*uniform(0, 10) != 0) {
      period = some_counts(1, 200);
    }
  }
  return periods;
}

inline std::vector<std::optional<EventCounts>> some_events(std::size_t from, std::size_t until) {
  std::vector<std::optional<EventCounts>> periods(*uniform(from, until));
  for (std::optional<EventCounts>& period : periods) {
    if (*uniform(0, 10) != 0) {
      period = EventCounts{*uniform<std::int64_t>(0, 40), *uniform(1, 100) / 10.0};
    }
  }
  return periods;
}

// A target on a grid of a thousandth, between 0 and 1.
inline RatioTarget some_target() {
  RatioTarget target;
  target.direction = *rc::gen::element(rules::Direction::at_least, rules::Direction::at_most);
  target.target = *uniform(1, 1000) / 1000.0;
  target.basis = *rc::gen::element(Basis::process, Basis::census);
  target.closed = *rc::gen::arbitrary<bool>();
  return target;
}

inline bool close(double a, double b) {
  return std::abs(a - b) <= 1e-9 * std::max({1.0, std::abs(a), std::abs(b)});
}

}  // namespace measured::tests
