#pragma once

#include <cstdint>
#include <stop_token>
#include <string>

#include "connectors/cases.h"
#include "connectors/scan.h"
#include "connectors/sources/sqlite_db.h"
#include "connectors/sources/statement.h"
#include "rules/result.h"
#include "rules/time/zone.h"

namespace measured::connectors {

// How SQLite says what a scan needs. Buckets, conditions and numbers go through functions of ours,
// because SQLite alone would read the text 'true' as false and 'abc' as 0.
const Dialect& sqlite_dialect();

// What a result may grow to; both are settings of the source.
struct ResultLimits {
  std::int64_t result_rows_max = 1'000'000;
  std::size_t result_bytes_max = 64U << 20;
};

// Runs a scan, used by every source that ends in an SQLite database. `zone`: of times without an
// offset. Numbers are Unix seconds.
rules::Result<ScanResult> scan_sqlite(SqliteDb& db, const Scan& scan, const rules::Zone& zone,
                                      const ResultLimits& limits, const std::stop_token& stop);

// The cases behind a number, likewise.
rules::Result<Cases> cases_sqlite(SqliteDb& db, const CaseScan& cases, const rules::Zone& zone,
                                  const ResultLimits& limits, const std::stop_token& stop);

// A select as text.
rules::Result<Table> read_sqlite(SqliteDb& db, const std::string& query, std::int64_t rows_max,
                                 const ResultLimits& limits, const std::stop_token& stop);

// The statement of a scan with its bound values, for people.
std::string print_sqlite(const Scan& scan, const rules::Zone& zone);

}  // namespace measured::connectors
