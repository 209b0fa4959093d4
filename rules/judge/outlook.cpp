#include "rules/judge/outlook.h"

#include <algorithm>
#include <vector>

#include "rules/stats/change.h"
#include "rules/time/bucket.h"

namespace measured::rules {
namespace {

bool adds_up(const Measure& measure) {
  const ValueForm form = form_of(measure);
  return form == ValueForm::count || form == ValueForm::sum;
}

std::vector<std::optional<double>> values_of(const Measure& measure,
                                             std::span<const ChartPeriod> periods) {
  std::vector<std::optional<double>> values;
  values.reserve(periods.size());
  for (const ChartPeriod& period : periods) {
    const std::optional<Tally> tally =
        !period.tally && measure.empty_is_zero ? std::optional(Tally{}) : period.tally;
    values.push_back(tally ? value_of(measure, *tally) : std::nullopt);
  }
  return values;
}

// The number of the period that holds `date`, counted from the first of `periods`.
double index_of(const Measure& measure, std::span<const ChartPeriod> periods,
                std::chrono::local_days date, const Zone& zone) {
  constexpr int ahead_max = 1000;
  const Instant at = zone.resolve(LocalTime{date});
  auto index = static_cast<double>(periods.size()) - 1;
  Interval period = periods.back().period;
  if (at < period.start) {
    return index - 1;  // past, however far
  }
  for (int ahead = 0; period.end <= at && ahead < ahead_max; ++ahead) {
    period = bucket_of(measure.period, zone, period.end);
    ++index;
  }
  return index;
}

}  // namespace

std::string_view to_text(Assurance assurance) {
  switch (assurance) {
    case Assurance::will: return "will";
    case Assurance::may_or_may_not: return "may_or_may_not";
    case Assurance::will_not: return "will_not";
    case Assurance::changing: return "changing";
    case Assurance::no_limits: return "no_limits";
  }
  return "";
}

Assurance assurance_of(const Measure& measure, const ProcessChart& chart, const TargetValue& target,
                       int periods, const Tally& window) {
  const std::optional<WindowLimits> usual = window_limits(measure, chart, periods, window);
  if (!usual) {
    return Assurance::no_limits;
  }
  if (chart.newest.is_signal()) {
    return Assurance::changing;
  }
  switch (stats::compare({usual->low, usual->high}, target.direction, target.goal)) {
    case stats::TargetVerdict::met: return Assurance::will;
    case stats::TargetVerdict::missed: return Assurance::will_not;
    case stats::TargetVerdict::too_early:
    case stats::TargetVerdict::no_data:
    case stats::TargetVerdict::invalid: break;
  }
  return Assurance::may_or_may_not;
}

Pace pace_of(const Measure& measure, std::span<const ChartPeriod> periods,
             const TargetValue& target, std::chrono::local_days date, const Zone& zone) {
  Pace pace;
  pace.date = date;
  if (periods.empty()) {
    return pace;
  }
  stats::ProjectionTarget at;
  at.direction = target.direction;
  at.target = adds_up(measure) ? target.goal / measure.window : target.goal;
  at.index = index_of(measure, periods, date, zone);
  stats::ProjectionOptions options;
  const bool share = chart_kind(measure) == ChartKind::share;
  if (share || measure.kind == MeasureKind::count) {
    options.lower = 0.0;
  }
  if (share) {
    options.upper = measure.kind == MeasureKind::rate ? measure.per : 1.0;
  }
  pace.projection = stats::project(values_of(measure, periods), at, options);
  return pace;
}

std::optional<double> change_p_of(const Measure& measure, const ProcessChart& chart,
                                  std::span<const ChartPeriod> periods) {
  std::vector<std::optional<double>> values;
  if (chart_kind(measure) == ChartKind::share) {
    const auto* segment = std::get_if<stats::RateSegment>(&chart.limits);
    for (const ChartPeriod& period : periods) {
      const std::optional<stats::RatioCounts> counts = share_counts(period.tally);
      values.push_back(counts && segment != nullptr ? stats::p_standardised(*segment, *counts)
                                                    : std::nullopt);
    }
  } else {
    values = values_of(measure, periods);
  }
  const stats::ChangeParts parts = stats::change_parts(values);
  return stats::change_p(parts.baseline, parts.recent).p;
}

ChartView chart_view(const Measure& measure, const ProcessChart& chart, const Judgement& now,
                     std::span<const ChartPeriod> periods, const Zone& zone) {
  ChartView view;
  view.newest = chart.newest;
  view.since = chart.since;
  view.run_periods = chart.run_periods;
  view.alike = is_autocorrelated(chart);
  view.p = change_p_of(measure, chart, periods);
  if (!now.target) {
    return view;
  }
  view.usual = window_limits(measure, chart, now.periods, now.tally);
  view.assurance = assurance_of(measure, chart, *now.target, now.periods, now.tally);
  const int revision = now.target_revision;
  if (revision > 0 && static_cast<std::size_t>(revision) <= measure.targets.size()) {
    const DatedTarget& dated = measure.targets[static_cast<std::size_t>(revision) - 1];
    if (dated.review) {
      view.pace = pace_of(measure, periods, *now.target, *dated.review, zone);
    }
  }
  return view;
}

}  // namespace measured::rules
