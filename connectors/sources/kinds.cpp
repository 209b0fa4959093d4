#include "connectors/sources/kinds.h"

namespace measured::connectors {

std::span<const SourceKind> source_kinds() {
  static constexpr SourceKind kinds[] = {
      {"csv", "CSV files in a folder, plain or gzip", make_csv},
      {"sqlite", "an SQLite database file, read only", make_sqlite},
      {"postgres", "a PostgreSQL database, through SQL", make_postgres},
  };
  return kinds;
}

}  // namespace measured::connectors
