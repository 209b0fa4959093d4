#pragma once

#include <cstdint>
#include <optional>

#include "rules/judge/verdict.h"
#include "rules/model/measure.h"
#include "rules/stats/survey.h"
#include "rules/tally.h"

namespace measured::rules {

// Hits among cases: ratios, rates and queries that give one.
bool is_share(const Measure& measure);
// Sums over cases: means and queries that give one.
bool is_mean(const Measure& measure);
// Anything that is worked out from cases and so can rest on too few of them: all but counts and
// sums.
bool is_sampled(const Measure& measure);

// Promoters, passives and detractors of a survey's tally; none where it is no NPS.
std::optional<stats::NpsCounts> nps_counts(const Tally& tally);

// What statistics say of the cases of one window and a target (docs/rules.md, "What a verdict rests
// on").
struct Inference {
  Verdict verdict = Verdict::cannot_tell;  // met, missed, too_few or cannot_tell
  Reason reason = Reason::straddles;
  // For a closed window that was counted in full: chance alone does not explain on which side of
  // the target its value lies. For any other: the verdict is met or missed.
  bool sure = false;
  std::optional<double> low, high;  // in the measure's unit
  double confidence = 0.95;
  std::optional<std::int64_t> needed;  // cases at which a spotless record would be called met
};

// A window is `closed` when no case can come any more. `expected` is how many cases an open one is
// going to have, where that is known. Counts and sums have no interval, and an open count decides
// only what more cases cannot undo.
struct Cases {
  Tally tally;
  bool closed = true;
  std::optional<std::int64_t> expected;
};
Inference infer(const Measure& measure, const Cases& cases,
                const std::optional<TargetValue>& target);

}  // namespace measured::rules
