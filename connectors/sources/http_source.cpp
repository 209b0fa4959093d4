#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "connectors/errors_in.h"
#include "connectors/sources/http/session.h"
#include "connectors/sources/http/table.h"
#include "connectors/sources/http/table_settings.h"
#include "connectors/sources/kinds.h"
#include "connectors/sources/settings.h"
#include "connectors/sources/sql_names.h"
#include "connectors/sources/sql_text.h"
#include "connectors/sources/sqlite_scan.h"

// A JSON API as a database: each list that measured.yaml describes is a table. It is filled into a
// database of ours when a statement names it, only with what the scan's time asks for where the API
// can be asked so, and the statement that then runs is the one that any SQL source gets.

namespace measured::connectors {
namespace {

constexpr std::size_t cache_bytes = 16U << 20;  // of a table; the rest of it is on disk

class HttpSource final : public Source {
 public:
  HttpSource(std::string id, HttpSessionSettings session, std::vector<HttpTableSettings> tables,
             const HttpTableLimits& table_limits, rules::Zone zone, ResultLimits limits)
      : id_(std::move(id)), session_(std::move(session)), zone_(zone), limits_(limits) {
    for (HttpTableSettings& table : tables) {
      tables_.emplace_back(std::move(table), table_limits, zone);
    }
  }

  rules::Result<ScanResult> scan(const Scan& scan, std::stop_token stop) override {
    if (const auto known = check_relation(scan); !known) {
      return tl::unexpected<rules::Failure>(known.error());
    }
    TimeSpan span;
    if (scan.edges.size() >= 2) {
      span = {scan.edges.front(), scan.edges.back()};
    }
    const std::set<std::string> names = names_in(scan);
    if (const auto loaded = load(names, span, stop); !loaded) {
      return tl::unexpected<rules::Failure>(loaded.error());
    }
    auto result = scan_sqlite(*db_, scan, zone_, limits_, stop);
    if (result) {
      for (const HttpTable& table : tables_) {
        if (names.contains(table.name())) {
          result->rows_skipped += table.rows_skipped();
          std::ranges::copy(table.notes(), std::back_inserter(result->notes));
        }
      }
    }
    return result;
  }

  rules::Result<Table> read(const std::string& query, std::int64_t rows_max,
                            std::stop_token stop) override {
    const bool name =
        std::ranges::any_of(tables_, [&](const HttpTable& table) { return table.name() == query; });
    const std::string select = name ? "select * from " + quote_name(query) : query;
    if (const auto loaded = load(names_in(select), {}, stop); !loaded) {
      return tl::unexpected<rules::Failure>(loaded.error());
    }
    return read_sqlite(*db_, select, rows_max, limits_, stop);
  }

  rules::Result<Cases> cases(const CaseScan& cases, std::stop_token stop) override {
    const TimeSpan span{cases.scan.edges.front(), cases.scan.edges.back()};
    if (const auto loaded = load(names_in(cases), span, stop); !loaded) {
      return tl::unexpected<rules::Failure>(loaded.error());
    }
    return cases_sqlite(*db_, cases, zone_, limits_, stop);
  }

  // Whether the server answers and takes the credentials; what it says of the bare address does not
  // matter.
  rules::Result<void> probe(std::stop_token stop) override {
    HttpRequest request;
    request.target = session_.settings().guard.endpoint.target + "/";
    const auto reply = session_.ask(request, stop);
    if (!reply && reply.error().retry == rules::Failure::Retry::later) {
      return rules::retry_later(fmt::format("source '{}': {}", id_, reply.error().message));
    }
    return {};
  }

  std::string statement(const Scan& scan) const override {
    std::string text;
    const std::set<std::string> names = names_in(scan);
    for (const HttpTable& table : tables_) {
      if (names.contains(table.name()) && scan.edges.size() >= 2) {
        text += fmt::format("-- {}: {}\n", table.name(),
                            table.request_text(session_, {scan.edges.front(), scan.edges.back()}));
      }
    }
    return text + print_sqlite(scan, zone_);
  }

 private:
  rules::Result<void> check_relation(const Scan& scan) const {
    const bool one_word = scan.from.find_first_of(" \t\n(\"") == std::string::npos;
    if (scan.from.empty() || !one_word || std::ranges::any_of(tables_, [&](const auto& table) {
          return table.name() == scan.from;
        })) {
      return {};
    }
    std::vector<std::string> names;
    for (const HttpTable& table : tables_) {
      names.push_back(table.name());
    }
    return rules::give_up(fmt::format("{}source '{}' has no table '{}'; there are: {}",
                                      blame(scan, -1), id_, scan.from, fmt::join(names, ", ")));
  }

  rules::Result<void> load(const std::set<std::string>& names, const TimeSpan& span,
                           const std::stop_token& stop) {
    if (!db_) {
      auto db = SqliteDb::open_temporary(cache_bytes);
      if (!db) {
        return tl::unexpected<rules::Failure>(db.error());
      }
      db_.emplace(std::move(*db));
    }
    for (HttpTable& table : tables_) {
      if (!names.contains(table.name())) {
        continue;
      }
      if (const auto loaded = table.load(session_, *db_, span, stop); !loaded) {
        return tl::unexpected<rules::Failure>(loaded.error());
      }
    }
    return {};
  }

  std::string id_;
  HttpSession session_;
  rules::Zone zone_;
  ResultLimits limits_;
  std::optional<SqliteDb> db_;  // before the tables, whose statements belong to it
  std::vector<HttpTable> tables_;
};

}  // namespace

std::unique_ptr<Source> make_http(const SourceContext& context, rules::MapReader& settings) {
  const std::size_t errors_before = errors_in(settings);
  HttpSessionSettings session = read_http_session(context, settings, "base_url");
  std::vector<HttpTableSettings> tables = read_http_tables(settings);
  const HttpTableLimits table_limits = read_http_limits(settings);
  settings.integer("max_parallel", 1, 1, 64);  // the daemon's: how many scans may run at once
  const rules::Zone zone = zone_setting(context, settings);
  const ResultLimits limits = result_limits_setting(settings);
  if (errors_in(settings) != errors_before) {
    return nullptr;
  }
  return std::make_unique<HttpSource>(context.id, std::move(session), std::move(tables),
                                      table_limits, zone, limits);
}

}  // namespace measured::connectors
