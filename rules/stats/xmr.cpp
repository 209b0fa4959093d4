// The individuals and moving range chart.
//
// The problem: is this week different, for a measure of which nothing is known but its past? The
// spread is taken from how much neighbours differ (the mean moving range), not from the standard
// deviation of all points: a shift inside the baseline inflates the latter and hides itself. Limits
// are the mean +/- 2.66 mean ranges and 3.268 mean ranges for a single jump, constants that hold
// well beyond the normal distribution (Wheeler and Chambers). The median moving range was refused:
// more robust, but it needs twice the points, and nobody can check it by hand.
//
// The baseline is the first 20 points after a declared change, then frozen. Limits that move with
// every new point follow a slow decline down and never say a word about it; limits that somebody
// re-draws when they hurt say even less. From 12 points on there are provisional limits, since 12
// weeks of silence is long; below that the limits themselves are too uncertain (47 % of stable
// charts give some false signal at 8).
//
// Gaps: a moving range exists between neighbouring periods only. Two values with a month between
// them say nothing about how much one week differs from the next.
//
// Weeks that are alike make runs likely without any change: beyond 1.96 / sqrt(n) of
// autocorrelation in the baseline, rules 2 and 3 are muted and the reader is told so. Rule R stays:
// it concerns one pair.
#include "rules/stats/xmr.h"

#include <algorithm>
#include <cmath>

