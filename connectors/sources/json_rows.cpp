#include "connectors/sources/json_rows.h"

#include <charconv>
#include <cmath>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "connectors/sources/time_text.h"

namespace measured::connectors {
namespace {

namespace json = boost::json;

// Whole numbers beyond this are not exact as doubles, so an id of such size would be another id.
constexpr double exact_max = 9007199254740992.0;

std::string_view kind_name(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null: return "null";
    case json::kind::bool_: return "true or false";
    case json::kind::int64:
    case json::kind::uint64:
    case json::kind::double_: return "a number";
    case json::kind::string: return "text";
    case json::kind::array: return "an array";
    case json::kind::object: return "an object";
  }
  return "";
}

const json::value* find(const json::value& from, std::string_view pointer) {
  boost::system::error_code error;
  const json::value* found = from.find_pointer(pointer, error);
  return error ? nullptr : found;
}

// As the document wrote it, as far as that is known: doubles in their shortest form.
std::string text_of(const json::value& scalar) {
  if (const auto* text = scalar.if_string()) {
    return {text->data(), text->size()};
  }
  if (const auto* number = scalar.if_double()) {
    char digits[32];
    const auto [end, error] = std::to_chars(digits, digits + sizeof digits, *number);
    return {digits, end};
  }
  return json::serialize(scalar);
}

std::string shown_place(const JsonColumn& column) {
  return fmt::format(
      "column '{}' ({}{})", column.name,
      std::string(static_cast<std::size_t>(column.up) * 3, '.').append(column.up > 0 ? " " : ""),
      column.at.empty() ? "the row" : column.at);
}

// An amount may be as large as it likes; what counts or names something must be exact.
bool is_inexact(const json::value& value, CsvType type) {
  const auto* number = value.if_double();
  const bool whole = number != nullptr && std::trunc(*number) == *number;
  return number != nullptr && (!std::isfinite(*number) ||
                               (whole && type != CsvType::real && std::abs(*number) >= exact_max));
}

// A number of seconds or milliseconds since 1970, also as text, as "2026-11-23 07:00:00Z".
std::optional<Value> unix_time(const json::value& value, double unit) {
  double number = 0;
  const std::string text = text_of(value);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  const auto instant = from_unix_seconds(number / unit);
  if (!instant) {
    return std::nullopt;
  }
  return clock_text(rules::LocalTime{instant->time_since_epoch()}) + "Z";
}

std::string unfit(const JsonColumn& column, const json::value& value) {
  std::string_view wanted = with_article(column.type.type);
  if (column.take == JsonColumn::Take::unix_seconds) {
    wanted = "seconds since 1970 before the year 10000";
  } else if (column.take == JsonColumn::Take::unix_millis) {
    wanted = "milliseconds since 1970";
  }
  const std::string like =
      column.type.format.empty() ? "" : fmt::format(" like '{}'", column.type.format);
  return fmt::format("{}: '{}' is not {}{}", shown_place(column), shown(text_of(value)), wanted,
                     like);
}

// The value of one column, or what is wrong.
std::string take(const json::value& from, const JsonColumn& column, Value& out) {
  const json::value* value = find(from, column.at);
  out = Value{};
  if (value == nullptr || value->is_null()) {
    return "";
  }
  if (column.take == JsonColumn::Take::count) {
    const auto* array = value->if_array();
    if (array == nullptr) {
      return fmt::format("{}: {} where an array is counted", shown_place(column),
                         kind_name(*value));
    }
    out = static_cast<std::int64_t>(array->size());
    return "";
  }
  if (column.take == JsonColumn::Take::text) {
    out = json::serialize(*value);
    return "";
  }
  if (value->is_structured()) {
    return fmt::format(
        "{}: {} where {} is expected: point deeper into it, count it, or write 'type: json'",
        shown_place(column), kind_name(*value), with_article(column.type.type));
  }
  if (is_inexact(*value, column.type.type)) {
    return fmt::format("{}: a number that cannot be held exactly; have it sent as text",
                       shown_place(column));
  }
  std::optional<Value> converted;
  if (column.take == JsonColumn::Take::unix_seconds) {
    converted = unix_time(*value, 1);
  } else if (column.take == JsonColumn::Take::unix_millis) {
    converted = unix_time(*value, 1000);
  } else if (value->is_double() && column.type.type == CsvType::integer &&
             std::trunc(value->get_double()) == value->get_double()) {
    converted = static_cast<std::int64_t>(value->get_double());
  } else {
    converted = convert(text_of(*value), column.type);
  }
  if (!converted) {
    return unfit(column, *value);
  }
  out = *std::move(converted);
  return "";
}

// Goes down the levels of `explode`; `path` holds the elements passed, the row itself last.
class Rows {
 public:
  Rows(const JsonMapping& mapping, const JsonDocument::Use& use)
      : mapping_(mapping), use_(use), values_(mapping.columns.size()) {}

