#pragma once

#include <string>
#include <string_view>

namespace measured::connectors {

// Forms in which text and bytes travel inside a mail. All of them give 7-bit text in CRLF lines,
// the same on every call.

// UTF-8 text as quoted-printable (RFC 2045 section 6.7), lines of at most 76 characters. Line ends
// of any kind become CRLF; a line that begins with "From " or "." has that first letter encoded,
// because old mailboxes and careless relays change it.
std::string quoted_printable(std::string_view text);

// Base64 in lines of 76 characters.
std::string base64_lines(std::string_view bytes);

// One header with its name, folded to lines of at most 76 characters, ending in CRLF. `value` is
// text for people: control characters (so also line ends) become blanks, and what is not plain
// ASCII becomes encoded words (RFC 2047).
std::string text_header(std::string_view name, std::string_view value);

// The same for a header that names one mailbox: `name <address>`, the name quoted or encoded. The
// address must be one (`is_address`).
std::string mailbox_header(std::string_view header, std::string_view name,
                           std::string_view address);

// A header made of ASCII words that must stay as they are (message ids); folded between words only.
std::string words_header(std::string_view name, std::string_view words);

}  // namespace measured::connectors
