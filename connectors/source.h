#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

#include "connectors/cases.h"
#include "connectors/scan.h"
#include "rules/result.h"
#include "rules/time/zone.h"

namespace measured::rules {
class MapReader;
}

namespace measured::connectors {

// A connected system. Calls may block (they run on a worker thread); one instance is used by one
// thread at a time; a call returns soon after `stop` is requested (the deadline is the caller's: it
// requests stop), and lets no exception out: a library's exceptions become a Failure here, where it
// is still known what they mean. A scan gives all of its cells or a Failure, never a part.
class Source {
 public:
  virtual ~Source() = default;

  virtual rules::Result<ScanResult> scan(const Scan& scan, std::stop_token stop) = 0;

  // A statement of the operator's (or a file's name, for file sources) as text, at most `rows_max`
  // rows; more is a Failure that names the cap.
  virtual rules::Result<Table> read(const std::string& query, std::int64_t rows_max,
                                    std::stop_token stop) = 0;

  // The cases behind a number, as they are now. A Failure for good where the source has no rows,
  // only numbers.
  virtual rules::Result<Cases> cases(const CaseScan& cases, std::stop_token stop);

  // Whether the source answers and is safe to use (a PostgreSQL role that may write is refused
  // here).
  virtual rules::Result<void> probe(std::stop_token stop) = 0;

  // The statement that `scan` runs, with its bound values, as `measured plan` prints it.
  virtual std::string statement(const Scan& scan) const = 0;
};

// What every source is made with. Paths in settings are relative to `base_folder`.
struct SourceContext {
  std::string id;
  std::string base_folder;
  rules::Zone
      zone;  // how times without an offset are read, unless the source's `time_zone` says otherwise
};

// One row per kind of source. `make` reads the source's own keys from `settings`, reports what is
// wrong there, and returns null then. It does not connect.
struct SourceKind {
  std::string_view name;
  std::string_view summary;
  std::unique_ptr<Source> (*make)(const SourceContext&, rules::MapReader& settings);
};

// Every kind this build knows, in the order `measured sources` prints them.
std::span<const SourceKind> source_kinds();

}  // namespace measured::connectors
