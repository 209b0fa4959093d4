#pragma once

#include <map>
#include <string>
#include <vector>

#include "connectors/cases.h"
#include "rules/digest/content.h"
#include "rules/model/rule_set.h"

namespace measured::daemon {

// A window of one measure that a team missed.
struct MissedWindow {
  std::string team;  // id
  rules::Zone zone;
  rules::Interval window{};
};

// What to ask of one source: the cases of one measure behind all misses of the same window.
struct CaseQuestion {
  std::string source;
  connectors::CaseScan scan;
  // By team: the values of the team column that mean it, or one of the teams inside it.
  std::map<std::string, std::vector<std::string>> values;
};

// One question a window. `measure` must have `rows`.
std::vector<CaseQuestion> questions_of(const rules::RuleSet& rules, const rules::Measure& measure,
                                       const std::vector<MissedWindow>& missed);

// What a digest shows of the answer: for each team the first of its cases and how many there are;
// for a failure, that they could not be read.
std::vector<rules::CasesBehind> answered(const CaseQuestion& question,
                                         const rules::Result<connectors::Cases>& answer);

}  // namespace measured::daemon
