#include "rules/judge/verdict.h"

#include <array>

namespace measured::rules {
namespace {

constexpr std::array all_verdicts = {
    Verdict::met,         Verdict::watch,       Verdict::missed,  Verdict::guardrail_broken,
    Verdict::cannot_tell, Verdict::too_few,     Verdict::no_data, Verdict::stale,
    Verdict::settling,    Verdict::source_error};

std::optional<double> divided(double above, double below) {
  return below > 0 ? std::optional(above / below) : std::nullopt;
}

// Durations are kept in seconds and read in hours, days or what the rule says.
std::optional<double> in_unit(const Measure& measure, std::optional<double> seconds) {
  return seconds ? std::optional(*seconds / measure.parts.unit_seconds) : std::nullopt;
}

}  // namespace

std::string_view to_text(Verdict verdict) {
  switch (verdict) {
    case Verdict::met: return "met";
    case Verdict::watch: return "watch";
    case Verdict::missed: return "missed";
    case Verdict::guardrail_broken: return "guardrail_broken";
    case Verdict::cannot_tell: return "cannot_tell";
    case Verdict::too_few: return "too_few";
    case Verdict::no_data: return "no_data";
    case Verdict::stale: return "stale";
    case Verdict::settling: return "settling";
    case Verdict::source_error: return "source_error";
  }
  return "";
}

std::optional<Verdict> parse_verdict(std::string_view text) {
  for (const Verdict verdict : all_verdicts) {
    if (to_text(verdict) == text) {
      return verdict;
    }
  }
  return std::nullopt;
}

std::string_view to_text(BucketState state) {
  switch (state) {
    case BucketState::open: return "open";
    case BucketState::settling: return "settling";
    case BucketState::final: return "final";
  }
  return "";
}

std::string_view to_text(Reason reason) {
  switch (reason) {
    case Reason::counted: return "counted";
    case Reason::clear: return "clear";
    case Reason::straddles: return "straddles";
    case Reason::secured: return "secured";
    case Reason::out_of_reach: return "out_of_reach";
    case Reason::small_sample: return "small_sample";
    case Reason::no_rows: return "no_rows";
    case Reason::never_pulled: return "never_pulled";
    case Reason::not_final: return "not_final";
    case Reason::old_data: return "old_data";
    case Reason::scan_failed: return "scan_failed";
    case Reason::guardrail: return "guardrail";
    case Reason::no_target: return "no_target";
    case Reason::invalid: return "invalid";
  }
  return "";
}

BucketState bucket_state(const Interval& bucket, std::chrono::seconds settle, Instant as_of) {
  if (as_of < bucket.end) {
    return BucketState::open;
  }
  return as_of - bucket.end < settle ? BucketState::settling : BucketState::final;
}

std::optional<double> value_of(const Measure& measure, const Tally& tally) {
  const auto n = static_cast<double>(tally.n);
  switch (form_of(measure)) {
    case ValueForm::count: return n;
    case ValueForm::share: return divided(tally.numerator, tally.denominator);
    case ValueForm::rate: return divided(tally.numerator * measure.per, tally.denominator);
    case ValueForm::sum: return tally.sum;
    case ValueForm::mean: return in_unit(measure, divided(tally.sum, n));
    case ValueForm::quantile:
      return tally.spread
                 ? in_unit(measure, stats::sketch_quantile(*tally.spread.get(), measure.parts.p))
                 : std::nullopt;
    case ValueForm::nps: return divided(100.0 * tally.sum, n);
  }
  return std::nullopt;
}

}  // namespace measured::rules
