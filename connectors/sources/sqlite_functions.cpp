#include "connectors/sources/sqlite_functions.h"

#include <charconv>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <sqlite3.h>

#include "connectors/sources/cells.h"
#include "connectors/sources/statement.h"
#include "connectors/sources/time_text.h"
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

// measured_working(clock, start, end): how much of the time between them its calendar was open.
void working_function(sqlite3_context* context, int, sqlite3_value** arguments) {
  const auto& clocks = *static_cast<const SqliteFunctions::Clocks*>(sqlite3_user_data(context));
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

}  // namespace

SqliteFunctions::SqliteFunctions(SqliteDb& db, const Edges& edges,
                                 std::vector<rules::WorkingClock> clocks)
    : clocks_{std::move(clocks), edges.zone()} {
  add_function(db, "measured_bucket", bucket_function, &edges);
  add_function(db, "measured_true", true_function, nullptr);
  add_function(db, "measured_number", number_function, nullptr);
  add_function(db, "measured_bin", bin_function, nullptr);
  add_function(db, "measured_working", working_function, &clocks_, 3);
  add_function(db, "measured_seconds", seconds_function, &edges, 2);
}

}  // namespace measured::connectors
