#pragma once

#include <span>
#include <vector>

#include "rules/judge/board.h"
#include "rules/judge/chart_signals.h"
#include "rules/judge/process_chart.h"

namespace measured::rules {

// One team's chart and the series it is read from.
struct ChartWork {
  const MeasureSeries* series = nullptr;
  int team = 0;  // its place in RuleSet::teams
  std::string_view team_id;
  std::span<const DeclaredBaseline> baselines;  // of the measure, wherever they were declared
  bool revised = false;  // a final period of the team says something else than when it was read
};

// Whether the chart has read every final period, and nothing was declared or revised since.
bool is_current(const ChartWork& work, const ProcessChart& chart);

// Whether bringing the chart up to date takes periods that the series no longer keeps: give
// advance_chart() a longer one.
bool needs_history(const ChartWork& work, const ProcessChart& chart);

// Reads every final period that the chart has not read, and returns what is to be told of them.
// A chart whose baseline is not full, or for which another change is declared, is drawn anew from
// all its periods; a frozen one keeps its limits, and reads its periods again under them when one
// was revised.
std::vector<Change> advance_chart(const ChartWork& work, ProcessChart& chart,
                                  std::span<const Alert> alerts, const StepOptions& options);

// Final periods of a team from the one that starts at or after `from` up to the newest.
std::vector<ChartPeriod> final_periods(const MeasureSeries& series, int team, Instant from);

}  // namespace measured::rules