namespace measured::rules::stats {
namespace {

constexpr double limits_per_range = 2.66;     // 3 / d2, d2 = 1.128 for ranges of two
constexpr double range_limit_factor = 3.268;  // D4 for ranges of two
constexpr double sigma_slack = 1e-9;

struct Ranges {
  double sum = 0;
  std::size_t count = 0;
  double mean() const { return count > 0 ? sum / static_cast<double>(count) : 0.0; }
};

// The moving ranges between neighbours, none larger than `cap`.
Ranges moving_ranges(Series values, std::optional<double> cap) {
  Ranges ranges;
  for (std::size_t i = 1; i < values.size(); ++i) {
    if (!values[i] || !values[i - 1]) {
      continue;
    }
    const double range = std::abs(*values[i] - *values[i - 1]);
    if (!cap || range <= *cap) {
      ranges.sum += range;
      ++ranges.count;
    }
  }
  return ranges;
}

bool is_steady(double spread, double centre) {
  return spread <= 1e-12 * std::max(1.0, std::abs(centre));
}

// Whether the values have so few different levels below the range limit (three or fewer) that the
// mean range is made of rounding.
bool is_chunky(Series baseline, double centre, double range_limit) {
  std::vector<double> sorted;
  for (const std::optional<double>& value : baseline) {
    if (value) {
      sorted.push_back(*value);
    }
  }
  std::sort(sorted.begin(), sorted.end());
  std::optional<double> step;
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    const double gap = sorted[i] - sorted[i - 1];
    if (!is_steady(gap, centre) && (!step || gap < *step)) {
      step = gap;
    }
  }
  return step && std::floor(range_limit / *step + sigma_slack) + 1.0 <= 3.0;
}

double printed(double charted, ChartScale scale) {
  return scale == ChartScale::log ? std::exp(charted) : charted;
}

void set_limits(Series baseline, const XmrOptions& options, double range_mean, XmrSegment& out) {
  const double reach = limits_per_range * range_mean;
  const double range_limit = range_limit_factor * range_mean;
  out.sigma = reach / 3.0;
  out.low = printed(out.level - reach, options.scale);
  out.high = printed(out.level + reach, options.scale);
  if (options.lower && *out.low < *options.lower) {
    out.low.reset();
  }
  if (options.upper && *out.high > *options.upper) {
    out.high.reset();
  }
  out.range_limit = range_limit;
  out.rho = lag_one(baseline, out.level, largest_size(baseline));
  out.autocorrelated = *out.rho > 1.96 / std::sqrt(static_cast<double>(out.baseline));
  if (options.scale == ChartScale::identity) {
    out.chunky = is_chunky(baseline, out.level, range_limit);
  }
}

// Logarithms of what is not above zero are not finite.
bool is_finite(Series values) {
  return std::all_of(values.begin(), values.end(), [](const std::optional<double>& value) {
    return !value || std::isfinite(*value);
  });
}

// The limits of the segment whose values, as charted, are given.
XmrSegment limits_of(Series charted, const XmrOptions& options) {
  const Series baseline = up_to_value(charted, options.chart.baseline_full);
  XmrSegment out;
  out.baseline = present_count(baseline);
  Ranges ranges = moving_ranges(baseline, std::nullopt);
  if (out.baseline < options.chart.baseline_min || ranges.count < chart_pairs_min) {
    return out;
  }
  if (options.screen) {
    ranges = moving_ranges(baseline, range_limit_factor * ranges.mean());
  }
  out.level = mean_of(baseline);
  out.centre = printed(out.level, options.scale);
  out.range_mean = ranges.mean();
  if (is_steady(ranges.mean(), out.level)) {
    out.status = ChartStatus::no_variation;
    return out;
  }
  out.status =
      out.baseline == options.chart.baseline_full ? ChartStatus::firm : ChartStatus::provisional;
  set_limits(baseline, options, ranges.mean(), out);
  return out;
}

std::optional<double> charted(const std::optional<double>& value, ChartScale scale) {
  return value && scale == ChartScale::log ? std::optional(std::log(*value)) : value;
}

// The values as charted; `logarithms` holds them where they are others.
Series all_charted(Series values, ChartScale scale,
                   std::vector<std::optional<double>>& logarithms) {
  if (scale != ChartScale::log) {
    return values;
  }
  logarithms.reserve(values.size());
  for (const std::optional<double>& value : values) {
    logarithms.push_back(charted(value, scale));
  }
  return logarithms;
}

XmrSegment limits_or_refusal(Series charted, const XmrOptions& options) {
  if (options.scale == ChartScale::identity || is_finite(charted)) {
    return limits_of(charted, options);
  }
  XmrSegment refused;
  refused.status = ChartStatus::invalid_log;
  refused.baseline = present_count(up_to_value(charted, options.chart.baseline_full));
  return refused;
}

XmrReading read(const XmrSegment& segment, const std::optional<double>& before,
                const std::optional<double>& value, ChartRules rules, ChartRun& run) {
  XmrReading out;
  if (!value || segment.sigma <= 0) {
    run = {};
    return out;
  }
  if (segment.autocorrelated.value_or(false)) {
    rules.near_limit = false;
    rules.run = false;
  }
  out.point = read_point((*value - segment.level) / segment.sigma, rules, run);
  if (before) {
    const double jump = *value - *before;
    if (std::abs(jump) > *segment.range_limit + sigma_slack * segment.sigma) {
      out.range = jump > 0 ? Side::high : Side::low;
    }
  }
  return out;
}

Latest latest_of(const XmrSegment& segment, double value, const PointReading& reading) {
  switch (segment.status) {
    case ChartStatus::firm:
    case ChartStatus::provisional:
      if (!reading.any()) {
        return Latest::noise;
      }
      return reading.side == Side::high ? Latest::signal_high : Latest::signal_low;
    case ChartStatus::no_variation:
      return is_steady(std::abs(value - segment.level), segment.level) ? Latest::unchanged
                                                                       : Latest::changed;
    case ChartStatus::no_limits:
    case ChartStatus::invalid_log:
    case ChartStatus::too_rare: return Latest::no_limits;
  }
  return Latest::no_limits;
}

// Reads the values of one segment, as charted, and adds what they say to the chart.
void read_segment(Series values, const XmrSegment& segment, const ChartRules& rules,
                  XmrChart& chart) {
  chart.run = {};
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::optional<double> before = i > 0 ? values[i - 1] : std::nullopt;
    const XmrReading reading = read(segment, before, values[i], rules, chart.run);
    append_signals(reading.point, segment.first + i, chart.signals);
    if (reading.range) {
      chart.signals.push_back({segment.first + i, ChartRule::range, *reading.range});
    }
    if (values[i]) {
      chart.latest = latest_of(segment, *values[i], reading.point);
    }
  }
}

}  // namespace

XmrSegment xmr_baseline(Series values, const XmrOptions& options) {
  std::vector<std::optional<double>> logarithms;
  return limits_or_refusal(all_charted(values, options.scale, logarithms), options);
}

XmrChart xmr_chart(Series values, const XmrOptions& options) {
  std::vector<std::optional<double>> logarithms;
  const Series all = all_charted(values, options.scale, logarithms);

  XmrChart chart;
  const std::vector<std::size_t> starts = segment_starts(values.size(), options.chart.breaks);
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const std::size_t end = i + 1 < starts.size() ? starts[i + 1] : values.size();
    const Series part = all.subspan(starts[i], end - starts[i]);
    XmrSegment segment = limits_or_refusal(part, options);
    segment.first = starts[i];
    segment.last = end - 1;
    read_segment(part, segment, options.chart.rules, chart);
    chart.segments.push_back(segment);
  }
  return chart;
}

XmrReading xmr_step(const XmrSegment& segment, const std::optional<double>& before,
                    const std::optional<double>& value, const XmrOptions& options, ChartRun& run) {
  return read(segment, charted(before, options.scale), charted(value, options.scale),
              options.chart.rules, run);
}

}  // namespace measured::rules::stats
