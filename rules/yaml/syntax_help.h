#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "rules/yaml/place.h"

namespace measured::rules {

// What to write instead of what the parser could not read. The parser says what it missed, often in
// the line after the mistake; this looks at the text for what people do wrong.
std::string syntax_help(std::string_view text, Place at, std::string_view parser_message);

// Whether the quoted text that begins at byte `offset` never ends. The parser takes the rest of the
// file for it without a word.
bool quote_is_open(std::string_view text, std::size_t offset);

}  // namespace measured::rules
