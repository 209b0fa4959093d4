#pragma once

#include <span>
#include <vector>

#include "rules/judge/process_chart.h"
#include "rules/model/team.h"
#include "rules/picture/chart.h"

namespace measured::rules {

// What is known of one measure and team, as the store has it.
struct ChartHistory {
  const Measure* measure = nullptr;
  const Team* team = nullptr;
  Zone zone;  // of the measure's periods for this team
  Language language = Language::en;
  std::vector<ChartPeriod> older;       // counted under another definition, before `final`
  std::vector<ChartPeriod> final;       // ascending, without a hole
  std::vector<ChartPeriod> open;        // after those: not final yet
  const ProcessChart* chart = nullptr;  // with its limits; null where nothing is charted
  std::span<const DeclaredBaseline> baselines = {};
  std::vector<Instant> revised = {};  // starts of final periods that said something else once
  std::vector<Instant> noted = {};    // starts of periods that somebody wrote a note on
};

// The picture's points, each with the limits that are in use now (never limits made for the
// picture), the target that judged it and what is special about it; and words for those who do not
// see it. Periods before the chart's baseline have no limits: theirs were given up.
ChartData chart_data(const ChartHistory& history);

}  // namespace measured::rules
