#pragma once

#include <memory>
#include <string>
#include <vector>

#include "connectors/source.h"
#include "tests/support/fake_api.h"
#include "tests/support/files.h"

namespace measured::tests {

// A table in one kind of source ("csv", "sqlite", "postgres", "http",
// "odbc_postgres", "odbc_sqlite", "odbc_mariadb"), so that one test can ask all kinds the same
// question. The table is called `rows` unless said otherwise.
class SourceWorld {
 public:
  struct Column {
    std::string name;
    std::string type;  // text, integer, real, boolean, date or timestamp
  };

  explicit SourceWorld(std::string kind);

  // `csv` has a header. Empty fields are null.
  void load(const std::vector<Column>& columns, const std::string& csv,
            const std::string& table = "rows");

  // A source over what was loaded, with naive times in `zone`; `settings` are further lines of
  // YAML.
  std::unique_ptr<connectors::Source> open(const std::string& zone = "UTC",
                                           const std::string& settings = "") const;

  const TempFolder& folder() const { return folder_; }
  const std::string& database() const { return database_; }  // of PostgreSQL

 private:
  struct Served {
    std::string name;
    std::vector<Column> columns;
    std::vector<std::string> rows;  // as JSON
  };
  std::string served() const;
  std::string odbc_connection() const;

  std::string kind_;
  std::vector<Served> tables_;            // http
  mutable std::unique_ptr<FakeApi> api_;  // http: made when it is opened
  std::string database_;                  // of PostgreSQL: one for each world
  TempFolder folder_;
};

}  // namespace measured::tests
