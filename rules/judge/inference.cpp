#include "rules/judge/inference.h"

#include <cmath>

#include "rules/stats/mean.h"
#include "rules/stats/quantile.h"
#include "rules/stats/ratio.h"
#include "rules/stats/survey.h"

namespace measured::rules {
namespace {

constexpr double open_confidence = 0.99;  // of a period that is looked at every day

// The counts of a share as whole numbers; none where a query's parts are not.
std::optional<stats::RatioCounts> counts_of(const Tally& tally) {
  const bool whole = tally.numerator == std::floor(tally.numerator) &&
                     tally.denominator == std::floor(tally.denominator) && tally.numerator >= 0 &&
                     tally.numerator <= tally.denominator && tally.denominator < 9e15;
  if (!whole) {
    return std::nullopt;
  }
  return stats::RatioCounts{static_cast<std::int64_t>(tally.numerator),
                            static_cast<std::int64_t>(tally.denominator)};
}

Verdict verdict_of(stats::TargetVerdict verdict) {
  switch (verdict) {
    case stats::TargetVerdict::met: return Verdict::met;
    case stats::TargetVerdict::missed: return Verdict::missed;
    case stats::TargetVerdict::no_data: return Verdict::no_data;
    case stats::TargetVerdict::too_early:
    case stats::TargetVerdict::invalid: break;
  }
  return Verdict::cannot_tell;
}

Reason reason_of(stats::RatioReason reason) {
  switch (reason) {
    case stats::RatioReason::clear: return Reason::clear;
    case stats::RatioReason::straddles: return Reason::straddles;
    case stats::RatioReason::small_sample: return Reason::small_sample;
    case stats::RatioReason::counted: return Reason::counted;
    case stats::RatioReason::secured: return Reason::secured;
    case stats::RatioReason::out_of_reach: return Reason::out_of_reach;
    case stats::RatioReason::no_data: return Reason::no_rows;
    case stats::RatioReason::invalid: break;
  }
  return Reason::invalid;
}

std::optional<double> scaled(std::optional<double> share, double per) {
  return share ? std::optional(*share * per) : std::nullopt;
}

Inference infer_share(const Measure& measure, const Cases& cases,
                      const std::optional<TargetValue>& target) {
  Inference out;
  const std::optional<stats::RatioCounts> counts = counts_of(cases.tally);
  if (!counts) {
    const bool impossible = cases.tally.numerator > cases.tally.denominator;
    out.reason = impossible ? Reason::invalid : Reason::straddles;
    return out;
  }
  const double per = measure.kind == MeasureKind::rate ? measure.per : 1;
  stats::RatioTarget asked;
  asked.closed = cases.closed;
  asked.basis = measure.basis == Basis::sample ? stats::Basis::process : stats::Basis::census;
  asked.expected_cases = cases.expected;
  asked.cases_min = measure.min_sample;
  out.confidence = cases.closed ? asked.conf : asked.conf_open;
  const stats::Bounds bounds = stats::ratio_interval(*counts, out.confidence).bounds;
  out.low = scaled(bounds.low, per);
  out.high = scaled(bounds.high, per);
  const double share = target ? target->goal / per : -1;
  if (share >= 0 && share <= 1) {
    asked.direction = target->direction;
    asked.target = share;
    const stats::RatioVerdict found = stats::ratio_target(*counts, asked);
    out.verdict = verdict_of(found.verdict);
    out.reason = reason_of(found.reason);
    out.verdict = out.reason == Reason::small_sample ? Verdict::too_few : out.verdict;
    out.sure = found.sure;
    out.needed = found.cases_needed;
  }
  return out;
}

// What an interval and a number of cases say, for values that are no fact until everybody has
// answered or every case is over.
void decide(Inference& out, const Cases& cases, const Measure& measure, stats::TargetVerdict found,
            std::optional<double> value, const TargetValue& target) {
  out.verdict = verdict_of(found);
  out.sure = out.verdict == Verdict::met || out.verdict == Verdict::missed;
  out.reason = out.sure ? Reason::clear : Reason::straddles;
  if (!out.sure && cases.tally.n < measure.min_sample) {
    out.verdict = Verdict::too_few;
    out.reason = Reason::small_sample;
    out.needed = measure.min_sample;
  }
  if (cases.closed && measure.basis == Basis::census && value) {
    const bool met = stats::meets(*value, target.direction, target.goal);
    out.sure = out.sure && (out.verdict == Verdict::met) == met;
  }
}

// The ranks that bound a percentile, read from the sketch.
Inference infer_quantile(const Measure& measure, const Cases& cases,
                         const std::optional<TargetValue>& target) {
  Inference out;
  const stats::Sketch* sketch = cases.tally.spread.get();
  if (sketch == nullptr) {
    return out;
  }
  stats::QuantileOptions options;
  options.p = measure.parts.p;
  options.conf = cases.closed ? options.conf : open_confidence;
  out.confidence = options.conf;
  stats::QuantileEstimate estimate = stats::sketch_interval(*sketch, options);
  const double unit = measure.parts.unit_seconds;
  for (std::optional<double>* part :
       {&estimate.value, &estimate.bounds.low, &estimate.bounds.high}) {
    *part = scaled(*part, 1.0 / unit);
  }
  out.low = estimate.bounds.low;
  out.high = estimate.bounds.high;
  if (target) {
    decide(out, cases, measure,
           stats::quantile_target(estimate, target->direction, target->goal, measure.min_sample),
           estimate.value, *target);
  }
  return out;
}

Inference infer_nps(const Measure& measure, const Cases& cases,
                    const std::optional<TargetValue>& target) {
  Inference out;
  out.confidence = cases.closed ? out.confidence : open_confidence;
  const std::optional<stats::NpsCounts> counts = nps_counts(cases.tally);
  if (!counts) {
    out.reason = Reason::invalid;
    return out;
  }
  const stats::Nps found = stats::nps(*counts, out.confidence);
  out.low = found.bounds.low;
  out.high = found.bounds.high;
  if (target) {
    decide(out, cases, measure,
           stats::nps_target(found, target->direction, target->goal, measure.min_sample),
           found.score, *target);
  }
  return out;
}

Inference infer_mean(const Measure& measure, const Cases& cases,
                     const std::optional<TargetValue>& target) {
  Inference out;
  const Tally& tally = cases.tally;
  const double unit = measure.parts.unit_seconds;
  stats::MeanOptions options;
  options.n_min = measure.min_sample;
  options.conf = cases.closed ? options.conf : open_confidence;
  out.confidence = options.conf;
  const stats::MeanEstimate estimate = stats::mean_interval(
      stats::moments_of_sums(tally.n, tally.sum / unit, tally.sum_sq / (unit * unit)), options);
  out.low = estimate.bounds.low;
  out.high = estimate.bounds.high;
  if (!target) {
    return out;
  }
  const stats::TargetVerdict found = stats::mean_target(estimate, target->direction, target->goal);
  out.verdict = verdict_of(found);
  out.sure = out.verdict == Verdict::met || out.verdict == Verdict::missed;
  out.reason = out.sure ? Reason::clear : Reason::straddles;
  if (!out.sure && tally.n < estimate.n_min) {
    out.verdict = Verdict::too_few;
    out.reason = Reason::small_sample;
    out.needed = estimate.n_min;
  }
  const bool fact = cases.closed && measure.basis == Basis::census;
  if (fact && estimate.mean) {
    const bool met = stats::meets(*estimate.mean, target->direction, target->goal);
    out.sure = out.sure && (out.verdict == Verdict::met) == met;
  }
  return out;
}

// A count only grows: what it has reached it keeps.
Inference infer_count(const Cases& cases, const std::optional<TargetValue>& target) {
  Inference out;
  out.reason = Reason::not_final;
  if (!target || cases.closed) {
    return out;
  }
  const bool meets =
      stats::meets(static_cast<double>(cases.tally.n), target->direction, target->goal);
  if (target->direction == Direction::at_least ? meets : !meets) {
    out.verdict = meets ? Verdict::met : Verdict::missed;
    out.reason = meets ? Reason::secured : Reason::out_of_reach;
    out.sure = true;
  }
  return out;
}

}  // namespace

std::optional<stats::NpsCounts> nps_counts(const Tally& tally) {
  const double detractors = tally.sum_sq - tally.numerator;
  const double passives = static_cast<double>(tally.n) - tally.sum_sq;
  const bool whole = tally.numerator == std::floor(tally.numerator) &&
                     tally.sum_sq == std::floor(tally.sum_sq) && tally.numerator >= 0 &&
                     detractors >= 0 && passives >= 0 && tally.sum_sq < 9e15;
  if (!whole) {
    return std::nullopt;
  }
  return stats::NpsCounts{std::llround(tally.numerator), std::llround(passives),
                          std::llround(detractors)};
}

bool is_share(const Measure& measure) {
  const ValueForm form = form_of(measure);
  return form == ValueForm::share || form == ValueForm::rate;
}

bool is_mean(const Measure& measure) {
  return form_of(measure) == ValueForm::mean;
}

bool is_sampled(const Measure& measure) {
  const ValueForm form = form_of(measure);
  return form != ValueForm::count && form != ValueForm::sum;
}

Inference infer(const Measure& measure, const Cases& cases,
                const std::optional<TargetValue>& target) {
  switch (form_of(measure)) {
    case ValueForm::share:
    case ValueForm::rate: return infer_share(measure, cases, target);
    case ValueForm::mean: return infer_mean(measure, cases, target);
    case ValueForm::quantile: return infer_quantile(measure, cases, target);
    case ValueForm::nps: return infer_nps(measure, cases, target);
    case ValueForm::count: return infer_count(cases, target);
    case ValueForm::sum: break;
  }
  Inference none;
  none.reason = Reason::not_final;
  return none;
}

}  // namespace measured::rules
