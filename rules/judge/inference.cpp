#include "rules/judge/inference.h"

#include <cmath>

#include "rules/stats/mean.h"
#include "rules/stats/ratio.h"

namespace measured::rules {
namespace {

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

Inference infer_mean(const Measure& measure, const Cases& cases,
                     const std::optional<TargetValue>& target) {
  Inference out;
  constexpr double open_confidence = 0.99;  // looked at every day
  const Tally& tally = cases.tally;
  stats::MeanOptions options;
  options.n_min = measure.min_sample;
  options.conf = cases.closed ? options.conf : open_confidence;
  out.confidence = options.conf;
  const stats::MeanEstimate estimate =
      stats::mean_interval(stats::moments_of_sums(tally.n, tally.sum, tally.sum_sq), options);
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

bool is_share(const Measure& measure) {
  return measure.kind == MeasureKind::ratio || measure.kind == MeasureKind::rate ||
         (measure.kind == MeasureKind::query && measure.query_value == QueryValue::ratio);
}

bool is_mean(const Measure& measure) {
  return measure.kind == MeasureKind::mean ||
         (measure.kind == MeasureKind::query && measure.query_value == QueryValue::mean);
}

Inference infer(const Measure& measure, const Cases& cases,
                const std::optional<TargetValue>& target) {
  if (is_share(measure)) {
    return infer_share(measure, cases, target);
  }
  if (is_mean(measure)) {
    return infer_mean(measure, cases, target);
  }
  const bool counts =
      measure.kind == MeasureKind::count ||
      (measure.kind == MeasureKind::query && measure.query_value == QueryValue::count);
  Inference none;
  none.reason = Reason::not_final;
  return counts ? infer_count(cases, target) : none;
}

}  // namespace measured::rules
