// Charts of single periods. The kind follows from what is counted, never from how the numbers look:
// shares have a known law (binomial) and get the p chart, counts of rows the c chart, whatever is
// measured gets the chart that asks for no law. Limits are frozen with the 20th period, because
// limits that follow the data never say that a slow decline is one; and they stay when an old
// period is revised, because a limit that somebody can move by editing last year's rows is none.
// The revision itself is told. A new baseline begins only where a person declares what changed.
//
// Hours are refused. The chart compares a period with the one before, and an hour differs from the
// hour before as the day goes: limits would be narrow and every night outside of them.
#include "rules/judge/process_chart.h"

#include <algorithm>
#include <cmath>

#include "rules/judge/verdict.h"

namespace measured::rules {
namespace {

using stats::ChartStatus;
using stats::Latest;
using stats::RateSegment;
using stats::XmrSegment;

double per_of(const Measure& measure) {
  return measure.kind == MeasureKind::rate ? measure.per : 1.0;
}

bool zero_when_empty(const Measure& measure) {
  return measure.empty_is_zero && chart_kind(measure) != ChartKind::share;
}

std::optional<stats::EventCounts> events_of(const std::optional<Tally>& tally) {
  return tally ? std::optional(stats::EventCounts{tally->n, 1.0}) : std::nullopt;
}

// The tally, or an empty one where no row means zero.
std::optional<Tally> filled(const Measure& measure, const std::optional<Tally>& tally) {
  return !tally && zero_when_empty(measure) ? std::optional<Tally>(Tally{}) : tally;
}

std::optional<double> value_at(const Measure& measure, const std::optional<Tally>& tally) {
  return tally ? value_of(measure, *tally) : std::nullopt;
}

// What a chart's baseline is made of; what comes after it moves no limit.
template <class PointOf>
auto points_of(std::span<const ChartPeriod> periods, PointOf point_of) {
  std::vector<decltype(point_of(periods.front()))> points;
  points.reserve(periods.size());
  for (const ChartPeriod& period : periods) {
    points.push_back(point_of(period));
  }
  return points;
}

// What a period says under limits there are none of: nothing varied, so anything else is a change.
Latest without_limits(ChartStatus status, std::optional<double> centre, double value) {
  if (status != ChartStatus::no_variation || !centre) {
    return Latest::no_limits;
  }
  const bool same = std::abs(value - *centre) <= 1e-12 * std::max(1.0, std::abs(*centre));
  return same ? Latest::unchanged : Latest::changed;
}

void note(const stats::PointReading& point, ChartReading& out) {
  out.outside = point.outside;
  out.near_limit = point.near_limit;
  out.run = point.run;
  out.latest = !point.any()                      ? Latest::noise
               : point.side == stats::Side::high ? Latest::signal_high
                                                 : Latest::signal_low;
}

void read_single(const XmrSegment& segment, ProcessChart& chart, ChartReading& out) {
  out.status = segment.status;
  out.baseline = static_cast<int>(segment.baseline);
  out.centre = segment.centre;
  const stats::XmrReading reading =
      stats::xmr_step(segment, chart.before, out.value, {}, chart.run);
  if (!out.value) {
    return;
  }
  if (segment.sigma <= 0) {
    out.latest = without_limits(segment.status, segment.centre, *out.value);
    return;
  }
  note(reading.point, out);
  out.range = reading.range.has_value();
  out.low = segment.low;
  out.high = segment.high;
}

void read_rate(const Measure& measure, const RateSegment& segment,
               const std::optional<Tally>& tally, ProcessChart& chart, ChartReading& out) {
  const double per = per_of(measure);
  const bool share = chart_kind(measure) == ChartKind::share;
  out.status = segment.status;
  out.baseline = static_cast<int>(segment.baseline);
  out.centre = segment.centre ? std::optional(*segment.centre * per) : std::nullopt;
  const stats::PointReading point = share
                                        ? stats::p_step(segment, share_counts(tally), {}, chart.run)
                                        : stats::u_step(segment, events_of(tally), {}, chart.run);
  if (!out.value || (share && !share_counts(tally))) {
    return;
  }
  if (!has_limits(chart)) {
    out.latest = without_limits(segment.status, segment.centre, *out.value / per);
    return;
  }
  note(point, out);
  const stats::Bounds limits = share ? stats::p_limits(segment, *share_counts(tally))
                                     : stats::u_limits(segment, *events_of(tally));
  out.low = limits.low ? std::optional(*limits.low * per) : std::nullopt;
  out.high = limits.high ? std::optional(*limits.high * per) : std::nullopt;
}

}  // namespace

std::optional<ChartKind> chart_kind(const Measure& measure) {
  if (measure.period.kind == Grain::Kind::hour || measure.period.kind == Grain::Kind::minutes) {
    return std::nullopt;
  }
  switch (form_of(measure)) {
    case ValueForm::share:
    case ValueForm::rate: return ChartKind::share;
    case ValueForm::count:
      // A query's count may be of anything.
      return measure.kind == MeasureKind::count ? ChartKind::events : ChartKind::single;
    case ValueForm::sum:
    case ValueForm::mean:
    case ValueForm::quantile:
    case ValueForm::nps: break;
  }
  return ChartKind::single;
}

std::optional<stats::RatioCounts> share_counts(const std::optional<Tally>& tally) {
  const bool whole = tally && tally->numerator == std::floor(tally->numerator) &&
                     tally->denominator == std::floor(tally->denominator) &&
                     tally->denominator < 9e15;
  if (!whole) {
    return std::nullopt;
  }
  return stats::RatioCounts{static_cast<std::int64_t>(tally->numerator),
                            static_cast<std::int64_t>(tally->denominator)};
}

stats::ChartStatus status_of(const ProcessChart& chart) {
  return std::visit([](const auto& segment) { return segment.status; }, chart.limits);
}

bool is_frozen(const ProcessChart& chart) {
  const std::size_t baseline =
      std::visit([](const auto& segment) { return segment.baseline; }, chart.limits);
  return baseline >= stats::ChartOptions{}.baseline_full;
}

bool has_limits(const ProcessChart& chart) {
  const ChartStatus status = status_of(chart);
  return status == ChartStatus::firm || status == ChartStatus::provisional;
}

bool is_autocorrelated(const ProcessChart& chart) {
  return std::visit([](const auto& segment) { return segment.autocorrelated.value_or(false); },
                    chart.limits);
}

bool is_smoothed(const ProcessChart& chart) {
  const auto* rate = std::get_if<RateSegment>(&chart.limits);
  return rate != nullptr && rate->status == ChartStatus::firm && rate->under.value_or(false);
}

ProcessChart chart_with_limits(const Measure& measure, std::span<const ChartPeriod> periods) {
  ProcessChart chart;
  if (!periods.empty()) {
    chart.from = periods.front().period.start;
  }
  switch (chart_kind(measure).value_or(ChartKind::events)) {
    case ChartKind::single:
      chart.limits = stats::xmr_baseline(points_of(periods, [&](const ChartPeriod& period) {
        return value_at(measure, filled(measure, period.tally));
      }));
      break;
    case ChartKind::share:
      chart.limits = stats::p_baseline(
          points_of(periods, [](const ChartPeriod& period) { return share_counts(period.tally); }));
      break;
    case ChartKind::events:
      chart.limits = stats::u_baseline(points_of(periods, [&](const ChartPeriod& period) {
        return events_of(filled(measure, period.tally));
      }));
      break;
  }
  return chart;
}

void rewind(ProcessChart& chart) {
  chart.run = {};
  chart.before.reset();
  chart.newest = {};
  chart.since = {};
  chart.run_periods = 0;
  for (SignalMemory& memory : chart.alerts) {
    memory.in = 0;
    memory.out = 0;
  }
}

void read_period(const Measure& measure, ProcessChart& chart, const ChartPeriod& period) {
  const std::optional<Tally> tally = filled(measure, period.tally);
  ChartReading reading;
  reading.period = period.period;
  reading.tally = tally.value_or(Tally{});
  reading.tally.spread = {};  // the value is known: a chart need not keep what it came from
  reading.value = value_at(measure, tally);
  if (const auto* single = std::get_if<XmrSegment>(&chart.limits)) {
    read_single(*single, chart, reading);
  } else {
    read_rate(measure, std::get<RateSegment>(chart.limits), tally, chart, reading);
  }
  const bool same = chart.newest.is_signal() && reading.is_signal() &&
                    chart.newest.is_high() == reading.is_high();
  if (reading.is_signal() && !same) {
    chart.since = period.period.start;
  } else if (!reading.is_signal()) {
    chart.since = {};
  }
  if (!same && (reading.is_signal() || chart.newest.is_signal())) {
    ++chart.transition;
  }
  chart.run_periods = reading.run ? chart.run_periods + 1 : 0;
  chart.before = reading.value;
  chart.newest = std::move(reading);
}

ChartStart chart_start(std::span<const DeclaredBaseline> baselines, std::string_view team,
                       const Zone& zone, Instant newest) {
  ChartStart start;
  for (const DeclaredBaseline& baseline : baselines) {
    const bool concerns =
        baseline.teams.empty() ||
        std::find(baseline.teams.begin(), baseline.teams.end(), team) != baseline.teams.end();
    const Instant at = zone.resolve(LocalTime{baseline.from});
    if (concerns && at <= newest && baseline.from >= start.declared) {
      start = {baseline.from, at};
    }
  }
  return start;
}

std::optional<WindowLimits> window_limits(const Measure& measure, const ProcessChart& chart,
                                          int periods, const Tally& tally) {
  if (!has_limits(chart)) {
    return std::nullopt;
  }
  if (const auto* single = std::get_if<XmrSegment>(&chart.limits)) {
    const double n = periods;
    const ValueForm form = form_of(measure);
    const bool adds = form == ValueForm::sum || form == ValueForm::count;
    const double centre = adds ? single->level * n : single->level;
    const double reach = 3.0 * single->sigma * (adds ? std::sqrt(n) : 1.0 / std::sqrt(n));
    return WindowLimits{centre - reach, centre, centre + reach};
  }
  const RateSegment& rate = std::get<RateSegment>(chart.limits);
  const double widening = 3.0 * *rate.widening;
  if (chart_kind(measure) == ChartKind::events) {
    const double centre = *rate.centre * periods;
    const double reach = widening * std::sqrt(centre);
    return WindowLimits{std::max(0.0, centre - reach), centre, centre + reach};
  }
  if (!(tally.denominator > 0)) {
    return std::nullopt;
  }
  const double p = *rate.centre;
  const double reach = widening * std::sqrt(p * (1.0 - p) / tally.denominator);
  const double per = per_of(measure);
  return WindowLimits{std::max(0.0, p - reach) * per, p * per, std::min(1.0, p + reach) * per};
}

}  // namespace measured::rules
