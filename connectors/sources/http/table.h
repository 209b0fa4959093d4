#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "connectors/sources/csv_table.h"
#include "connectors/sources/http/paging.h"
#include "connectors/sources/http/session.h"
#include "connectors/sources/json_rows.h"
#include "connectors/sources/row_table.h"
#include "rules/result.h"
#include "rules/time/zone.h"

namespace measured::connectors {

// One list of an API, as a table. Texts may hold the words of request_template.h.
struct HttpTableSettings {
  std::string name;
  std::string method = "GET";
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;  // in the order of the file
  std::string body;                                        // of a POST, JSON
  HttpPaging pages;
  JsonMapping mapping;
  std::vector<std::string> key;  // columns; a later row with the same values replaces the earlier
  OnBadRow on_bad_row = OnBadRow::refuse;
};

// What all tables of a source may grow to, and how long what was read is good for.
struct HttpTableLimits {
  std::size_t depth_max = 64;
  std::int64_t pages_max = 20'000;
  std::int64_t rows_max = 10'000'000;
  std::int64_t bad_rows_max = 1'000;
  std::chrono::seconds reuse{60};  // answers the measures of one round, not the next
  std::chrono::seconds resume{std::chrono::hours{6}};  // a list that was cut short is gone on with
};

// What a scan asks for; nothing where a table is read whole.
struct TimeSpan {
  std::optional<rules::Instant> from;
  std::optional<rules::Instant> to;
};

// Fills one table of a database from its pages. What was read stays when a page fails, and the next
// call goes on from that page; nobody sees the table before it is whole.
class HttpTable {
 public:
  HttpTable(HttpTableSettings settings, HttpTableLimits limits, rules::Zone zone);

  // Afterwards the table holds at least the rows of `span`.
  rules::Result<void> load(HttpSession& session, SqliteDb& db, const TimeSpan& span,
                           const std::stop_token& stop);

  const std::string& name() const { return settings_.name; }
  std::int64_t rows_skipped() const { return progress_ ? progress_->bad : 0; }
  std::vector<std::string> notes() const;
  // The first request, for people: "GET /tickets?updated_since=2026-03-01T00:00:00Z".
  std::string request_text(const HttpSession& session, const TimeSpan& span) const;

 private:
  using Clock = std::chrono::steady_clock;
  struct Progress {
    TimeSpan span;
    RowTable rows;
    PageSpot spot;
    bool complete = false;
    std::int64_t pages = 0;  // read whole
    std::int64_t count = 0;  // rows
    std::int64_t bad = 0;
    std::vector<std::string> notes;
    Clock::time_point at{};  // of the newest page
  };

  bool asks(std::string_view word) const;
  bool covers(const TimeSpan& known, const TimeSpan& span) const;
  rules::Result<void> begin(SqliteDb& db, const TimeSpan& span);
  rules::Result<void> read_page(HttpSession& session, SqliteDb& db, const std::stop_token& stop);
  rules::Result<std::size_t> take_rows(SqliteDb& db, const JsonDocument& document);
  rules::Result<void> take_row(std::span<const Value> row, const std::string& wrong,
                               std::int64_t number, Progress& now);
  HttpRequest request(const HttpSession& session, const TimeSpan& span, const PageSpot& spot) const;
  rules::Failure named(const rules::Failure& failure) const;

  HttpTableSettings settings_;
  HttpTableLimits limits_;
  rules::Zone zone_;
  std::optional<Progress> progress_;
};

}  // namespace measured::connectors
