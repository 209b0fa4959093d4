#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "connectors/scan.h"
#include "connectors/sources/edges.h"
#include "connectors/sources/spread_rows.h"
#include "connectors/sources/statement.h"
#include "rules/result.h"

namespace measured::connectors {

// One value of a result row, as a database's client hands it over.
using Value = std::variant<std::monostate, std::int64_t, double, std::string>;

// Turns the rows of a scan's statement into cells, and refuses what would be a wrong number: a sum
// that is not finite, a bucket that is none of ours, the same team and bucket twice.
class CellReader {
 public:
  // `column_names` are those of the result; only a `query` measure's are looked at.
  static rules::Result<CellReader> open(const Scan& scan, const Statement& statement,
                                        const Edges& edges,
                                        const std::vector<std::string>& column_names);

  rules::Result<void> add(const std::vector<Value>& row);

  // Sorted as ScanResult says.
  rules::Result<std::vector<ScanCell>> finish() &&;

 private:
  CellReader(const Scan& scan, const Edges& edges) : scan_(&scan), edges_(&edges) {}
  rules::Result<std::optional<std::uint32_t>> bucket_at(const std::vector<Value>& row) const;
  rules::Result<double> real_at(const std::vector<Value>& row, int column, int measure) const;
  rules::Result<std::int64_t> count_at(const std::vector<Value>& row, int column,
                                       int measure) const;
  rules::Result<rules::Tally> tally_of(const std::vector<Value>& row, int measure) const;
  rules::Result<void> add_spread(const std::vector<Value>& row,
                                 std::pair<std::optional<std::string>, std::uint32_t> key);

  const Scan* scan_;
  const Edges* edges_;
  bool own_query_ = false;
  int team_column_ = 0;
  int bucket_column_ = 1;
  std::vector<TallyColumns> columns_;
  ScanShape shape_ = ScanShape::tallies;
  SpreadColumns spread_columns_;
  std::map<std::pair<std::optional<std::string>, std::uint32_t>, SpreadRows> spreads_;
  // One row of the result with the tallies of all measures; without one where it counts nothing.
  struct Counted {
    std::optional<std::string> team;
    std::uint32_t bucket = 0;
    std::vector<std::optional<rules::Tally>> tallies;
  };
  std::vector<Counted> rows_;
};

// At most 60 characters of foreign text for a message, control characters replaced.
std::string shown(std::string_view text);

}  // namespace measured::connectors
