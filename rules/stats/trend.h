#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "rules/model/measure.h"
#include "rules/stats/bounds.h"
#include "rules/stats/series.h"

// Whether a series moves, how fast, and where its level will be at a date.
namespace measured::rules::stats {

enum class TrendVerdict { rising, falling, no_clear_trend, too_little_data };
std::string_view to_text(TrendVerdict verdict);

struct TrendOptions {
  double conf = 0.95;      // in (0, 1)
  std::size_t n_min = 12;  // periods with a value; at least 5
};

struct Trend {
  TrendVerdict verdict = TrendVerdict::too_little_data;
  std::size_t n = 0;
  // None when there is too little data.
  std::optional<std::int64_t> s;    // Kendall's: rising pairs less falling pairs
  std::optional<double> variance;   // of s, corrected for ties
  std::optional<double> rho;        // autocorrelation allowed for, in [0, 0.9]
  std::optional<double> inflation;  // of the variance by it
  std::optional<double> z, p;
  std::optional<double> slope;      // unit per period: the median of all slopes between two periods
  std::optional<double> intercept;  // level at index 0
  Bounds slope_bounds;              // a missing bound is beyond every slope seen
};

// Mann-Kendall test and Theil-Sen slope, allowing for periods that are alike.
// (Mann 1945; Sen 1968; Gilbert 1987.)
Trend trend_of(Series values, const TrendOptions& options = {});

enum class ProjectionVerdict {
  on_course,
  off_course,
  too_early,  // the band covers the target
  too_little_data,
  past,     // the date lies before the newest period
  too_far,  // further ahead than `horizon_max` of the periods observed
};
std::string_view to_text(ProjectionVerdict verdict);

struct ProjectionTarget {
  Direction direction = Direction::at_least;
  double target = 0;
  double index = 0;  // of the target's date, in periods from index 0 of the series
};

struct ProjectionOptions {
  TrendOptions trend;
  double horizon_max = 0.5;            // share of the observed span that may be looked ahead
  std::optional<double> lower, upper;  // the possible range of the measure
};

struct Projection {
  ProjectionVerdict verdict = ProjectionVerdict::too_little_data;
  TrendVerdict trend = TrendVerdict::too_little_data;
  std::optional<double> level_now, projected;  // the level, never a single period; inside the range
  Bounds bounds;                               // of `projected`
};

// Where the level will be at the target's date if it goes on as it has.
Projection project(Series values, const ProjectionTarget& target,
                   const ProjectionOptions& options = {});

}  // namespace measured::rules::stats
