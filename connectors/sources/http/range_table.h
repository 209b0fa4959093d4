#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "connectors/sources/http/session.h"
#include "connectors/sources/sqlite_db.h"
#include "rules/result.h"
#include "rules/time/instant.h"
#include "rules/time/zone.h"

namespace measured::connectors {

// Series of a Prometheus-compatible API as a table: one row for each bucket and each set of values
// of the labels, with one column for each expression. `{range}` in an expression is the length of
// the bucket ("86400s"); it is worked out at the end of each bucket.
struct RangeTableSettings {
  std::string name;
  std::vector<std::string> labels;                          // columns, in this order
  std::vector<std::pair<std::string, std::string>> values;  // column and PromQL
};

struct RangeTableLimits {
  std::size_t depth_max = 16;
  std::int64_t rows_max = 1'000'000;
  std::chrono::seconds reuse{60};
};

class RangeTable {
 public:
  RangeTable(RangeTableSettings settings, RangeTableLimits limits)
      : settings_(std::move(settings)), limits_(limits) {}

  // Afterwards the table holds the buckets between `edges`. Columns: `time` (the bucket's start in
  // UTC), `bucket` (the same on the wall clock of `zone`, as :from and :to are), labels, values.
  rules::Result<void> load(HttpSession& session, SqliteDb& db, const rules::Zone& zone,
                           const std::vector<rules::Instant>& edges, const std::stop_token& stop);

  const std::string& name() const { return settings_.name; }
  // The requests, for people.
  std::string request_text(const std::vector<rules::Instant>& edges) const;

 private:
  using Clock = std::chrono::steady_clock;
  // By start of the bucket and labels: the value of each expression.
  using Key = std::pair<rules::Instant, std::vector<std::optional<std::string>>>;
  using Rows = std::map<Key, std::vector<std::optional<double>>>;

  rules::Result<void> ask(HttpSession& session, std::size_t value, std::size_t first,
                          std::size_t count, const std::stop_token& stop, Rows& rows) const;
  rules::Result<void> take(std::string_view body, std::size_t value, std::chrono::seconds length,
                           Rows& rows) const;
  rules::Result<void> store(SqliteDb& db, const rules::Zone& zone, const Rows& rows) const;

  RangeTableSettings settings_;
  RangeTableLimits limits_;
  std::vector<rules::Instant> edges_;  // of what the table holds
  Clock::time_point at_{};
};

}  // namespace measured::connectors
