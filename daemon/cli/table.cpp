#include "daemon/cli/table.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "rules/text/json.h"

namespace measured::daemon {
namespace {

// Columns a terminal gives to UTF-8 text, near enough for ids and short messages: one a code point.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

}  // namespace

Cell Cell::of(std::int64_t number) {
  return {std::to_string(number), Kind::number};
}

Cell Cell::of(double number) {
  if (!std::isfinite(number)) {
    return missing();
  }
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  return {std::string(digits, end), Kind::number};
}

std::string csv_cell(const Cell& cell) {
  if (cell.kind != Cell::Kind::text) {
    return cell.text;
  }
  std::string text = cell.text;
  if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos) {
    text.insert(text.begin(), '\'');
  }
  if (text.find_first_of(",\"\r\n") == std::string::npos) {
    return text;
  }
  std::string quoted = "\"";
  for (const char c : text) {
    quoted += c;
    if (c == '"') {
      quoted += '"';
    }
  }
  return quoted + '"';
}

RowWriter::RowWriter(std::ostream& out, Format format, std::vector<std::string> columns)
    : out_(out), format_(format), columns_(std::move(columns)) {
  if (format_ == Format::csv) {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      out_ << (i == 0 ? "" : ",") << columns_[i];
    }
    out_ << '\n';
  }
}

void RowWriter::write(const std::vector<Cell>& cells) {
  if (format_ == Format::csv) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      out_ << (i == 0 ? "" : ",") << csv_cell(cells[i]);
    }
  } else {
    rules::JsonWriter json;
    json.begin_object();
    for (std::size_t i = 0; i < cells.size(); ++i) {
      json.key(columns_[i]);
      switch (cells[i].kind) {
        case Cell::Kind::text: json.value(cells[i].text); break;
        case Cell::Kind::number: json.raw(cells[i].text); break;
        case Cell::Kind::missing: json.null(); break;
      }
    }
    out_ << json.end_object().text();
  }
  out_ << '\n';
}

void TextTable::print(std::ostream& out) const {
  std::vector<std::size_t> widths(rows_.front().size(), 0);
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], width_of(row[i]));
    }
  }
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      out << row[i];
      if (i + 1 < row.size()) {
        out << std::string(widths[i] - width_of(row[i]) + 2, ' ');
      }
    }
    out << '\n';
  }
}

}  // namespace measured::daemon
