#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connectors/scan.h"
#include "rules/model/measure.h"
#include "rules/result.h"

namespace measured::connectors {

// Asks for the cases behind a number: the rows of one measure in one span of time that a person can
// act on, for some values of the team column.
struct CaseScan {
  Scan scan;  // one measure; its two edges are the span
  rules::Better better = rules::Better::higher;
  // Values of the team column; the one value "" where the scan has no such column.
  std::vector<std::string> teams;
  std::string where;                                      // as in RowsSpec, all of these
  std::vector<std::pair<std::string, std::string>> show;  // label, SQL
  std::string order_by;
  int limit = 5;  // rows of each value of the team column
};

struct Cases {
  struct Row {
    std::string team;                               // value of the team column
    std::vector<std::optional<std::string>> cells;  // one a label; at most cell_bytes_max each
  };
  std::vector<Row> rows;                                    // in the order that was asked for
  std::map<std::string, std::int64_t, std::less<>> totals;  // of all rows, by value of the column
};

inline constexpr std::size_t cell_bytes_max = 2000;

// The scan for the cases of `measure` between two instants. The measure must have `rows`.
CaseScan plan_cases(const rules::Measure& measure, const rules::Zone& zone, rules::Interval span,
                    std::vector<std::string> teams);

// How many rows the answer to it has at most.
std::int64_t rows_max(const CaseScan& cases);

// From the columns team, total and one for each label, which a source answers with.
rules::Result<Cases> read_cases(const CaseScan& cases, Table table);

}  // namespace measured::connectors
