#pragma once

#include <span>
#include <string>
#include <vector>

#include "connectors/sources/csv_types.h"
#include "connectors/sources/sqlite_db.h"
#include "rules/result.h"

namespace measured::connectors {

struct RowColumn {
  std::string name;
  CsvType type = CsvType::text;
};

// A table of a database of ours that is filled row by row. Belongs to its database and must not
// outlive it.
class RowTable {
 public:
  // Replaces a table of that name. With `key` (names of columns) a row that has the same values
  // there as an earlier one takes its place.
  static rules::Result<RowTable> create(SqliteDb& db, const std::string& name,
                                        const std::vector<RowColumn>& columns,
                                        const std::vector<std::string>& key = {});
  // The same without replacing what is there: columns that are new are added to it, and are null in
  // its rows; columns that are gone are left as they are.
  static rules::Result<RowTable> extend(SqliteDb& db, const std::string& name,
                                        const std::vector<RowColumn>& columns,
                                        const std::vector<std::string>& key);
  rules::Result<void> insert(std::span<const Value> row);

 private:
  static rules::Result<RowTable> prepare(SqliteDb& db, const std::string& name,
                                         const std::vector<RowColumn>& columns);
  explicit RowTable(SqliteStatement insert) : insert_(std::move(insert)) {}
  SqliteStatement insert_;
};

}  // namespace measured::connectors
