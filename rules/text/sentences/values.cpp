#include "rules/text/sentences/values.h"

#include "rules/stats/sketch.h"
#include "rules/text/messages.h"
#include "rules/text/numbers.h"
#include "rules/text/sentences/phrases.h"

namespace measured::rules {
namespace {

using stats::MeanStatus;
using stats::QuantileStatus;

std::string mean_finding(Language language, const Measure& measure,
                         const stats::MeanEstimate& estimate, double conf) {
  const std::string_view key = estimate.status == MeanStatus::one_value      ? "mean.one_value"
                               : estimate.status == MeanStatus::no_variation ? "mean.no_variation"
                                                                             : "mean.finding";
  return say(language, key,
             {{"value", print_value(language, measure, estimate.mean.value_or(0))},
              {"range", say_confidence(language, measure, estimate.bounds, conf)},
              {"cases", say_cases(language, estimate.n)}});
}

// "Half the cases are at 34 h or less (95 % range 29 to 41 h; 200 cases)", without a range where
// the sample has no bound.
std::string quantile_finding(Language language, const Measure& measure,
                             const stats::QuantileEstimate& estimate,
                             const stats::QuantileOptions& options) {
  const bool half = options.p == 0.5;
  const bool bare = !estimate.bounds.low && !estimate.bounds.high;
  const std::string_view key = half ? (bare ? "quantile.half_only" : "quantile.half")
                                    : (bare ? "quantile.share_only" : "quantile.share");
  return say(language, key,
             {{"share", print_percent(language, options.p)},
              {"value", print_value(language, measure, estimate.value.value_or(0))},
              {"range", say_confidence(language, measure, estimate.bounds, options.conf)},
              {"cases", say_cases(language, estimate.n)}});
}

// " An upper bound needs 36 cases."; empty where nothing is lacking.
std::string missing_bound(Language language, const stats::QuantileEstimate& estimate) {
  const bool low = estimate.bounds.low.has_value();
  const bool high = estimate.bounds.high.has_value();
  if (estimate.status == QuantileStatus::no_data || (low && high)) {
    return "";
  }
  const std::string_view key = low    ? "quantile.no_high"
                               : high ? "quantile.no_low"
                                      : "quantile.no_bounds";
  return " " + say(language, key, {{"needed", print_count(language, estimate.n_needed)}});
}

std::string too_few(Language language, std::string_view key, std::string finding,
                    std::string target, std::int64_t needed) {
  return say(language, key,
             {{"finding", std::move(finding)},
              {"target", std::move(target)},
              {"needed", print_count(language, needed)}});
}

}  // namespace

std::string say_mean(Language language, const Measure& measure, const stats::MeanEstimate& estimate,
                     double conf) {
  return estimate.status == MeanStatus::no_data
             ? say(language, "nothing.counted")
             : mean_finding(language, measure, estimate, conf) + ".";
}

std::string say_mean_target(Language language, const Measure& measure,
                            const stats::MeanEstimate& estimate, const TargetValue& target,
                            double conf) {
  if (estimate.status == MeanStatus::no_data) {
    return say(language, "nothing.counted");
  }
  std::string finding = mean_finding(language, measure, estimate, conf);
  std::string goal = print_target(language, measure, target);
  constexpr std::int64_t usual_min = 30;
  if (estimate.n < estimate.n_min || estimate.status == MeanStatus::one_value) {
    const bool skewed = estimate.n_min > usual_min;
    return too_few(language, skewed ? "against.too_few_skewed" : "against.too_few",
                   std::move(finding), std::move(goal), estimate.n_min);
  }
  const stats::TargetVerdict verdict = stats::mean_target(estimate, target.direction, target.goal);
  return say_against(language, verdict, std::move(finding), std::move(goal));
}

std::string say_quantile_interval(Language language, const Measure& measure,
                                  const stats::QuantileEstimate& estimate,
                                  const stats::QuantileOptions& options) {
  return estimate.status == QuantileStatus::no_data
             ? say(language, "nothing.counted")
             : quantile_finding(language, measure, estimate, options) + "." +
                   missing_bound(language, estimate);
}

std::string say_quantile_target(Language language, const Measure& measure,
                                const stats::QuantileEstimate& estimate, const TargetValue& target,
                                const stats::QuantileOptions& options, std::int64_t n_min) {
  if (estimate.status == QuantileStatus::no_data) {
    return say(language, "nothing.counted");
  }
  std::string finding = quantile_finding(language, measure, estimate, options);
  std::string goal = print_target(language, measure, target);
  if (estimate.n < n_min) {
    return too_few(language, "against.too_few", std::move(finding), std::move(goal), n_min);
  }
  const stats::TargetVerdict verdict =
      stats::quantile_target(estimate, target.direction, target.goal, n_min);
  return say_against(language, verdict, std::move(finding), std::move(goal)) +
         missing_bound(language, estimate);
}

std::string say_sketch_interval(Language language, const Measure& measure,
                                const stats::QuantileEstimate& estimate, int scale,
                                const stats::QuantileOptions& options) {
  std::string sentence = say_quantile_interval(language, measure, estimate, options);
  if (estimate.status == QuantileStatus::no_data) {
    return sentence;
  }
  return sentence + " " +
         say(language, "sketch.error",
             {{"error", print_share(language, stats::sketch_error(scale))}});
}

}  // namespace measured::rules
