#pragma once

#include <vector>

#include "connectors/sources/http/table.h"
#include "rules/yaml/map_reader.h"

namespace measured::connectors {

// `tables` of an http source, by name. What is wrong is reported with its place.
std::vector<HttpTableSettings> read_http_tables(rules::MapReader& settings);

// `columns` of a table: by name a JSON Pointer, or a map with `at`, `type`, `format`, `count`,
// `up`.
void read_json_columns(rules::MapReader& table, JsonMapping& mapping);

HttpTableLimits read_http_limits(rules::MapReader& settings);

}  // namespace measured::connectors
