#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace measured::rules {

// A place in a text: line and column from 1, columns in characters. Line 0 is the whole text.
struct Place {
  int line = 0;
  int column = 0;
};

// Where byte `offset` of `text` stands.
Place place_of(std::string_view text, std::size_t offset);

// Turns a parser's places into an editor's. The parser counts columns in bytes, editors in
// characters: they differ where a line holds more than ASCII before the column. Refers to `text`.
class Places {
 public:
  explicit Places(std::string_view text);

  // `line` and `column_bytes` count from 0.
  Place at(int line, int column_bytes) const;

 private:
  std::string_view text_;
  std::vector<std::size_t> starts_;  // of lines; empty when the text is all ASCII
};

// Whether line `line` (from 1) is indented with a tab, which YAML does not allow.
bool indented_with_tab(std::string_view text, int line);

}  // namespace measured::rules
