#pragma once

#include <optional>

#include "rules/model/measure.h"
#include "rules/stats/integrity.h"
#include "rules/tally.h"

namespace measured::rules {

// What a survey brought in two windows, the one right after the other: has its score risen because
// fewer, and others, were asked or answer? (stats.md section 8, response_drop.)
struct AnswersCompared {
  stats::SurveyWave before;
  stats::SurveyWave now;
  stats::ResponseDrop drop;
};

// None unless the measure is an NPS and it is known of both windows how many were asked: only there
// does a score without its answers look like a better one.
std::optional<AnswersCompared> compare_answers(const Measure& measure, const Tally& before,
                                               const Tally& now);

}  // namespace measured::rules
