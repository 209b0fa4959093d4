#pragma once

#include <cstdint>
#include <map>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/scan.h"
#include "connectors/sources/csv_reader.h"
#include "connectors/sources/csv_types.h"
#include "connectors/sources/sqlite_db.h"
#include "rules/result.h"

namespace measured::connectors {

enum class OnBadRow { refuse, skip };

struct CsvOptions {
  char delimiter = ',';
  std::vector<std::string> nulls = {""};  // fields that mean "no value"
  std::map<std::string, CsvColumn>
      columns;  // by name; those not named are guessed from their values
  OnBadRow on_bad_row = OnBadRow::refuse;
  std::int64_t bad_rows_max = 1'000;  // more are refused even where bad rows are skipped
  CsvLimits limits;
};

struct CsvLoaded {
  std::int64_t rows_skipped = 0;
  std::vector<std::string> notes;
};

// The text of a file, and its name for messages.
struct FileText {
  std::string name;
  std::string text;
};

// Fills a new table `name` from CSV texts, each with the same header. A bad row is counted and
// named by file, row, line and column; what then happens is up to the options.
rules::Result<CsvLoaded> load_csv(SqliteDb& db, const std::string& name,
                                  const std::vector<FileText>& parts, const CsvOptions& options,
                                  const std::stop_token& stop);

// The file's fields as text, as they stand there. Bad rows are refused.
rules::Result<Table> read_csv(const std::string& file, std::string_view text,
                              const CsvOptions& options, std::int64_t rows_max);

// The bytes of a regular file, unpacked if it is gzip, at most `bytes_max`.
rules::Result<std::string> read_packed_file(const std::string& path, std::size_t bytes_max,
                                            const std::stop_token& stop);

}  // namespace measured::connectors
