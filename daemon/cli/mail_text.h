#pragma once

#include <string>
#include <string_view>

namespace measured::daemon {

// The plain text of a mail that connectors/mail made (quoted-printable, one text/plain part), as a
// reader would see it, with line feeds only. Empty for anything else.
std::string text_of_mail(std::string_view mail);

}  // namespace measured::daemon
