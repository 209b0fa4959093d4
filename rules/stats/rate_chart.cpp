// Charts for counts.
//
// The spread of a share is known from the number of cases alone: sqrt(p (1 - p) / n). A chart of
// the bare percentages (xmr) would ignore that and call every thin week a signal. The classical p
// chart has the opposite fault: with thousands of cases its limits are so narrow that the ordinary
// difference between weeks is "outside" all the time. Laney (2002, Quality Eng 14:531) scales each
// period by its own standard error and measures how much those z values move from period to period
// (sigma_z); limits are widened by it. By default we only ever widen: a sigma_z below one from
// twenty points is mostly luck, and where it is not (below .5), data that vary less than counting
// allows are a question to ask (`under`), no reason for tighter limits.
//
// Thin periods: at an expected count of .3 the three-sigma limit alone is crossed by chance in 3.7
// % of periods. Rule 1 therefore also needs the exact binomial or Poisson tail to be at most .005.
// Transformations (arcsine, square root) were refused: nobody can read the result back.
//
// Events rarer than one a period are refused rather than charted; time between events (g and t
// charts) would do, but asks for another kind of data. The remedy told is a longer period.
#include "rules/stats/rate_chart.h"

#include <algorithm>
#include <cmath>

#include "rules/stats/series.h"
#include "rules/stats/tails.h"

