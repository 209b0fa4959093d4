#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "connectors/sources/csv_table.h"
#include "connectors/sources/files.h"
#include "connectors/sources/sqlite_scan.h"

namespace measured::connectors {

// How files of one kind become tables.
struct FileFormat {
  std::size_t bytes_max = 0;  // of all files of a table, unpacked
  // Fills the table `name` from `parts`.
  std::function<rules::Result<CsvLoaded>(SqliteDb& db, const std::string& name,
                                         const std::vector<FileText>& parts,
                                         const std::stop_token& stop)>
      load;
  // One file as text, as it stands there; where a format has no such, its table is read instead.
  std::function<rules::Result<Table>(const FileText& part, std::int64_t rows_max)> read = {};
};

// Files as a database. A table is filled into SQLite in memory when a statement names it, and kept
// until one of its files changes; the statement that then runs is the one that any SQL source gets,
// so that a measure means the same wherever its rows come from.
std::unique_ptr<Source> make_file_source(std::string id, std::unique_ptr<FileStore> files,
                                         FileFormat format, rules::Zone zone, ResultLimits limits);

}  // namespace measured::connectors
