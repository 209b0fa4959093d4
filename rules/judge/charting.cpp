// Keeping charts up to date. Three cases, from the cheapest to the dearest: a frozen chart reads
// one more period under limits it has; a frozen chart of which an old period was revised reads all
// its periods again under the same limits; a chart that is not frozen yet, or begins anew, has its
// limits computed from its periods. Whatever the case, a period that was told of is not told again.
#include "rules/judge/charting.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace measured::rules {
namespace {

bool is_begun(const ProcessChart& chart) {
  return chart.newest.period.end != Instant{};
}

struct Scope {
  const SeriesTable* table = nullptr;
  int row = 0;
  int clock = 0;
  std::optional<std::int64_t> newest;  // final
  ChartStart start;
  bool fresh = false;  // not begun, or another change is declared
};

Scope scope_of(const ChartWork& work, const ProcessChart& chart) {
  const MeasureSeries& series = *work.series;
  Scope scope;
  scope.table = &series.table();
  scope.row = series.series_of(work.team);
  scope.clock = scope.table->clock_of(scope.row);
  scope.newest = newest_final(*scope.table, scope.clock, series.measure(), series.pulled);
  if (scope.newest) {
    scope.start = chart_start(work.baselines, work.team_id, series.zone_of(work.team),
                              scope.table->period(scope.clock, *scope.newest).start);
  }
  scope.fresh = !is_begun(chart) || chart.declared != scope.start.declared;
  return scope;
}

bool is_current(const Scope& scope, bool revised, const ProcessChart& chart) {
  return !scope.newest ||
         (!scope.fresh && !revised &&
          chart.newest.period.end >= scope.table->period(scope.clock, *scope.newest).end);
}

// The start of the oldest period that must be looked at.
Instant oldest_needed(const ChartWork& work, const Scope& scope, const ProcessChart& chart) {
  if (scope.fresh || (work.revised && !is_frozen(chart))) {
    return std::max(scope.start.at, work.series->pulled.from);
  }
  return is_frozen(chart) && !work.revised ? chart.newest.period.end : chart.from;
}

void append(std::vector<Change>& changes, std::vector<Change> more) {
  std::move(more.begin(), more.end(), std::back_inserter(changes));
}

// Periods before the first that has a value are no part of a chart.
void drop_leading_gaps(std::vector<ChartPeriod>& periods) {
  const auto first = std::find_if(periods.begin(), periods.end(), [](const ChartPeriod& period) {
    return period.tally.has_value();
  });
  periods.erase(periods.begin(), first == periods.end() ? std::prev(first) : first);
}

// The chart with the limits that its periods give, as before its first period. What alerts were
// told, and the count that keeps the ids of events apart, go on.
ProcessChart redrawn(const ChartWork& work, const Scope& scope, const ProcessChart& old,
                     std::span<const ChartPeriod> periods) {
  ProcessChart chart = chart_with_limits(work.series->measure(), periods);
  chart.declared = scope.start.declared;
  chart.alerts = old.alerts;
  const bool seen_before = is_begun(old) && (scope.fresh || work.revised);
  chart.transition = seen_before ? old.transition + 1 : 0;
  rewind(chart);
  return chart;
}

// Of the window that ends with final period `n` and the one right before it; none where they are
// not both kept.
std::optional<AnswersCompared> answers_until(const ChartWork& work, const Scope& scope,
                                             std::int64_t n) {
  const Measure& measure = work.series->measure();
  const std::int64_t now = n + 1 - measure.window;
  const std::int64_t before = now - measure.window;
  if (measure.kind != MeasureKind::survey || before < scope.table->first_period(scope.clock)) {
    return std::nullopt;
  }
  return compare_answers(measure, scope.table->sum(scope.row, before, now).tally,
                         scope.table->sum(scope.row, now, n + 1).tally);
}

}  // namespace

bool is_current(const ChartWork& work, const ProcessChart& chart) {
  return is_current(scope_of(work, chart), work.revised, chart);
}

bool needs_history(const ChartWork& work, const ProcessChart& chart) {
  const Scope scope = scope_of(work, chart);
  if (is_current(scope, work.revised, chart)) {
    return false;
  }
  const std::int64_t first = scope.table->first_period(scope.clock);
  return scope.table->period(scope.clock, first).start > oldest_needed(work, scope, chart);
}

std::vector<ChartPeriod> final_periods(const MeasureSeries& series, int team, Instant from) {
  const SeriesTable& table = series.table();
  const int row = series.series_of(team);
  const int clock = table.clock_of(row);
  std::vector<ChartPeriod> periods;
  const auto newest = newest_final(table, clock, series.measure(), series.pulled);
  for (std::int64_t n = oldest_covered(table, clock, series.pulled); newest && n <= *newest; ++n) {
    if (table.period(clock, n).start >= from) {
      periods.push_back({table.period(clock, n), table.at(row, n)});
    }
  }
  return periods;
}

std::vector<Change> advance_chart(const ChartWork& work, ProcessChart& chart,
                                  std::span<const Alert> alerts, const StepOptions& options) {
  std::vector<Change> changes;
  const Scope scope = scope_of(work, chart);
  if (is_current(scope, work.revised, chart)) {
    return changes;
  }
  const Measure& measure = work.series->measure();
  std::vector<ChartPeriod> periods =
      final_periods(*work.series, work.team, oldest_needed(work, scope, chart));
  if (periods.empty()) {
    return changes;
  }
  // Periods that were read were told. The newest of them may read otherwise now.
  const bool again = scope.fresh || work.revised;
  const Instant told = again ? chart.newest.period.start : chart.newest.period.end;
  const bool reads_all = scope.fresh || work.revised || !is_frozen(chart);
  if (scope.fresh || !is_frozen(chart)) {
    drop_leading_gaps(periods);
    chart = redrawn(work, scope, chart, periods);
  } else if (work.revised) {
    rewind(chart);
    ++chart.transition;  // the newest period may be told of again, and under another id
  }
  // Of the periods that are read again from the first one, those the limits rest on.
  const auto* rate = std::get_if<stats::RateSegment>(&chart.limits);
  std::size_t baseline_left = reads_all && rate != nullptr ? rate->baseline : 0;
  std::int64_t number = *scope.newest + 1 - static_cast<std::int64_t>(periods.size());
  for (const ChartPeriod& period : periods) {
    read_period(measure, chart, period);
    baseline_left -= baseline_left > 0 && period.tally ? 1 : 0;
    StepOptions step = options;
    step.quiet_until = std::max(step.quiet_until, told);
    append(changes, signal_changes(chart, alerts, measure, work.team_id, step,
                                   {baseline_left == 0, answers_until(work, scope, number++)}));
  }
  return changes;
}

}  // namespace measured::rules
