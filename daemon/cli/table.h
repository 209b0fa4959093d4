#pragma once

#include <cstddef>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace measured::daemon {

// One value of an exported row. Numbers are written bare; text is quoted where the format needs it.
struct Cell {
  std::string text;
  enum class Kind { text, number, missing } kind = Kind::text;

  static Cell of(std::string_view text) { return {std::string(text), Kind::text}; }
  static Cell of(std::int64_t number);
  static Cell of(
      double number);  // the shortest form that reads back the same; missing when not finite
  static Cell missing() { return {"", Kind::missing}; }
};

// Rows for other tools, one at a time, in the order they come.
class RowWriter {
 public:
  enum class Format { csv, jsonl };
  RowWriter(std::ostream& out, Format format, std::vector<std::string> columns);
  void write(const std::vector<Cell>& cells);  // one for each column

 private:
  std::ostream& out_;
  Format format_;
  std::vector<std::string> columns_;
};

// A cell of a CSV file (RFC 4180): quoted where needed, and made harmless to a spreadsheet, which
// would run text that begins with = + - @ TAB or CR as a formula.
std::string csv_cell(const Cell& cell);

// Rows for a person at a terminal: columns as wide as their widest cell, two blanks between.
class TextTable {
 public:
  explicit TextTable(std::vector<std::string> header) : rows_{std::move(header)} {}
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  bool empty() const { return rows_.size() == 1; }
  void print(std::ostream& out) const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace measured::daemon
