#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "connectors/scan.h"
#include "connectors/sources/statement.h"

// How statements are put together from the operator's expressions and a dialect's patterns.
namespace measured::connectors {

// One or more lines of a statement, and the measure they came from; -1: from none alone.
struct StatementLine {
  std::string text;
  int owner = -1;
};

// The pattern with each `{}` replaced by the expression.
std::string fill(std::string_view pattern, std::string_view expression);
// With `{start}` and `{end}` replaced.
std::string fill_span(std::string_view pattern, std::string_view start, std::string_view end);

// How long a duration measure's rows took. `calendars` are those of the statement so far; the
// measure's own is added when it is new.
std::string duration_of(const ScanMeasure& measure, const Dialect& dialect,
                        std::vector<std::string>& calendars);

// One piece of the operator's SQL, as a scan has it.
struct SqlPiece {
  std::string_view what;  // names it in messages
  const std::string* text;
  int measure = -1;             // whose it is; -1: the whole scan's
  bool bounds_allowed = false;  // :from and :to
};
// Fails (for good) where it is not self-contained. The message has the measure's place in the
// rules, and what is wrong where in the text. An empty piece is fine.
rules::Result<void> check_piece(const Scan& scan, const SqlPiece& piece, SqlFlavour flavour);

// In parentheses, and closed on a new line where a comment could swallow the parenthesis.
std::string enclosed(std::string_view expression);

// Whether one pair of parentheses holds all of it: a select that has no name yet.
bool is_parenthesised(std::string_view relation, SqlFlavour flavour);

// The statements whose rows are grouped by team, bucket and a value. All measures of the scan have
// the shape and what it asks for in common, so the first speaks for them.
std::vector<StatementLine> spread_lines(const Scan& scan, const Dialect& dialect,
                                        SpreadColumns& columns,
                                        std::vector<std::string>& calendars);

}  // namespace measured::connectors
