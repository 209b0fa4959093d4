#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "connectors/errors_in.h"
#include "connectors/sources/http/range_table.h"
#include "connectors/sources/http/session.h"
#include "connectors/sources/kinds.h"
#include "connectors/sources/settings.h"
#include "connectors/sources/sql_names.h"
#include "connectors/sources/sqlite_scan.h"
#include "rules/ascii.h"

// A Prometheus-compatible API (Prometheus, Thanos, Mimir, VictoriaMetrics) as a database. Its
// tables exist for the buckets of a scan only; the statement that then runs is that of any SQL
// source.

namespace measured::connectors {
namespace {

constexpr std::size_t cache_bytes = 8U << 20;

class PrometheusSource final : public Source {
 public:
  PrometheusSource(std::string id, HttpSessionSettings session,
                   std::vector<RangeTableSettings> tables, const RangeTableLimits& table_limits,
                   rules::Zone zone, ResultLimits limits)
      : id_(std::move(id)), session_(std::move(session)), zone_(zone), limits_(limits) {
    for (RangeTableSettings& table : tables) {
      tables_.emplace_back(std::move(table), table_limits);
    }
  }

  rules::Result<ScanResult> scan(const Scan& scan, std::stop_token stop) override {
    if (!db_) {
      auto db = SqliteDb::open_temporary(cache_bytes);
      if (!db) {
        return tl::unexpected<rules::Failure>(db.error());
      }
      db_.emplace(std::move(*db));
    }
    const std::set<std::string> names = names_in(scan);
    for (RangeTable& table : tables_) {
      if (!names.contains(table.name())) {
        continue;
      }
      if (const auto loaded = table.load(session_, *db_, scan.zone, scan.edges, stop); !loaded) {
        return tl::unexpected<rules::Failure>(loaded.error());
      }
    }
    return scan_sqlite(*db_, scan, zone_, limits_, stop);
  }

  rules::Result<Table> read(const std::string&, std::int64_t, std::stop_token) override {
    return rules::give_up(fmt::format(
        "source '{}' is of kind prometheus: it has values for buckets, not a table to read", id_));
  }

  rules::Result<void> probe(std::stop_token stop) override {
    HttpRequest request;
    request.target = session_.settings().guard.endpoint.target + "/api/v1/query?query=1";
    const auto reply = session_.ask(request, stop);
    if (!reply) {
      return tl::unexpected<rules::Failure>(rules::Failure{
          reply.error().retry, fmt::format("source '{}': {}", id_, reply.error().message)});
    }
    return {};
  }

  std::string statement(const Scan& scan) const override {
    std::string text;
    const std::set<std::string> names = names_in(scan);
    for (const RangeTable& table : tables_) {
      if (names.contains(table.name())) {
        text += table.request_text(scan.edges);
      }
    }
    return text + print_sqlite(scan, zone_);
  }

 private:
  std::string id_;
  HttpSession session_;
  rules::Zone zone_;
  ResultLimits limits_;
  std::optional<SqliteDb> db_;
  std::vector<RangeTable> tables_;
};

bool is_label(std::string_view name) {
  return !name.empty() && !rules::is_digit(name.front()) &&
         std::ranges::all_of(name, [](char c) { return rules::is_alnum(c) || c == '_'; });
}

RangeTableSettings read_table(rules::MapReader& map, std::string name) {
  RangeTableSettings table;
  table.name = std::move(name);
  table.labels = map.texts("labels");
  std::set<std::string> seen{"time", "bucket"};
  for (const std::string& label : table.labels) {
    if (!is_label(label) || !seen.insert(rules::lower(label)).second) {
      map.error(map.place("labels"), "bad-label", fmt::format("'{}' cannot be a column", label),
                "list names of labels, each once; 'time' and 'bucket' are columns already");
    }
  }
  auto values = map.map("values");
  if (!values || values->yaml().entries.empty()) {
    map.error(map.place(), "missing-key", "'values' is missing",
              "write 'values: {calls: \"sum by (team) (increase(calls_total[{range}]))\"}'");
    map.finish();
    return table;
  }
  for (const rules::YamlNode::Entry& entry : values->yaml().entries) {
    const std::string column(entry.key);
    if (!seen.insert(rules::lower(column)).second) {
      map.error(values->place_of(entry), "duplicate-key",
                fmt::format("column '{}' stands there twice", column), "give it another name");
    }
    table.values.emplace_back(column, values->text(entry.key));
  }
  map.finish();
  return table;
}

std::vector<RangeTableSettings> read_tables(rules::MapReader& settings) {
  std::vector<RangeTableSettings> read;
  auto tables = settings.map("tables");
  if (!tables || tables->yaml().entries.empty()) {
    settings.error(settings.has("tables") ? settings.place("tables") : settings.place(),
                   "missing-key", "'tables' is missing",
                   "write 'tables: {calls: {labels: [team], values: {calls: EXPRESSION}}}'");
    return read;
  }
  for (const rules::YamlNode::Entry& entry : tables->yaml().entries) {
    rules::MapReader map = tables->reader_of(entry);
    read.push_back(read_table(map, std::string(entry.key)));
  }
  return read;
}

}  // namespace

std::unique_ptr<Source> make_prometheus(const SourceContext& context, rules::MapReader& settings) {
  const std::size_t errors_before = errors_in(settings);
  HttpSessionSettings session = read_http_session(context, settings, "url");
  std::vector<RangeTableSettings> tables = read_tables(settings);
  RangeTableLimits table_limits;
  constexpr std::int64_t many = 100'000'000;
  table_limits.rows_max = settings.integer("rows_max", table_limits.rows_max, 1, many);
  table_limits.reuse = settings.duration("reuse", table_limits.reuse);
  settings.integer("max_parallel", 1, 1, 64);  // the daemon's: how many scans may run at once
  const rules::Zone zone = zone_setting(context, settings);
  const ResultLimits limits = result_limits_setting(settings);
  if (errors_in(settings) != errors_before) {
    return nullptr;
  }
  return std::make_unique<PrometheusSource>(context.id, std::move(session), std::move(tables),
                                            table_limits, zone, limits);
}

}  // namespace measured::connectors
