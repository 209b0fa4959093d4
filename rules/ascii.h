#pragma once

#include <string>
#include <string_view>

namespace measured::rules {

// What ASCII calls letters and digits, whatever the locale: the functions of <cctype> ask it, and
// are undefined for the bytes of UTF-8 over 127. Those bytes are neither letters nor digits here.
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
constexpr bool is_letter(char c) {
  return is_lower(c) || (c >= 'A' && c <= 'Z');
}
constexpr bool is_alnum(char c) {
  return is_letter(c) || is_digit(c);
}

// `text` with the capital letters of ASCII made small; every other byte as it is.
std::string lower(std::string_view text);

// `text` with a first letter of ASCII made a capital.
std::string capitalised(std::string text);

}  // namespace measured::rules
