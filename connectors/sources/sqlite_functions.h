#pragma once

#include <vector>

#include "connectors/sources/edges.h"
#include "connectors/sources/sqlite_db.h"
#include "rules/time/working.h"
#include "rules/time/zone.h"

namespace measured::connectors {

// The functions of ours that a statement of sqlite_dialect calls. They look at `edges` and at this,
// which live until the statement has run.
class SqliteFunctions {
 public:
  struct Clocks {
    std::vector<rules::WorkingClock> clocks;
    rules::Zone zone;
  };

  SqliteFunctions(SqliteDb& db, const Edges& edges, std::vector<rules::WorkingClock> clocks);
  SqliteFunctions(const SqliteFunctions&) = delete;
  SqliteFunctions& operator=(const SqliteFunctions&) = delete;

 private:
  Clocks clocks_;
};

}  // namespace measured::connectors
