#pragma once

#include <span>
#include <string>
#include <vector>

#include "rules/model/measure.h"
#include "rules/stats/change.h"
#include "rules/stats/shrink.h"
#include "rules/stats/team_compare.h"
#include "rules/text/language.h"

// What rules/stats says of many teams or many measures at once, in sentences a manager can read.
// Teams stand in the order given; nothing is ranked.
namespace measured::rules {

// `titles` of the teams compared, in their order. Teams in line with the others are only counted.
std::string say_team_compare(Language language, const Measure& measure,
                             std::span<const std::string> titles,
                             const stats::Comparison& comparison,
                             const stats::ComparisonOptions& options = {});

// What to expect of the team at `index`, which had `value` on `n` cases; for a refusal, why nothing
// can be said. Empty for a team that was left out.
std::string say_shrink(Language language, const Measure& measure, const stats::Shrinkage& shrinkage,
                       std::size_t index, double value, std::int64_t n, std::size_t teams_min = 5);

// How many of the changes that a reader could have been shown stand out, and how sure that is.
std::string say_discoveries(Language language, const stats::Discoveries& discoveries);

}  // namespace measured::rules
