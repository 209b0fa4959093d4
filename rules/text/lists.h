#pragma once

#include <string>
#include <vector>

#include "rules/text/language.h"

namespace measured::rules {

// "a, b and c", or "a, b and 4 more" beyond `shown_max`.
std::string list_of(Language language, const std::vector<std::string>& items,
                    std::size_t shown_max);

}  // namespace measured::rules
