#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/scan.h"
#include "connectors/sources/sql_text.h"
#include "rules/result.h"
#include "rules/time/working.h"

namespace measured::connectors {

// A text as standard SQL writes it: 'O''Brien'.
std::string standard_literal(std::string_view text);

// What one database says differently. In each pattern `{}` stands for an expression in parentheses.
struct Dialect {
  SqlFlavour flavour = SqlFlavour::postgres;
  std::string_view bucket;     // of a time: the index of its bucket
  std::string_view in_range;   // of the raw time: true at least for every time between the edges
  std::string_view condition;  // true or false, never null
  std::string_view number;     // a double, or null
  std::string_view text;       // text, or null
  std::string_view ordered;    // of a text: such that it sorts by its bytes
  std::string_view seconds;    // from {start} to {end}, as a double, or null; empty: see below
  std::string (*working)(std::size_t clock) = nullptr;  // the same in working time of a clock
  std::string_view no_seconds = "";  // why there is no `seconds`, and what to do about it
  std::string_view bin;              // of a double: the bin of a sketch, below_zero_bin or zero_bin
  std::string_view fence;  // keeps the subquery from being merged into the statement around it
  std::string_view
      bound;  // of a number from 1: what :from and :to become in a `query`; empty: as is
  std::string_view count_where = "count(*) filter (where {})";  // of a condition
  std::string (*literal)(std::string_view text) = standard_literal;
};

// What a dialect's `bin` gives for values that a sketch has no bin for.
inline constexpr std::int64_t below_zero_bin = -2'000'000'001;
inline constexpr std::int64_t zero_bin = -2'000'000'000;

// Which columns of the result hold the components of one measure; -1 where it has none.
struct TallyColumns {
  int n = -1;
  int numerator = -1;
  int denominator = -1;
  int sum = -1;
  int sum_sq = -1;
  int asked = -1;
  int outside = -1;  // answers that the scale does not have: more than none is a refusal
};

// Of a scan whose rows are not whole tallies: the bin of a value, or how many contacts or
// hand-offs; how many such there are; and what only one of the two shapes has.
struct SpreadColumns {
  int value = 2;
  int count = 3;
  int sum = -1;
  int sum_sq = -1;
  int min = -1;
  int max = -1;
  int returned = -1;
};

// The one statement of a scan. Columns: team, bucket (an index), then the components. A `query`
// measure's statement is its own and its columns are found by name.
struct Statement {
  std::string text;
  std::vector<TallyColumns> columns;   // one entry a measure; empty for `query`
  SpreadColumns spread;                // where the scan's shape is not `tallies`
  std::vector<std::string> calendars;  // whose working time is asked for, by the clocks' numbers
  std::vector<std::string> bounds;     // `query`: ":from" and ":to" in the order of their numbers
  std::vector<int> line_owners;  // for each line of the text the measure it came from; -1: shared
};

// Fails (for good) when a piece of the operator's SQL is not self-contained: the message has the
// measure's place in the rules, and what is wrong where in the text.
rules::Result<Statement> build_statement(const Scan& scan, const Dialect& dialect);

// What build_statement refuses (for good), for other statements about the same rows: a piece of the
// operator's SQL that is not self-contained, and durations that the dialect cannot work out.
rules::Result<void> check_scan(const Scan& scan, const Dialect& dialect);

// A statement that reads no row and has one column, the time expression: asks for its type.
std::string type_statement(const Scan& scan, SqlFlavour flavour);

// The clocks of a statement's calendars. Times from five years before the edges to a year behind
// them can be asked for.
std::vector<rules::WorkingClock> clocks_of(const Statement& statement, const Scan& scan);

// "rules/a.yaml:12:9: measure 'on_time': " for messages about one measure of a scan; for -1, about
// what all of them share, the first stands for the others.
std::string blame(const Scan& scan, int measure);

// Which measure the given line of the statement came from; lines count from 1.
int owner_of_line(const Statement& statement, int line);

}  // namespace measured::connectors
