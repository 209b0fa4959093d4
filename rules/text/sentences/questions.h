#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "rules/model/measure.h"
#include "rules/stats/heaping.h"
#include "rules/stats/integrity.h"
#include "rules/text/language.h"

// Signs that a number may not mean what it did, each said as a question to ask and never as an
// accusation; for the statistics of rules/stats/integrity.h and heaping.h.
namespace measured::rules {

std::string say_response_drop(Language language, const stats::SurveyWave& reference,
                              const stats::SurveyWave& now, const stats::ResponseDrop& drop,
                              const stats::ResponseDropOptions& options = {});

// `threshold` in the measure's unit.
std::string say_bunching(Language language, const Measure& measure, double threshold,
                         const stats::Bunching& bunching);

std::string say_digit_preference(Language language, const stats::DigitPreference& digits,
                                 const stats::DigitOptions& options = {});

// `surveyed` of `eligible`, over all segments.
std::string say_selection_skew(Language language, std::int64_t surveyed, std::int64_t eligible,
                               const stats::SelectionSkew& skew);

// The measure says what a period is.
std::string say_revision_bias(Language language, const Measure& measure,
                              const stats::RevisionBias& bias,
                              const stats::RevisionOptions& options = {});

std::string say_exclusions(Language language, const stats::Excluded& reference,
                           const stats::Excluded& now, const stats::Exclusions& exclusions,
                           std::int64_t cases_min = 30);

// Both by their titles.
std::string say_divergence(Language language, const Measure& measure, const Measure& outcome,
                           const stats::Divergence& divergence,
                           const stats::TrendOptions& options = {});

}  // namespace measured::rules
