#pragma once

#include <string>

#include "rules/digest/content.h"

namespace measured::rules {

// The digest for a terminal or a text mail: UTF-8, lines of at most 80 columns unless a single word
// is longer, ending in "\n". Every number of the digest is in it.
std::string render_text(const DigestContent& content);

}  // namespace measured::rules
