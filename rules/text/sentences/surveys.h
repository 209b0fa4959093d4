#pragma once

#include <optional>
#include <string>

#include "rules/model/measure.h"
#include "rules/stats/survey.h"
#include "rules/text/language.h"

// What rules/stats/survey.h says of answers, in a sentence a manager can read.
namespace measured::rules {

// "+30", "-7".
std::string print_nps(Language language, double score);

// With how many were asked, where that is known.
std::string say_nps(Language language, const stats::Nps& nps,
                    std::optional<std::int64_t> asked = {}, double conf = 0.95);
// The same against a target in points, with the verdict of nps_target.
std::string say_nps_target(Language language, const stats::Nps& nps, Direction direction,
                           double target, std::optional<std::int64_t> asked = {},
                           std::int64_t n_min = 30, double conf = 0.95);
std::string say_nps_change(Language language, const stats::Nps& earlier, const stats::Nps& later,
                           const stats::NpsChange& change,
                           const stats::RatioChangeOptions& options = {});

std::string say_scale_score(Language language, const stats::ScaleScore& score,
                            const stats::Scale& scale, double conf = 0.95);

// How many answered, and what those who did not could change.
std::string say_response(Language language, const stats::ResponseCounts& counts,
                         const stats::Response& response);

}  // namespace measured::rules
