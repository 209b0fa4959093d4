#pragma once

#include "rules/load/reading.h"

namespace measured::rules {

// Sorts every list by id, so that the lookups of RuleSet work.
void sort_by_id(RuleSet& rules);

// Reports every name that means nothing. Teams are left out while a roster is still to bring some.
void resolve(const Reading& reading);

// Parents that form a circle, and values of the team column that would mean two teams.
void check_teams(const std::vector<Team>& teams, Diagnostics& out);

// What is allowed but seldom meant. Only for rules without errors.
void lint(const Reading& reading);

}  // namespace measured::rules
