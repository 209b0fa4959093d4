#include "connectors/sources/sqlite_scan.h"

#include <utility>

#include <fmt/format.h>

#include "connectors/sources/case_statement.h"
#include "connectors/sources/cells.h"
#include "connectors/sources/edges.h"
#include "connectors/sources/sqlite_functions.h"

namespace measured::connectors {
namespace {

std::string day_text(rules::Instant t, int days) {
  return clock_text(rules::LocalTime{t.time_since_epoch()} + std::chrono::days{days}).substr(0, 10);
}

// Names and values of what is bound, in the order they are printed.
struct Bound {
  const char* name;
  Value value;
};

std::vector<Bound> bound_values(const Scan& scan, const Edges& edges) {
  const rules::Instant first = edges.instants().front();
  const rules::Instant last = edges.instants().back();
  if (!scan.query.empty()) {
    return {{":from", compact_text(edges.zone().local(first))},
            {":to", compact_text(edges.zone().local(last))}};
  }
  // A day of UTC and a local day are at most a day apart; one more for the comparison of texts.
  return {{":day_from", day_text(first, -2)},
          {":day_to", day_text(last, 2)},
          {":second_from", static_cast<std::int64_t>(first.time_since_epoch().count())},
          {":second_to", static_cast<std::int64_t>(last.time_since_epoch().count())}};
}

void bind_all(SqliteStatement& statement, const std::vector<Bound>& bound) {
  for (const Bound& value : bound) {
    if (const auto* text = std::get_if<std::string>(&value.value)) {
      statement.bind(value.name, *text);
    } else {
      statement.bind(value.name, std::get<std::int64_t>(value.value));
    }
  }
}

rules::Failure blamed(const Scan& scan, int measure, const rules::Failure& failure) {
  return {failure.retry, blame(scan, measure) + failure.message};
}

rules::Failure too_many(const char* what, std::int64_t cap, const char* setting) {
  return {rules::Failure::Retry::never,
          fmt::format("more than {} {}: the cap is '{}'", cap, what, setting)};
}

rules::Result<std::vector<ScanCell>> run(SqliteStatement& statement, const Scan& scan,
                                         const Statement& planned, const Edges& edges,
                                         const ResultLimits& limits) {
  auto reader = CellReader::open(scan, planned, edges, statement.column_names());
  if (!reader) {
    return tl::unexpected<rules::Failure>(reader.error());
  }
  std::vector<Value> row(static_cast<std::size_t>(statement.column_count()));
  for (std::int64_t count = 0;; ++count) {
    const auto more = statement.step();
    if (!more) {
      return tl::unexpected<rules::Failure>(blamed(scan, -1, more.error()));
    }
    if (!*more) {
      return std::move(*reader).finish();
    }
    if (count == limits.result_rows_max) {
      return tl::unexpected<rules::Failure>(
          blamed(scan, -1,
                 too_many("rows of team and bucket", limits.result_rows_max, "result_rows_max")));
    }
    for (std::size_t i = 0; i < row.size(); ++i) {
      row[i] = statement.value(static_cast<int>(i));
    }
    if (const auto added = reader->add(row); !added) {
      return tl::unexpected<rules::Failure>(added.error());
    }
  }
}

rules::Result<SqliteStatement> prepared(SqliteDb& db, const Scan& scan, const Statement& planned,
                                        const Edges& edges) {
  auto statement = db.prepare(planned.text);
  if (!statement) {
    const int owner = db.last_error_line() > 0 ? owner_of_line(planned, db.last_error_line()) : -1;
    return tl::unexpected<rules::Failure>(blamed(scan, owner, statement.error()));
  }
  bind_all(*statement, bound_values(scan, edges));
  return statement;
}

rules::Result<Table> read_rows(SqliteStatement& statement, std::int64_t rows_max,
                               const ResultLimits& limits) {
  Table table{statement.column_names(), {}};
  std::size_t bytes = 0;
  for (;;) {
    const auto more = statement.step();
    if (!more) {
      return tl::unexpected<rules::Failure>(more.error());
    }
    if (!*more) {
      return table;
    }
    if (static_cast<std::int64_t>(table.rows.size()) == rows_max) {
      return tl::unexpected<rules::Failure>(too_many("rows", rows_max, "rows_max"));
    }
    auto& row = table.rows.emplace_back();
    for (int i = 0; i < statement.column_count(); ++i) {
      row.push_back(statement.text(i));
      bytes += row.back() ? row.back()->size() : 0;
    }
    if (bytes > limits.result_bytes_max) {
      return tl::unexpected<rules::Failure>(too_many(
          "bytes", static_cast<std::int64_t>(limits.result_bytes_max), "result_bytes_max"));
    }
  }
}

}  // namespace

const Dialect& sqlite_dialect() {
  // The range is asked of the column as it stands, for an index's sake, and is wider than the
  // edges: by days for texts; exact for Unix seconds. What cannot be a time must not fall out here
  // unseen, so whatever sorts before the year 1900 or after 2200, or is a number beyond the year
  // 9999, is read too, and measured_bucket refuses it.
  static const Dialect dialect{
      .flavour = SqlFlavour::sqlite,
      .bucket = "measured_bucket({})",
      .in_range =
          "{} >= :day_from and {} < :day_to or {} >= :second_from and {} < :second_to\n"
          "    or {} >= '' and {} < '1900-' or {} >= '2200-' or {} >= 253402300800 and {} < ''",
      .condition = "measured_true({})",
      .number = "measured_number({})",
      .text = "cast({} as text)",
      .ordered = "{}",
      .seconds = "measured_seconds({start}, {end})",
      .working =
          [](std::size_t clock) {
            return fmt::format("measured_working({}, {{start}}, {{end}})", clock);
          },
      .bin = "measured_bin({})",
      .fence = "limit -1",
      .bound = ""};
  return dialect;
}

rules::Result<ScanResult> scan_sqlite(SqliteDb& db, const Scan& scan, const rules::Zone& zone,
                                      const ResultLimits& limits, const std::stop_token& stop) {
  if (scan.measures.empty() || scan.edges.size() < 2) {
    return ScanResult{};
  }
  const auto planned = build_statement(scan, sqlite_dialect());
  if (!planned) {
    return tl::unexpected<rules::Failure>(planned.error());
  }
  const Edges edges(scan.edges, zone);
  const SqliteDb::ReadOnly read_only(db, stop);
  const SqliteFunctions functions(db, edges, clocks_of(*planned, scan));
  auto statement = prepared(db, scan, *planned, edges);
  if (!statement) {
    return tl::unexpected<rules::Failure>(statement.error());
  }
  auto cells = run(*statement, scan, *planned, edges, limits);
  if (!cells) {
    return tl::unexpected<rules::Failure>(cells.error());
  }
  ScanResult result;
  result.cells = std::move(*cells);
  return result;
}

rules::Result<Table> read_sqlite(SqliteDb& db, const std::string& query, std::int64_t rows_max,
                                 const ResultLimits& limits, const std::stop_token& stop) {
  const SqliteDb::ReadOnly read_only(db, stop);
  const auto tokens = split_sql(query, SqlFlavour::sqlite);
  if (!tokens) {
    return rules::give_up(
        fmt::format("statement: {} (byte {})", tokens.error().message, tokens.error().offset + 1));
  }
  auto statement = db.prepare(query);
  if (!statement) {
    return tl::unexpected<rules::Failure>(statement.error());
  }
  return read_rows(*statement, rows_max, limits);
}

rules::Result<Cases> cases_sqlite(SqliteDb& db, const CaseScan& cases, const rules::Zone& zone,
                                  const ResultLimits& limits, const std::stop_token& stop) {
  const auto planned = build_case_statement(cases, sqlite_dialect());
  if (!planned) {
    return tl::unexpected<rules::Failure>(planned.error());
  }
  const Edges edges(cases.scan.edges, zone);
  const SqliteDb::ReadOnly read_only(db, stop);
  const SqliteFunctions functions(db, edges, clocks_of(*planned, cases.scan));
  auto statement = prepared(db, cases.scan, *planned, edges);
  if (!statement) {
    return tl::unexpected<rules::Failure>(statement.error());
  }
  auto table = read_rows(*statement, rows_max(cases), limits);
  if (!table) {
    return tl::unexpected<rules::Failure>(blamed(cases.scan, 0, table.error()));
  }
  return read_cases(cases, std::move(*table));
}

std::string print_sqlite(const Scan& scan, const rules::Zone& zone) {
  if (scan.measures.empty() || scan.edges.size() < 2) {
    return "-- no buckets\n";
  }
  const auto planned = build_statement(scan, sqlite_dialect());
  if (!planned) {
    return "-- " + planned.error().message + "\n";
  }
  std::string text = planned->text;
  const Edges edges(scan.edges, zone);
  for (const Bound& value : bound_values(scan, edges)) {
    const auto* day = std::get_if<std::string>(&value.value);
    text += day != nullptr
                ? fmt::format("-- {} = '{}'\n", value.name, *day)
                : fmt::format("-- {} = {}\n", value.name, std::get<std::int64_t>(value.value));
  }
  return text + fmt::format("-- {} buckets from {} to {}\n", scan.edges.size() - 1,
                            rules::to_text(scan.edges.front()), rules::to_text(scan.edges.back()));
}

}  // namespace measured::connectors
