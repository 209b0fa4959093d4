#pragma once

#include <string>
#include <string_view>

#include "rules/digest/content.h"

namespace measured::rules {

// The digest as a whole HTML document that mail clients show: tables and inline styles, no script,
// nothing loaded from elsewhere (pictures come with the mail, by content id), readable at the width
// of a phone. Every verdict is said by a mark and a word; colour only repeats it. All text is
// escaped.
std::string render_html(const DigestContent& content);

// `text` for HTML, in text and in quoted attributes: & < > " ' and bytes that are not UTF-8.
std::string escape_html(std::string_view text);

}  // namespace measured::rules
