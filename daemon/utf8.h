#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace measured::daemon {

// One code point at the start of a text. `bytes` is 0 where the text is empty or does not start
// with well-formed UTF-8 (overlong forms, surrogates and values over U+10FFFF are not).
struct CodePoint {
  char32_t value = 0;
  std::size_t bytes = 0;
};
CodePoint first_code_point(std::string_view text);

// `text` with each byte that is not part of well-formed UTF-8 replaced by U+FFFD, cut after the
// last whole code point within `bytes_max`; a text that was cut ends with "…" (3 bytes, within the
// limit where it is at least 3).
std::string clean_utf8(std::string_view text, std::size_t bytes_max);

// Characters that move the cursor, end a line or turn the reading direction: C0, DEL, C1, U+2028,
// U+2029 and the bidirectional controls. A foreign text must not bring one to a terminal.
bool is_control(char32_t value);

}  // namespace measured::daemon
