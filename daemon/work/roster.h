#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/scan.h"
#include "rules/load/loader.h"
#include "rules/model/rule_set.h"
#include "rules/result.h"

namespace measured::daemon {

constexpr std::int64_t roster_rows_max = 100'000;

// What to ask the roster's source for: the operator's query, or all of the relation. A file source
// is asked for the file.
std::string roster_query(const rules::Roster& roster, std::string_view source_kind);

// A source's rows as the rules read them; `place` names them in messages.
rules::RosterTable roster_table(std::string place, const connectors::Table& table);

// `rules` with the teams of `table`. A Failure holds every diagnostic, rendered: a roster with an
// error changes nothing.
rules::Result<std::shared_ptr<const rules::RuleSet>> with_teams(const rules::RuleSet& rules,
                                                                const rules::RosterTable& table);

// The last good roster as the store keeps it, for a start without its source.
std::string to_json(const rules::RosterTable& table);
std::optional<rules::RosterTable> roster_from_json(std::string_view json);

}  // namespace measured::daemon
