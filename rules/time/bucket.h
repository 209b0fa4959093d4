#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "rules/time/instant.h"
#include "rules/time/zone.h"

namespace measured::rules {

// How time is cut into buckets. Only the fields that a kind names are read.
struct Grain {
  enum class Kind {
    minutes,
    hour,
    day,
    week,
    month,
    quarter,
    year,
    fiscal_year,
    fiscal_quarter,
    fiscal_period
  };
  enum class Pattern { p445, p454, p544 };  // weeks in the three periods of a fiscal quarter
  enum class YearEnd {
    last,
    nearest
  };  // the last such weekday of the month, or the nearest to its end

  Kind kind = Kind::day;
  int minutes = 0;                                        // minutes: 1, 5, 10, 15, 20, 30 or 60
  std::chrono::weekday week_start = std::chrono::Monday;  // week
  int year_start_month = 1;                               // quarter, year
  Pattern pattern = Pattern::p454;                        // fiscal_*
  YearEnd year_end = YearEnd::nearest;                    // fiscal_*
  int year_end_month = 1;                                 // fiscal_*
  std::chrono::weekday year_end_weekday = std::chrono::Saturday;  // fiscal_*

  friend bool operator==(const Grain&, const Grain&) = default;
};

// The half-open bucket that holds `t`, exact through every change of offset.
Interval bucket_of(const Grain& grain, const Zone& zone, Instant t);

// All edges, ascending, from the start of the bucket that holds `from` to the end of the bucket
// that holds the last instant before `to`. Empty when to <= from. Days that never happened do not
// appear.
std::vector<Instant> bucket_edges(const Grain& grain, const Zone& zone, Instant from, Instant to);

// The bucket `steps` buckets after (before, when negative) the one that starts at `start`.
Interval bucket_step(const Grain& grain, const Zone& zone, Instant start, int steps);

// The `n` complete local days before the day of `t`; with `include_current` the day of `t` is one
// of the n and the interval ends at `t`.
Interval rolling_days(const Zone& zone, Instant t, int n, bool include_current);

// How a person names the bucket that starts at `start`: "2026-11-23", "2026-W47", "2026-11",
// "2026-Q4", "2025-11-02T01:00-05:00", "FY2024-P10".
std::string bucket_label(const Grain& grain, const Zone& zone, Instant start);

}  // namespace measured::rules
