#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace measured::connectors {

// Base64 with padding, standard alphabet, one line (RFC 4648 section 4).
std::string base64(std::string_view bytes);

// The reverse. Empty when the text holds anything but whole groups of that alphabet, which includes
// blanks and line ends.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace measured::connectors
