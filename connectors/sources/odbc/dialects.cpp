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

namespace measured::connectors {
namespace {

struct Words {
  std::string_view time;     // of the operator's time expression, as it is compared
  std::string_view literal;  // of an edge
  std::string_view condition;
  std::string_view count_where;
  std::string_view number;
  std::string_view text;
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

// In the order of OdbcDialect.
constexpr Words words[] = {
    {"cast({} as timestamptz)", "timestamptz '{}'", "{} is true", "count(*) filter (where {})",
     "cast({} as float8)", "cast({} as text)", "offset 0"},
    {"{}", "'{}'", "coalesce({} <> 0, 0)", "count(case when {} then 1 end)", "cast({} as double)",
     "cast({} as char)", "limit 18446744073709551615"},
    {"datetime({})", "'{}'", "coalesce({} <> 0, 0)", "count(case when {} then 1 end)",
     "cast({} as real)", "cast({} as text)", "limit -1"},
    {"{}", "timestamp '{}'", "case when {} then 1 else 0 end = 1", "count(case when {} then 1 end)",
     "cast({} as double precision)", "cast({} as varchar(1000))", ""},
};

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

OdbcPatterns::OdbcPatterns(OdbcDialect dialect, const Edges& edges) {
  const Words& say = words[static_cast<std::size_t>(dialect)];
  const std::size_t last = edges.instants().size() - 1;
  from_ = literal(dialect, edges, 0);
  to_ = literal(dialect, edges, last);
  bucket_ = "case";
  for (std::size_t i = 1; i <= last; ++i) {
    bucket_ += fmt::format(" when {} < {} then {}", say.time, literal(dialect, edges, i), i - 1);
  }
  bucket_ += " end";
  in_range_ = fmt::format("{} >= {} and {} < {}", say.time, from_, say.time, to_);
  dialect_ = {.flavour = dialect == OdbcDialect::sqlite ? SqlFlavour::sqlite : SqlFlavour::postgres,
              .bucket = bucket_,
              .in_range = in_range_,
              .condition = say.condition,
              .number = say.number,
              .text = say.text,
              .ordered = "",  // kinds of two levels and times are not read through ODBC
              .seconds = "",
              .bin = "",
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
