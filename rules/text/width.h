#pragma once

#include <string>
#include <string_view>

namespace measured::rules {

// Columns that one code point takes in a terminal: 0 for combining marks and format characters, 2
// for wide East Asian characters and emoji, 1 for the rest.
int cells_of(char32_t code);

// Columns that `text` takes in a terminal; a byte that belongs to no code point takes one.
int display_width(std::string_view text);

// `text` with spaces behind (or before) it up to `columns`; a longer one is kept whole.
std::string pad_right(std::string_view text, int columns);
std::string pad_left(std::string_view text, int columns);

// `text` in one line that is safe to show: control characters, line and paragraph separators and
// the marks that turn the direction of the text become a space, runs of spaces one, and what is
// beyond `columns` becomes "…".
std::string one_line(std::string_view text, int columns);

}  // namespace measured::rules
