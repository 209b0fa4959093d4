#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace measured::daemon {

// The fields of a posted form; of a field that comes twice, the first.
using Form = std::map<std::string, std::string, std::less<>>;

// Reads application/x-www-form-urlencoded, and multipart/form-data, which RFC 8058 asks for beside
// it. None for any other type, and for what is not whole, not UTF-8, or has more than 32 fields.
std::optional<Form> read_form(std::string_view content_type, std::string_view body);

}  // namespace measured::daemon
