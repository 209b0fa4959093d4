#pragma once

#include "connectors/cases.h"
#include "connectors/sources/statement.h"
#include "rules/result.h"

namespace measured::connectors {

// The statement for the cases behind a number. Columns: team, total (of the team's cases, those
// left out included), then one for each label, as text; in the order asked for. Its parameters are
// those of a scan of the same measure. Fails (for good) as build_statement does.
rules::Result<Statement> build_case_statement(const CaseScan& cases, const Dialect& dialect);

}  // namespace measured::connectors