namespace measured::rules::stats {
namespace {

constexpr double d2 = 1.128;  // mean range of two values in standard deviations
constexpr double rare_enough = 0.005;
constexpr double under_limit = 0.5;
constexpr std::size_t under_points_min = 20;
constexpr double spread_slack = 1e-9;

enum class Law { binomial, poisson };

// A period in the form both laws share: a count among cases, or during an exposure.
struct Period {
  std::int64_t count = 0;
  double size = 0;
  double rate() const { return static_cast<double>(count) / size; }
};
using Periods = std::span<const std::optional<Period>>;

std::optional<Period> period_of(const std::optional<RatioCounts>& counts) {
  if (!counts || counts->cases <= 0 || counts->hits < 0 || counts->hits > counts->cases) {
    return std::nullopt;
  }
  return Period{counts->hits, static_cast<double>(counts->cases)};
}

std::optional<Period> period_of(const std::optional<EventCounts>& counts) {
  if (!counts || counts->count < 0 || !(counts->exposure > 0)) {
    return std::nullopt;
  }
  return Period{counts->count, counts->exposure};
}

template <class Counts>
std::vector<std::optional<Period>> periods_of(std::span<const std::optional<Counts>> counts) {
  std::vector<std::optional<Period>> periods;
  periods.reserve(counts.size());
  for (const std::optional<Counts>& one : counts) {
    periods.push_back(period_of(one));
  }
  return periods;
}

double standard_error(Law law, double centre, double size) {
  const double variance = law == Law::binomial ? centre * (1.0 - centre) : centre;
  return std::sqrt(variance / size);
}

double standardised(Law law, double centre, const Period& period) {
  return (period.rate() - centre) / standard_error(law, centre, period.size);
}

bool is_rare(Law law, double centre, const Period& period, Side side) {
  double tail = 0;
  if (law == Law::binomial) {
    const auto cases = static_cast<std::int64_t>(period.size);
    tail = side == Side::high ? binomial_at_least(period.count, cases, centre)
                              : binomial_at_most(period.count, cases, centre);
  } else {
    const double mean = centre * period.size;
    tail = side == Side::high ? poisson_at_least(period.count, mean)
                              : poisson_at_most(period.count, mean);
  }
  return tail <= rare_enough;
}

bool has_limits(const RateSegment& segment) {
  return segment.status == ChartStatus::firm || segment.status == ChartStatus::provisional;
}

struct Totals {
  std::size_t points = 0;
  std::size_t pairs = 0;  // neighbours
  double count = 0;
  double size = 0;
};

Totals totals_of(Periods baseline) {
  Totals totals;
  for (std::size_t i = 0; i < baseline.size(); ++i) {
    if (baseline[i]) {
      ++totals.points;
      totals.count += static_cast<double>(baseline[i]->count);
      totals.size += baseline[i]->size;
      totals.pairs += i > 0 && baseline[i - 1] ? 1 : 0;
    }
  }
  return totals;
}

double mean_range(Series values) {
  double sum = 0;
  double pairs = 0;
  for (std::size_t i = 1; i < values.size(); ++i) {
    if (values[i] && values[i - 1]) {
      sum += std::abs(*values[i] - *values[i - 1]);
      pairs += 1;
    }
  }
  return sum / pairs;
}

double widening_of(Spread spread, double sigma_z) {
  switch (spread) {
    case Spread::counting: return 1.0;
    case Spread::measured: return sigma_z;
    case Spread::widen_only: return std::max(1.0, sigma_z);
  }
  return 1.0;
}

RateSegment limits_of(Law law, Periods periods, const RateOptions& options) {
  const Periods baseline = up_to_value(periods, options.chart.baseline_full);
  const Totals totals = totals_of(baseline);
  RateSegment out;
  out.baseline = totals.points;
  if (totals.points < options.chart.baseline_min || totals.pairs < chart_pairs_min) {
    return out;
  }
  const double centre = totals.count / totals.size;
  out.centre = centre;
  if (law == Law::poisson && totals.count < static_cast<double>(totals.points)) {
    out.status = ChartStatus::too_rare;
    return out;
  }
  if (law == Law::binomial && (totals.count <= 0 || totals.count >= totals.size)) {
    out.status = ChartStatus::no_variation;
    return out;
  }
  std::vector<std::optional<double>> z(baseline.size());
  for (std::size_t i = 0; i < baseline.size(); ++i) {
    if (baseline[i]) {
      z[i] = standardised(law, centre, *baseline[i]);
    }
  }
  const double sigma_z = mean_range(z) / d2;
  const double widening = widening_of(options.spread, sigma_z);
  if (widening <= spread_slack) {
    out.status = ChartStatus::no_variation;
    return out;
  }
  out.status =
      totals.points == options.chart.baseline_full ? ChartStatus::firm : ChartStatus::provisional;
  out.sigma_z = sigma_z;
  out.widening = widening;
  out.under = sigma_z < under_limit && totals.points >= under_points_min;
  out.rho = lag_one(z, mean_of(z), largest_size(z));
  out.autocorrelated = *out.rho > 1.96 / std::sqrt(static_cast<double>(totals.points));
  return out;
}

Bounds limits_at(Law law, const RateSegment& segment, const std::optional<Period>& period) {
  if (!period || !has_limits(segment)) {
    return {};
  }
  const double reach = 3.0 * *segment.widening * standard_error(law, *segment.centre, period->size);
  Bounds limits{*segment.centre - reach, *segment.centre + reach};
  if (*limits.low < 0.0) {
    limits.low.reset();
  }
  if (law == Law::binomial && *limits.high > 1.0) {
    limits.high.reset();
  }
  return limits;
}

PointReading read(Law law, const RateSegment& segment, const std::optional<Period>& period,
                  ChartRules rules, ChartRun& run) {
  if (!period || !has_limits(segment)) {
    run = {};
    return {};
  }
  if (*segment.autocorrelated) {
    rules.near_limit = false;
    rules.run = false;
  }
  const double z = standardised(law, *segment.centre, *period);
  PointReading reading = read_point(z / *segment.widening, rules, run);
  reading.outside = reading.outside && is_rare(law, *segment.centre, *period, reading.side);
  return reading;
}

Latest latest_of(const RateSegment& segment, const Period& period, const PointReading& reading) {
  switch (segment.status) {
    case ChartStatus::firm:
    case ChartStatus::provisional:
      if (!reading.any()) {
        return Latest::noise;
      }
      return reading.side == Side::high ? Latest::signal_high : Latest::signal_low;
    case ChartStatus::no_variation: {
      const double distance = std::abs(period.rate() - *segment.centre);
      return distance <= 1e-12 * std::max(1.0, *segment.centre) ? Latest::unchanged
                                                                : Latest::changed;
    }
    case ChartStatus::no_limits:
    case ChartStatus::invalid_log:
    case ChartStatus::too_rare: return Latest::no_limits;
  }
  return Latest::no_limits;
}

RateChart chart_of(Law law, Periods periods, const RateOptions& options) {
  RateChart chart;
  chart.limits.resize(periods.size());
  const std::vector<std::size_t> starts = segment_starts(periods.size(), options.chart.breaks);
  for (std::size_t s = 0; s < starts.size(); ++s) {
    const std::size_t end = s + 1 < starts.size() ? starts[s + 1] : periods.size();
    RateSegment segment = limits_of(law, periods.subspan(starts[s], end - starts[s]), options);
    segment.first = starts[s];
    segment.last = end - 1;
    chart.run = {};
    for (std::size_t i = starts[s]; i < end; ++i) {
      const PointReading reading = read(law, segment, periods[i], options.chart.rules, chart.run);
      append_signals(reading, i, chart.signals);
      chart.limits[i] = limits_at(law, segment, periods[i]);
      if (periods[i]) {
        chart.latest = latest_of(segment, *periods[i], reading);
      }
    }
    chart.segments.push_back(segment);
  }
  return chart;
}

}  // namespace

RateChart p_chart(std::span<const std::optional<RatioCounts>> periods, const RateOptions& options) {
  return chart_of(Law::binomial, periods_of(periods), options);
}

RateChart u_chart(std::span<const std::optional<EventCounts>> periods, const RateOptions& options) {
  return chart_of(Law::poisson, periods_of(periods), options);
}

RateSegment p_baseline(std::span<const std::optional<RatioCounts>> periods,
                       const RateOptions& options) {
  return limits_of(Law::binomial, periods_of(periods), options);
}

RateSegment u_baseline(std::span<const std::optional<EventCounts>> periods,
                       const RateOptions& options) {
  return limits_of(Law::poisson, periods_of(periods), options);
}

PointReading p_step(const RateSegment& segment, const std::optional<RatioCounts>& period,
                    const ChartRules& rules, ChartRun& run) {
  return read(Law::binomial, segment, period_of(period), rules, run);
}

PointReading u_step(const RateSegment& segment, const std::optional<EventCounts>& period,
                    const ChartRules& rules, ChartRun& run) {
  return read(Law::poisson, segment, period_of(period), rules, run);
}

Bounds p_limits(const RateSegment& segment, const RatioCounts& period) {
  return limits_at(Law::binomial, segment, period_of(period));
}

Bounds u_limits(const RateSegment& segment, const EventCounts& period) {
  return limits_at(Law::poisson, segment, period_of(period));
}

std::optional<double> p_standardised(const RateSegment& segment, const RatioCounts& counts) {
  const std::optional<Period> period = period_of(counts);
  if (!period || !has_limits(segment)) {
    return std::nullopt;
  }
  return standardised(Law::binomial, *segment.centre, *period);
}

}  // namespace measured::rules::stats
