#pragma once

#include <string>

#include "rules/model/measure.h"
#include "rules/stats/mean.h"
#include "rules/stats/quantile.h"
#include "rules/text/language.h"

// What rules/stats says of means and percentiles, in a sentence a manager can read; values in the
// measure's unit.
namespace measured::rules {

std::string say_mean(Language language, const Measure& measure, const stats::MeanEstimate& estimate,
                     double conf = 0.95);
// The same against a target, with the verdict of mean_target.
std::string say_mean_target(Language language, const Measure& measure,
                            const stats::MeanEstimate& estimate, const TargetValue& target,
                            double conf = 0.95);

// `options` as given to quantile_interval.
std::string say_quantile_interval(Language language, const Measure& measure,
                                  const stats::QuantileEstimate& estimate,
                                  const stats::QuantileOptions& options = {});
// The same against a target, with the verdict of quantile_target.
std::string say_quantile_target(Language language, const Measure& measure,
                                const stats::QuantileEstimate& estimate, const TargetValue& target,
                                const stats::QuantileOptions& options = {},
                                std::int64_t n_min = 30);
// An estimate of sketch_interval: also how exact its values are.
std::string say_sketch_interval(Language language, const Measure& measure,
                                const stats::QuantileEstimate& estimate, int scale,
                                const stats::QuantileOptions& options = {});

}  // namespace measured::rules
