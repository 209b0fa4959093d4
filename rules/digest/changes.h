#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules/digest/findings.h"

// What the charts say to one reader: which changes are real, and what to expect if nothing changes.
namespace measured::rules {

// By the place of each verdict in `input`: whether its chart's signal is among the changes that
// survive over all that this reader could have been shown (stats.md section 9). About 1 in 10 of
// these may be chance.
std::vector<bool> real_changes(const DigestInput& input);

// What a finding's chart says of its newest period, `real` where it survived.
Changed changed_of(const std::optional<ChartView>& chart, bool real);

// "▼ real", "▲ unusual", "· noise"; empty without limits.
std::string say_change(Language language, const Finding& finding);
// "Sep 2013: 40.0 % (2 of 5), below the usual 62.0 % to 100.0 %."; empty for noise.
std::string say_change_note(Language language, const Finding& finding);

// Sentences for the headline: what is real, and that the rest is not.
std::vector<std::string> say_change_headline(Language language,
                                             const std::vector<Finding>& findings);

// What to expect of each target while the process stays as it is, one line a measure; and where the
// level will be on the day of review.
std::vector<std::string> say_expected(Language language, const std::vector<Finding>& findings);

// Charts that have no limits yet, and levels that seem to have moved without anybody saying why.
std::vector<std::string> say_chart_questions(Language language,
                                             const std::vector<Finding>& findings);

}  // namespace measured::rules
