#pragma once

#include <string>

#include "connectors/source.h"
#include "connectors/sources/sqlite_scan.h"
#include "rules/yaml/map_reader.h"

// Settings that several kinds of source have, read the same way in each.
namespace measured::connectors {

// `path`, relative to the folder of the daemon's own file.
std::string path_setting(const SourceContext& context, rules::MapReader& settings);

// `time_zone`: how times without an offset are read; the daemon's default when absent.
rules::Zone zone_setting(const SourceContext& context, rules::MapReader& settings);

// `result_rows_max` and `result_bytes_max`.
ResultLimits result_limits_setting(rules::MapReader& settings);

}  // namespace measured::connectors
