#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/sources/cells.h"
#include "connectors/sources/csv_types.h"
#include "connectors/sources/row_table.h"
#include "rules/result.h"

namespace boost::json {
class value;
}

namespace measured::connectors {

// How a value of JSON becomes a value of a column. Places are JSON Pointers (RFC 6901).
struct JsonColumn {
  enum class Take { value, count, text, unix_seconds, unix_millis };
  std::string name;
  std::string at;  // from the row; "" is the row itself
  int up = 0;      // how many levels of `explode` above the row `at` starts
  // value: the value there; count: how many elements the array there has; text: whatever is there,
  // as JSON; unix_…: a number, read as a time.
  Take take = Take::value;
  CsvColumn type;
};

// Where the rows of a document are.
struct JsonMapping {
  std::string rows;  // the array of rows, or an object that is the one row
  std::vector<std::string>
      explode;  // from the row, arrays inside it: each element is a row instead
  std::vector<JsonColumn> columns;
};

std::vector<RowColumn> columns_of(const JsonMapping& mapping);

// What is wrong with a JSON Pointer; empty when it is one.
std::string pointer_problem(std::string_view pointer);

// A document that was read whole. Depth and size are bounded by whoever reads it.
class JsonDocument {
 public:
  static rules::Result<JsonDocument> parse(std::string_view text, std::size_t depth_max);

  // The value there as text: the string, or the JSON of anything else. None when it is absent or
  // null.
  std::optional<std::string> text_at(std::string_view pointer) const;
  std::optional<std::size_t> array_size_at(std::string_view pointer) const;

  // Calls `use` with the values of each row and what is wrong with it ("" when nothing is; the
  // values are then whole). Returns how many elements the array of rows has, before exploding. Ends
  // with the failure that `use` gives.
  using Use =
      std::function<rules::Result<void>(std::span<const Value> row, const std::string& wrong)>;
  rules::Result<std::size_t> each_row(const JsonMapping& mapping, const Use& use) const;

 private:
  JsonDocument() = default;
  std::shared_ptr<const boost::json::value> root_;
};

}  // namespace measured::connectors
