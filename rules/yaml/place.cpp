#include "rules/yaml/place.h"

#include <algorithm>

#include "rules/utf8.h"

namespace measured::rules {

Place place_of(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const auto line = std::count(before.begin(), before.end(), '\n');
  const auto start = before.rfind('\n');
  const std::string_view head = start == std::string_view::npos ? before : before.substr(start + 1);
  return {static_cast<int>(line) + 1, static_cast<int>(utf8_count(head)) + 1};
}

Places::Places(std::string_view text) : text_(text) {
  const bool ascii = std::all_of(text.begin(), text.end(),
                                 [](char c) { return static_cast<signed char>(c) >= 0; });
  if (ascii) {
    return;
  }
  starts_.push_back(0);
  for (std::size_t i = text.find('\n'); i != std::string_view::npos; i = text.find('\n', i + 1)) {
    starts_.push_back(i + 1);
  }
}

Place Places::at(int line, int column_bytes) const {
  const Place bytes{line + 1, column_bytes + 1};
  if (line < 0 || column_bytes < 0 || static_cast<std::size_t>(line) >= starts_.size()) {
    return bytes;
  }
  const std::string_view rest = text_.substr(starts_[static_cast<std::size_t>(line)]);
  const std::string_view before = rest.substr(0, static_cast<std::size_t>(column_bytes));
  return {bytes.line, static_cast<int>(utf8_count(before)) + 1};
}

bool indented_with_tab(std::string_view text, int line) {
  for (int passed = 1; passed < line; ++passed) {
    text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  }
  const auto end = text.find_first_not_of(" \t");
  return text.substr(0, end).find('\t') != std::string_view::npos;
}

}  // namespace measured::rules
