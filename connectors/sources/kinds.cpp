#include "connectors/sources/kinds.h"

namespace measured::connectors {

std::span<const SourceKind> source_kinds() {
  static constexpr SourceKind kinds[] = {
      {"csv", "CSV files in a folder or behind an address, plain or gzip", make_csv},
      {"jsonl", "files of JSON lines, likewise", make_jsonl},
      {"sqlite", "an SQLite database file, read only", make_sqlite},
      {"postgres", "a PostgreSQL database, through SQL", make_postgres},
#ifdef MEASURED_ODBC
      {"odbc", "any database that has an ODBC driver, through SQL", make_odbc},
#endif
      {"http", "a JSON API over HTTP, its lists as tables", make_http},
      {"prometheus", "series of a Prometheus-compatible API, as buckets", make_prometheus},
      {"push", "batches that others post to the daemon", make_push},
  };
  return kinds;
}

}  // namespace measured::connectors