  rules::Result<void> visit(const json::value& element) {
    path_.push_back(&element);
    const std::size_t level = path_.size() - 1;
    rules::Result<void> result;
    if (level == mapping_.explode.size()) {
      result = row();
    } else {
      result = below(element, mapping_.explode[level]);
    }
    path_.pop_back();
    return result;
  }

 private:
  rules::Result<void> below(const json::value& element, const std::string& at) {
    const json::value* inner = find(element, at);
    if (inner == nullptr || inner->is_null()) {
      return {};  // nothing inside: no rows
    }
    const auto* array = inner->if_array();
    if (array == nullptr) {
      return use_({}, fmt::format("{} is {}, not an array to explode", at, kind_name(*inner)));
    }
    for (const json::value& one : *array) {
      if (auto visited = visit(one); !visited) {
        return visited;
      }
    }
    return {};
  }

  rules::Result<void> row() {
    std::string wrong;
    for (std::size_t i = 0; i < values_.size() && wrong.empty(); ++i) {
      const JsonColumn& column = mapping_.columns[i];
      const std::size_t from = path_.size() - 1 - static_cast<std::size_t>(column.up);
      wrong = take(*path_[from], column, values_[i]);
    }
    return use_(values_, wrong);
  }

  const JsonMapping& mapping_;
  const JsonDocument::Use& use_;
  std::vector<const json::value*> path_;
  std::vector<Value> values_;
};

}  // namespace

std::vector<RowColumn> columns_of(const JsonMapping& mapping) {
  std::vector<RowColumn> columns;
  for (const JsonColumn& column : mapping.columns) {
    columns.push_back({column.name, column.type.type});
  }
  return columns;
}

std::string pointer_problem(std::string_view pointer) {
  if (!pointer.empty() && pointer.front() != '/') {
    return fmt::format("'{}' is not a JSON Pointer", pointer);
  }
  for (std::size_t i = 0; i < pointer.size(); ++i) {
    if (pointer[i] == '~' &&
        (i + 1 == pointer.size() || (pointer[i + 1] != '0' && pointer[i + 1] != '1'))) {
      return fmt::format("'{}': '~' is written '~0' in a JSON Pointer", pointer);
    }
  }
  return "";
}

rules::Result<JsonDocument> JsonDocument::parse(std::string_view text, std::size_t depth_max) {
  json::parse_options options;
  options.max_depth = depth_max;
  boost::system::error_code error;
  json::stream_parser parser(json::storage_ptr(), options);
  const std::size_t used = parser.write(text.data(), text.size(), error);
  if (!error) {
    parser.finish(error);
  }
  if (error == json::error::too_deep) {
    return rules::give_up(
        fmt::format("JSON nested deeper than {}: the cap is 'depth_max'", depth_max));
  }
  if (error == json::error::incomplete) {
    return rules::retry_later("the JSON ends too soon");
  }
  if (error) {
    return rules::give_up(fmt::format("not JSON at byte {}: {}", used + 1, error.message()));
  }
  JsonDocument document;
  document.root_ = std::make_shared<const json::value>(parser.release());
  return document;
}

std::optional<std::string> JsonDocument::text_at(std::string_view pointer) const {
  const json::value* value = find(*root_, pointer);
  if (value == nullptr || value->is_null()) {
    return std::nullopt;
  }
  return text_of(*value);
}

std::optional<std::size_t> JsonDocument::array_size_at(std::string_view pointer) const {
  const json::value* value = find(*root_, pointer);
  const json::array* array = value == nullptr ? nullptr : value->if_array();
  return array == nullptr ? std::nullopt : std::optional(array->size());
}

rules::Result<std::size_t> JsonDocument::each_row(const JsonMapping& mapping,
                                                  const Use& use) const {
  const json::value* rows = find(*root_, mapping.rows);
  if (rows == nullptr) {
    return rules::give_up(
        fmt::format("there is nothing at '{}', where the rows should be", mapping.rows));
  }
  Rows each(mapping, use);
  if (rows->is_object()) {
    const auto visited = each.visit(*rows);
    return visited ? rules::Result<std::size_t>(1)
                   : tl::unexpected<rules::Failure>(visited.error());
  }
  const auto* array = rows->if_array();
  if (array == nullptr) {
    return rules::give_up(
        fmt::format("'{}' is {}, not an array of rows", mapping.rows, kind_name(*rows)));
  }
  for (const json::value& row : *array) {
    if (const auto visited = each.visit(row); !visited) {
      return tl::unexpected<rules::Failure>(visited.error());
    }
  }
  return array->size();
}

}  // namespace measured::connectors
