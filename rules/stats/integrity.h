#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "rules/model/measure.h"
#include "rules/stats/bounds.h"
#include "rules/stats/ratio.h"
#include "rules/stats/series.h"
#include "rules/stats/survey.h"
#include "rules/stats/trend.h"

// Signs that a number may not mean what it did. Each is a question to ask, never an accusation, and
// none of them changes a verdict or a score by itself. Where values gather on one side of a
// threshold or on round figures, see heaping.h.
namespace measured::rules::stats {

// --- fewer answers, better score ---------------------------------------------------------------

struct SurveyWave {
  std::int64_t delivered = 0;
  NpsCounts answers;
};

enum class ResponseDropVerdict {
  suspicious,  // the score rose while the response rate fell: who is not asked or answering any
               // more?
  rate_drop,
  score_up,
  no_sign,
  too_little_data,
  no_data,
};
std::string_view to_text(ResponseDropVerdict verdict);

struct ResponseDropOptions {
  double conf_rate = 0.99;
  double conf_score = 0.95;
  double drop_min = 0.02;  // share of those asked
  std::int64_t answers_min = 30;
};

struct ResponseDrop {
  ResponseDropVerdict verdict = ResponseDropVerdict::no_data;
  RatioChange rate;  // of the response rate
  NpsChange score;   // points
};
ResponseDrop response_drop(const SurveyWave& reference, const SurveyWave& now,
                           const ResponseDropOptions& options = {});

// --- who is surveyed ---------------------------------------------------------------------------

struct Segment {
  std::int64_t surveyed = 0;
  std::int64_t eligible = 0;
};

enum class SelectionVerdict {
  ok,
  shifted,
  strongly_shifted,
  complete,         // everybody was surveyed
  too_little_data,  // less than two segments that are not thin
  no_data,
  invalid,  // more surveyed than eligible
};
std::string_view to_text(SelectionVerdict verdict);

struct SelectionOptions {
  double alpha = 0.01;
  double psi = 0.10;  // population stability index that counts as shifted
  double psi_strong = 0.25;
  double expected_min = 5;  // surveyed or not; segments that expect less are pooled
};

struct SelectionSkew {
  SelectionVerdict verdict = SelectionVerdict::no_data;
  std::optional<std::size_t> segments;  // after pooling
  std::optional<double> chi_squared;
  std::optional<int> freedom;
  std::optional<double> p;
  std::optional<double> psi;
};

// Whether those surveyed are spread over the segments as those eligible are: Pearson's test, and an
// index of size so that a huge sample does not make a trifle a finding.
SelectionSkew selection_skew(std::span<const Segment> segments,
                             const SelectionOptions& options = {});

// --- numbers revised afterwards ----------------------------------------------------------------

enum class RevisionVerdict { none, few, mixed, flattering, harsher };
std::string_view to_text(RevisionVerdict verdict);

struct RevisionOptions {
  std::size_t revisions_min = 6;
  double alpha = 0.05;
};

struct RevisionBias {
  RevisionVerdict verdict = RevisionVerdict::none;
  std::size_t buckets = 0;  // known both times
  std::size_t revised = 0;  // changed by more than rounding
  std::size_t better = 0;
  std::size_t worse = 0;
  std::optional<double> p;           // exact sign test
  std::optional<double> mean_shift;  // of those revised, now less first, in the measure's unit
  std::size_t flips_to_met = 0;      // facts, shown whatever the verdict
  std::size_t flips_to_missed = 0;
};

// Whether closed periods change in one direction after they were first reported. Both series are of
// the same periods; `target` is what `better` is to reach, if there is one.
RevisionBias revision_bias(Series first, Series now, Better better, std::optional<double> target,
                           const RevisionOptions& options = {});

// --- cases left out ----------------------------------------------------------------------------

struct Excluded {
  std::int64_t excluded = 0;
  std::int64_t total = 0;  // with those excluded
};

enum class ExclusionVerdict { growing, shrinking, stable, too_little_data, no_data };
std::string_view to_text(ExclusionVerdict verdict);

struct Exclusions {
  ExclusionVerdict verdict = ExclusionVerdict::no_data;
  std::optional<double> share_reference, share_now;
  Bounds bounds;                     // of the growth of the share
  std::optional<double> rate;        // met of those that count
  std::optional<double> rate_worst;  // had all those excluded been misses
  std::optional<bool> flips;         // met by `rate`, missed by `rate_worst`; none without a target
};

// Whether more is left out than was, and whether that decides. `met` of the cases that count now.
Exclusions exclusions(const Excluded& reference, const Excluded& now, std::int64_t met,
                      std::optional<double> target,
                      const RatioChangeOptions& options = {0.99, 30, 0.02});

// --- measure up, outcome down ------------------------------------------------------------------

enum class DivergenceVerdict {
  diverging,  // the measure improves while what it is for gets worse
  reverse,    // the other way round
  both_improving,
  both_worsening,
  measure_only,  // improves, the outcome does not move
  measure_only_worsening,
  outcome_only_improving,
  outcome_only_worsening,
  no_sign,
  too_little_data,
};
std::string_view to_text(DivergenceVerdict verdict);

struct Divergence {
  DivergenceVerdict verdict = DivergenceVerdict::too_little_data;
  TrendVerdict measure = TrendVerdict::too_little_data;
  TrendVerdict outcome = TrendVerdict::too_little_data;
};
Divergence divergence(Series measure, Better measure_better, Series outcome, Better outcome_better,
                      const TrendOptions& options = {});

}  // namespace measured::rules::stats
