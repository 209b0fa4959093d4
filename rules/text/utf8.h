#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace measured::rules {

struct CodePoint {
  char32_t code = 0;
  std::size_t bytes = 1;  // that it takes; 1 for a byte that is not UTF-8
  bool valid = false;
};

// The first code point of `text`, which is not empty. Overlong forms, surrogates and what lies
// beyond U+10FFFF are not valid.
CodePoint next_code_point(std::string_view text);

// Columns that `text` takes in a terminal: 0 for combining marks and format characters, 2 for wide
// East Asian characters and emoji, 1 for the rest.
int display_width(std::string_view text);

// `text` with spaces behind (or before) it up to `columns`; a longer one is kept whole.
std::string pad_right(std::string_view text, int columns);
std::string pad_left(std::string_view text, int columns);

// `text` in one line that is safe to show: control characters, line and paragraph separators and
// the marks that turn the direction of the text become a space, runs of spaces one, and what is
// beyond `columns` becomes "…".
std::string one_line(std::string_view text, int columns);

}  // namespace measured::rules
