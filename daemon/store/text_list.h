#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace measured::daemon {

// A list of texts in one column, as a JSON array: readable in the table and by SQLite's json_each.
std::string to_json(std::span<const std::string> texts);
std::vector<std::string> texts_from_json(std::string_view json);  // what is no text is left out

}  // namespace measured::daemon
