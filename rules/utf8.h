#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace measured::rules {

// One code point at the start of a text. `bytes` is 0 where the text is empty or does not start
// with well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing beyond U+10FFFF).
struct CodePoint {
  char32_t value = 0;
  std::size_t bytes = 0;
};
CodePoint first_code_point(std::string_view text);

// The bytes of the code point that `text` begins with; 0 when it begins with none.
std::size_t utf8_length(std::string_view text);

// How many code points `text` has; a byte that belongs to none counts as one.
std::size_t utf8_count(std::string_view text);

// The offset of the first byte that is not UTF-8; npos when there is none.
std::size_t utf8_error(std::string_view text);

// `text` with each byte that is not part of well-formed UTF-8 replaced by U+FFFD.
std::string valid_utf8(std::string_view text);

// The same, cut after the last whole code point within `bytes_max`; a text that was cut ends with
// "…" (3 bytes, within the limit where it is at least 3).
std::string short_utf8(std::string_view text, std::size_t bytes_max);

// Characters that move the cursor, end a line, turn the reading direction or are not seen at all:
// C0, DEL, C1, U+2028, U+2029, the bidirectional controls and the byte order mark. A foreign text
// must not bring one to a terminal.
bool is_control(char32_t value);

}  // namespace measured::rules
