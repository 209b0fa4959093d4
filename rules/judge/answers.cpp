#include "rules/judge/answers.h"

#include <cmath>

#include "rules/judge/verdict.h"

namespace measured::rules {
namespace {

// A score is 1, 0 or -1, so the sum of squares counts those who are not passive.
stats::SurveyWave wave_of(const Tally& tally) {
  const std::int64_t decided = std::llround(tally.sum_sq);
  const std::int64_t promoters = std::llround((tally.sum_sq + tally.sum) / 2);
  return {tally.asked, {promoters, tally.n - decided, decided - promoters}};
}

}  // namespace

std::optional<AnswersCompared> compare_answers(const Measure& measure, const Tally& before,
                                               const Tally& now) {
  if (form_of(measure) != ValueForm::nps || before.asked <= 0 || now.asked <= 0) {
    return std::nullopt;
  }
  AnswersCompared out{wave_of(before), wave_of(now), {}};
  out.drop = stats::response_drop(out.before, out.now);
  return out;
}

}  // namespace measured::rules
