#include "connectors/sources/postgres_dialect.h"

#include <string>

#include <fmt/format.h>

#include "rules/stats/sketch.h"

namespace measured::connectors {
namespace {

// A time without a zone becomes an instant by PostgreSQL's own rule, which takes the second of the
// two hours at the end of summer time where we take the first.
constexpr std::string_view postgres_seconds =
    "date_part('epoch', {end}::timestamptz) - date_part('epoch', {start}::timestamptz)";

constexpr std::size_t calendar_parameters = 3;  // of each calendar, behind those of the edges

// Working time until a time is that before the last opening and what of it has passed. The openings
// are bound as three arrays for each calendar: their starts, lengths, and the working time before.
// A time beyond them gives NaN, which no sum takes.
std::string postgres_working(std::size_t clock) {
  const std::size_t n = postgres_first_parameter(clock);
  const auto until = [n](std::string_view time) {
    const std::string second = fmt::format("date_part('epoch', {}::timestamptz)", time);
    const std::string place = fmt::format("width_bucket({}, ${}::float8[])", second, n);
    return fmt::format(
        "case when {0} is null then null when {0} < (${1}::float8[])[1] or "
        "{0} > (${1}::float8[])[array_upper(${1}::float8[], 1)] then 'NaN'::float8 else "
        "(${3}::float8[])[{2}] + least({0} - (${1}::float8[])[{2}], (${4}::float8[])[{2}]) end",
        second, n, place, n + 2, n + 1);
  };
  return "(" + until("{end}") + ") - (" + until("{start}") + ")";
}

// float8 throughout: numeric would be slow, and round differently.
const std::string postgres_bin = fmt::format(
    "case when {{}} < 0 then {} when {{}} < {}::float8 then {} "
    "else ceil(ln({{}}) / ln(2::float8) * 32 - 1e-9::float8) end",
    below_zero_bin, rules::stats::sketch_zero_below, zero_bin);

// With escapes, so that it means the same whatever standard_conforming_strings says.
std::string postgres_literal(std::string_view text) {
  std::string doubled;
  for (const char c : text) {
    doubled += c;
    doubled += c == '\\' ? "\\" : "";
  }
  return "E" + standard_literal(doubled);
}

Dialect dialect_of(std::string_view bucket, std::string_view in_range) {
  return {.flavour = SqlFlavour::postgres,
          .bucket = bucket,
          .in_range = in_range,
          .condition = "{} is true",
          .number = "{}::float8",
          .text = "{}::text",
          .ordered = "{} collate \"C\"",
          .seconds = postgres_seconds,
          .working = postgres_working,
          .bin = postgres_bin,
          .fence = "offset 0",
          .bound = "${}::timestamptz",
          .literal = postgres_literal};
}

}  // namespace

const Dialect& postgres_instants() {
  static const Dialect dialect = dialect_of("width_bucket({}, $1::timestamptz[]) - 1",
                                            "{} >= $2::timestamptz and {} < $3::timestamptz");
  return dialect;
}

const Dialect& postgres_local_times() {
  static const Dialect dialect = dialect_of("width_bucket({}::timestamp, $1::timestamp[]) - 1",
                                            "{} >= $2::timestamp and {} < $3::timestamp");
  return dialect;
}

std::size_t postgres_first_parameter(std::size_t clock) {
  return postgres_edge_parameters + calendar_parameters * clock + 1;
}

}  // namespace measured::connectors
