#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include "rules/stats/series.h"

namespace measured::rules::stats {

enum class WeekdayStatus {
  ok,
  not_applicable,   // fewer than two weekdays have values
  too_little_data,  // some weekday that has values has fewer than `weeks_min`
  no_variation,
  invalid,  // a factor was asked for and a weekday's mean is not above zero
};
std::string_view to_text(WeekdayStatus status);

enum class WeekdayMode { additive, multiplicative };

struct WeekdayOptions {
  std::size_t weeks_min = 4;
  double alpha = 0.01;  // how surprising the differences must be before anything is touched
  WeekdayMode mode = WeekdayMode::additive;
};

struct WeekdayAdjustment {
  WeekdayStatus status = WeekdayStatus::not_applicable;
  std::optional<double> h;  // Kruskal-Wallis
  std::optional<int> freedom;
  std::optional<double> p;
  bool adjust = false;  // whether the weekday matters; the two below are empty if not
  // Monday first; in the measure's unit (additive) or a factor. None for days without values.
  std::array<std::optional<double>, 7> effects;
  std::vector<std::optional<double>> adjusted;  // the series without the effects
};

// Whether days of the week differ and, only if they do, the daily series without that difference.
// Weekly buckets need none of this and are to be preferred. `first` is the weekday of index 0.
// Kruskal and Wallis 1952, with the correction for ties.
WeekdayAdjustment weekday_adjust(Series days, std::chrono::weekday first,
                                 const WeekdayOptions& options = {});

}  // namespace measured::rules::stats
