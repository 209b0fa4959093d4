#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "rules/stats/chart.h"
#include "rules/stats/series.h"

// The chart for single values a period (counts, means, sums): individuals and moving range.
namespace measured::rules::stats {

enum class ChartScale { identity, log };

struct XmrOptions {
  ChartOptions chart;
  ChartScale scale = ChartScale::identity;  // log: for values that vary by factors; all must be > 0
  // The possible range of the measure. A limit outside of it is withheld (none); the rules still
  // use it.
  std::optional<double> lower, upper;
  bool screen = false;  // drop moving ranges above their limit once before the limits are computed
};

// One segment between two declared changes, and its limits in the unit of the measure. `range_mean`
// and `range_limit` are in that unit too, or differences of logarithms on a log scale. Everything
// but `status` and `baseline` is none where there are no limits; `centre` and `range_mean` are also
// given with `no_variation`.
struct XmrSegment {
  std::size_t first = 0;
  std::size_t last = 0;  // inclusive
  ChartStatus status = ChartStatus::no_limits;
  std::size_t baseline = 0;  // points the limits rest on
  std::optional<double> centre, low, high;
  std::optional<double> range_mean, range_limit;
  std::optional<double> rho;  // autocorrelation of the baseline from one period to the next
  std::optional<bool> autocorrelated;  // periods are alike: rules 2 and 3 are not read as signals
  std::optional<bool> chunky;          // the values have too few steps for the limits to mean much
  double level = 0;                    // the centre as charted (its logarithm on a log scale)
  double sigma = 0;                    // as charted; 0 without limits
  friend bool operator==(const XmrSegment&, const XmrSegment&) = default;
};

struct XmrChart {
  std::vector<XmrSegment> segments;
  std::vector<Signal> signals;  // by index, then 1, 2, 3, R
  Latest latest = Latest::no_data;
  ChartRun run;  // after the newest period, for xmr_step
};

// The whole chart of a series. Refuses by status, never by throwing: an empty series has no
// segments and says `no_data`. The limits of a `firm` segment depend on its baseline alone,
// whatever comes later.
XmrChart xmr_chart(Series values, const XmrOptions& options = {});

// The limits alone of a series without breaks, as its chart would have them.
XmrSegment xmr_baseline(Series values, const XmrOptions& options = {});

// What one further period adds to a `firm` segment, in constant time and the same as charting the
// whole series again. `before` is the period before it (for rule R), none for a gap. Moves `run`
// on.
struct XmrReading {
  PointReading point;
  std::optional<Side> range;  // rule R, and the direction of the jump
};
XmrReading xmr_step(const XmrSegment& segment, const std::optional<double>& before,
                    const std::optional<double>& value, const XmrOptions& options, ChartRun& run);

}  // namespace measured::rules::stats
