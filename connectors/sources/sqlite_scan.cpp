#include "connectors/sources/sqlite_scan.h"

#include <charconv>
#include <utility>

#include <fmt/format.h>
#include <sqlite3.h>

#include "connectors/sources/cells.h"
#include "connectors/sources/edges.h"
#include "rules/stats/sketch.h"

namespace measured::connectors {
namespace {

std::string_view text_of(sqlite3_value* value) {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_value_text(value));
  return {bytes == nullptr ? "" : bytes, static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

void refuse(sqlite3_context* context, const std::string& message) {
  sqlite3_result_error(context, message.data(), static_cast<int>(message.size()));
}

// measured_bucket(time): the index of its bucket; null outside the edges.
void bucket_function(sqlite3_context* context, int, sqlite3_value** arguments) {
  const auto& edges = *static_cast<const Edges*>(sqlite3_user_data(context));
  const int type = sqlite3_value_type(arguments[0]);
  std::optional<std::uint32_t> bucket;
  if (type == SQLITE_NULL) {
    return sqlite3_result_null(context);
  }
  if (type == SQLITE_INTEGER || type == SQLITE_FLOAT) {
    const auto instant = from_unix_seconds(sqlite3_value_double(arguments[0]));
    if (!instant) {
      return refuse(context,
                    fmt::format("time {} is out of range: numbers are read as Unix seconds",
                                text_of(arguments[0])));
    }
    bucket = edges.bucket_of(*instant);
  } else {
    const std::string_view text = text_of(arguments[0]);
    const auto time = read_time(text);
    if (!time) {
      return refuse(context, fmt::format("'{}' is not a time: '2026-11-23', '2026-11-23 07:00' and "
                                         "numbers of Unix seconds are",
                                         shown(text)));
    }
    bucket = edges.bucket_of(*time);
  }
  if (bucket) {
    sqlite3_result_int64(context, *bucket);
  } else {
    sqlite3_result_null(context);
  }
}

// measured_true(condition): 1 or 0. Null is not true.
void true_function(sqlite3_context* context, int, sqlite3_value** arguments) {
  switch (sqlite3_value_type(arguments[0])) {
    case SQLITE_NULL: return sqlite3_result_int(context, 0);
    case SQLITE_INTEGER:
    case SQLITE_FLOAT:
      return sqlite3_result_int(context, sqlite3_value_double(arguments[0]) != 0 ? 1 : 0);
    default:
      return refuse(context, fmt::format("a condition gives the text '{}': compare it, as in "
                                         "column = 'true'",
                                         shown(text_of(arguments[0]))));
  }
}

// measured_number(value): a double. Null stays null.
void number_function(sqlite3_context* context, int, sqlite3_value** arguments) {
  const int type = sqlite3_value_type(arguments[0]);
  if (type == SQLITE_NULL) {
    return sqlite3_result_null(context);
  }
  if (type == SQLITE_INTEGER || type == SQLITE_FLOAT) {
    return sqlite3_result_double(context, sqlite3_value_double(arguments[0]));
  }
  const std::string_view text = text_of(arguments[0]);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) {
    return refuse(context, fmt::format("'{}' is not a number", shown(text)));
  }
  sqlite3_result_double(context, number);
}

// measured_bin(number): which bin of a sketch it falls into.
void bin_function(sqlite3_context* context, int, sqlite3_value** arguments) {
  if (sqlite3_value_type(arguments[0]) == SQLITE_NULL) {
    return sqlite3_result_null(context);
  }
  const double value = sqlite3_value_double(arguments[0]);
  sqlite3_result_int64(context,
                       value < 0 ? below_zero_bin
                       : value < rules::stats::sketch_zero_below
                           ? zero_bin
                           : rules::stats::sketch_bucket(value, rules::stats::Sketch{}.scale));
}

// Unix seconds with their fraction. None for null, and (refused) for what is no time.
std::optional<double> seconds_at(sqlite3_context* context, sqlite3_value* value,
                                 const rules::Zone& zone) {
  const int type = sqlite3_value_type(value);
  if (type == SQLITE_NULL) {
    return std::nullopt;
  }
  if (type == SQLITE_INTEGER || type == SQLITE_FLOAT) {
    return sqlite3_value_double(value);
  }
  const auto time = read_time(text_of(value));
  if (!time) {
    refuse(context, fmt::format("'{}' is not a time", shown(text_of(value))));
    return std::nullopt;
  }
  double fraction = 0;
  double place = 1;
  for (const char digit : time->fraction) {
    place /= 10;
    fraction += place * (digit - '0');
  }
  return static_cast<double>(time->instant(zone).time_since_epoch().count()) + fraction;
}

// measured_seconds(start, end): how long it took.
void seconds_function(sqlite3_context* context, int, sqlite3_value** arguments) {
  const rules::Zone& zone = static_cast<const Edges*>(sqlite3_user_data(context))->zone();
  sqlite3_result_null(context);
  const auto start = seconds_at(context, arguments[0], zone);
  const auto end = seconds_at(context, arguments[1], zone);
  if (start && end) {
    sqlite3_result_double(context, *end - *start);
  }
}

// What measured_working needs beside its arguments.
struct Clocks {
  std::vector<rules::WorkingClock> clocks;
  rules::Zone zone;
};

// measured_working(clock, start, end): how much of the time between them its calendar was open.
void working_function(sqlite3_context* context, int, sqlite3_value** arguments) {
  const auto& clocks = *static_cast<const Clocks*>(sqlite3_user_data(context));
  const auto& clock = clocks.clocks[static_cast<std::size_t>(sqlite3_value_int(arguments[0]))];
  sqlite3_result_null(context);
  const auto start = seconds_at(context, arguments[1], clocks.zone);
  const auto end = seconds_at(context, arguments[2], clocks.zone);
  if (!start || !end) {
    return;
  }
  const auto from = clock.until(*start);
  const auto to = clock.until(*end);
  if (!from || !to) {
    return refuse(context, fmt::format("'{}' is too far from the periods that are read: working "
                                       "time is known from five years before to one year behind",
                                       shown(text_of(arguments[from ? 2 : 1]))));
  }
  sqlite3_result_double(context, *to - *from);
}

void add_function(SqliteDb& db, const char* name,
                  void (*function)(sqlite3_context*, int, sqlite3_value**), const void* data,
                  int arguments = 1) {
  sqlite3_create_function_v2(db.handle(), name, arguments,
                             SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY,
                             const_cast<void*>(data), function, nullptr, nullptr, nullptr);
}

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
  add_function(db, "measured_bucket", bucket_function, &edges);
  add_function(db, "measured_true", true_function, nullptr);
  add_function(db, "measured_number", number_function, nullptr);
  add_function(db, "measured_bin", bin_function, nullptr);
  const Clocks clocks{clocks_of(*planned, scan), zone};
  add_function(db, "measured_working", working_function, &clocks, 3);
  add_function(db, "measured_seconds", seconds_function, &edges, 2);
  auto statement = db.prepare(planned->text);
  if (!statement) {
    const int owner = db.last_error_line() > 0 ? owner_of_line(*planned, db.last_error_line()) : -1;
    return tl::unexpected<rules::Failure>(blamed(scan, owner, statement.error()));
  }
  bind_all(*statement, bound_values(scan, edges));
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
  Table table{statement->column_names(), {}};
  std::size_t bytes = 0;
  for (;;) {
    const auto more = statement->step();
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
    for (int i = 0; i < statement->column_count(); ++i) {
      row.push_back(statement->text(i));
      bytes += row.back() ? row.back()->size() : 0;
    }
    if (bytes > limits.result_bytes_max) {
      return tl::unexpected<rules::Failure>(too_many(
          "bytes", static_cast<std::int64_t>(limits.result_bytes_max), "result_bytes_max"));
    }
  }
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
