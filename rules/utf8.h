#pragma once

#include <cstddef>
#include <string_view>

namespace measured::rules {

// The bytes of the character that `text` begins with, or 0 when it begins with none (RFC 3629: no
// overlong forms, no surrogates, nothing beyond U+10FFFF). `text` must not be empty.
std::size_t utf8_length(std::string_view text);

// How many characters `text` has; a byte that belongs to none counts as one.
std::size_t utf8_count(std::string_view text);

// The offset of the first byte that is not UTF-8; npos when there is none.
std::size_t utf8_error(std::string_view text);

}  // namespace measured::rules
