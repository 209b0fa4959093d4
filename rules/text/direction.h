#pragma once

#include <string>
#include <string_view>

namespace measured::rules {

// Whether `text` has letters that are written from right to left (Hebrew, Arabic, …).
bool has_right_to_left(std::string_view text);

// `text` as it may stand within a sentence or a table: a name with such letters is set apart (FSI …
// PDI of Unicode's bidirectional algorithm), so that the numbers beside it keep their order. Other
// texts are returned as they are.
std::string isolated(std::string text);

}  // namespace measured::rules
