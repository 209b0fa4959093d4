#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <pqxx/pqxx>

#include "connectors/sources/scan_estimate.h"

namespace measured::connectors {

// What PostgreSQL's planner (EXPLAIN, which runs nothing) expects of a scan's statement `sql` with
// its bound `values`. Relations that it reads from end to end though they are larger than
// `sequential_bytes_max` are warned of; `time` is the scan's time expression, for the index that
// would spare that. Throws what libpqxx throws.
rules::Result<ScanEstimate> estimate_of(pqxx::read_transaction& transaction, const std::string& sql,
                                        const std::vector<std::string>& values,
                                        std::string_view time, std::size_t sequential_bytes_max);

}  // namespace measured::connectors
