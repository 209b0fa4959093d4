// The one table of what databases behind ODBC say differently.
//
// A bucket is found by a chain of comparisons, `case when t < edge1 then 0 when t < edge2 then 1
// …`: every database has it, and its cost does not show beside the reading of rows. PostgreSQL
// compares instants. The others compare wall-clock times of the source's zone, which in the hour
// that happens twice cannot be told apart.
#include "connectors/sources/odbc/dialects.h"

#include <fmt/format.h>

#include "connectors/sources/time_text.h"
#include "rules/ascii.h"
#include "rules/stats/sketch.h"

namespace measured::connectors {
namespace {

struct Words {
  std::string_view time;     // of the operator's time expression, as it is compared
  std::string_view literal;  // of an edge
  std::string_view condition;
  std::string_view count_where;
  std::string_view number;
  std::string_view text;  // compared and grouped by its bytes
  std::string_view ordered;
  std::string_view seconds;  // between {start} and {end}; empty where databases differ
  std::string_view fence;
};

// MariaDB reads a backslash as an escape, unless its mode says otherwise: then such a value matches
// nothing.
std::string mariadb_literal(std::string_view text) {
  std::string doubled;
  for (const char c : text) {
    doubled += c;
    doubled += c == '\\' ? "\\" : "";
  }
  return standard_literal(doubled);
}

// In the order of OdbcDialect. MariaDB compares texts by the column's collation, which is blind to
// case for most. SQLite's days are doubles that tell times apart to a tenth of a millisecond;
// rounded to milliseconds, whole seconds are whole.
constexpr Words words[] = {
    {"cast({} as timestamptz)", "timestamptz '{}'", "{} is true", "count(*) filter (where {})",
     "cast({} as float8)", "cast({} as text)", "{} collate \"C\"",
     "date_part('epoch', cast({end} as timestamptz)) - date_part('epoch', cast({start} as "
     "timestamptz))",
     "offset 0"},
    {"{}", "'{}'", "coalesce({} <> 0, 0)", "count(case when {} then 1 end)", "cast({} as double)",
     "convert({} using utf8mb4) collate utf8mb4_nopad_bin", "{}",
     "timestampdiff(microsecond, {start}, {end}) / 1e6", "limit 18446744073709551615"},
    {"datetime({})", "'{}'", "coalesce({} <> 0, 0)", "count(case when {} then 1 end)",
     "cast({} as real)", "cast({} as text)", "{}",
     "round((julianday({end}) - julianday({start})) * 86400.0, 3)", "limit -1"},
    {"{}", "timestamp '{}'", "case when {} then 1 else 0 end = 1", "count(case when {} then 1 end)",
     "cast({} as double precision)", "cast({} as varchar(1000))", "{}", "", ""},
};

constexpr std::string_view ansi_seconds =
    "no way to subtract times is common to all databases; say which one it is by 'dialect', or "
    "count the durations in a view or a 'query'";
constexpr std::string_view clock_seconds =
    "this database subtracts what clocks show, which is an hour off when they change; read times "
    "that are kept in UTC with the source's 'time_zone: UTC', or count the durations in a view or "
    "a 'query'";

// Of a double; ln and ceil are everywhere.
const std::string bin_words = fmt::format(
    "case when {{}} < 0 then {} when {{}} < {} then {} else ceil(ln({{}}) / ln(2e0) * 32e0 - 1e-9) "
    "end",
    below_zero_bin, rules::stats::sketch_zero_below, zero_bin);

// Whether what clocks show and what passes are the same around the edges: cases may begin years
// before the periods that are read.
bool is_steady(const rules::Zone& zone, const Edges& edges) {
  constexpr std::chrono::days before{10 * 366};
  return zone.next_transition(edges.instants().front() - before) > edges.instants().back();
}

constexpr char mark = '\x01';  // around the number of a bound until its literal stands there

std::string literal(OdbcDialect dialect, const Edges& edges, std::size_t i) {
  const std::string time = dialect == OdbcDialect::postgres ? rules::to_text(edges.instants()[i])
                                                            : clock_text(edges.local()[i]);
  return fmt::format(fmt::runtime(words[static_cast<std::size_t>(dialect)].literal), time);
}

}  // namespace

OdbcDialect dialect_of(std::string_view dbms_name) {
  const std::string name = rules::lower(dbms_name);
  if (name.starts_with("postgres")) {
    return OdbcDialect::postgres;
  }
  if (name.starts_with("mariadb") || name.starts_with("mysql")) {
    return OdbcDialect::mariadb;
  }
  return name.starts_with("sqlite") ? OdbcDialect::sqlite : OdbcDialect::ansi;
}

OdbcPatterns::OdbcPatterns(OdbcDialect dialect, const Edges& edges, const rules::Zone& zone) {
  const Words& say = words[static_cast<std::size_t>(dialect)];
  const std::size_t last = edges.instants().size() - 1;
  from_ = literal(dialect, edges, 0);
  to_ = literal(dialect, edges, last);
  bucket_ = "case";
  for (std::size_t i = 0; i <= last; ++i) {  // -1: before all of them
    bucket_ += fmt::format(" when {} < {} then {}", say.time, literal(dialect, edges, i),
                           static_cast<std::int64_t>(i) - 1);
  }
  bucket_ += " end";
  in_range_ = fmt::format("{} >= {} and {} < {}", say.time, from_, say.time, to_);
  const bool subtracts = dialect == OdbcDialect::postgres || is_steady(zone, edges);
  dialect_ = {.flavour = dialect == OdbcDialect::sqlite ? SqlFlavour::sqlite : SqlFlavour::postgres,
              .bucket = bucket_,
              .in_range = in_range_,
              .condition = say.condition,
              .number = say.number,
              .text = say.text,
              .ordered = say.ordered,
              .seconds = subtracts ? say.seconds : "",
              .working = nullptr,
              .no_seconds = say.seconds.empty() ? ansi_seconds : clock_seconds,
              .bin = bin_words,
              .fence = say.fence,
              .bound = "\x01{}\x01",
              .count_where = say.count_where,
              .literal = dialect == OdbcDialect::mariadb ? mariadb_literal : standard_literal};
}

std::string OdbcPatterns::text_of(const Statement& statement) const {
  std::string text;
  std::size_t at = 0;
  for (auto begin = statement.text.find(mark); begin != std::string::npos;
       begin = statement.text.find(mark, at)) {
    const std::size_t end = statement.text.find(mark, begin + 1);
    const auto number = std::stoul(statement.text.substr(begin + 1, end - begin - 1));
    text += statement.text.substr(at, begin - at);
    text += statement.bounds[number - 1] == ":from" ? from_ : to_;
    at = end + 1;
  }
  return text + statement.text.substr(at);
}

std::vector<std::string> session_statements(OdbcDialect dialect, const rules::Zone& zone) {
  switch (dialect) {
    case OdbcDialect::postgres:
      return {"set session characteristics as transaction read only",
              fmt::format("set timezone to '{}'", zone.name())};
    case OdbcDialect::mariadb:
      // A zone by name needs tables that most servers do not have; columns of type DATETIME need
      // none.
      return zone.name() == "UTC" ? std::vector<std::string>{"set session transaction read only",
                                                             "set time_zone = '+00:00'"}
                                  : std::vector<std::string>{"set session transaction read only"};
    case OdbcDialect::sqlite: return {"pragma query_only = on"};
    case OdbcDialect::ansi: return {};
  }
  return {};
}

}  // namespace measured::connectors
