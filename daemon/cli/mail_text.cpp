#include "daemon/cli/mail_text.h"

#include <optional>

namespace measured::daemon {
namespace {

std::optional<int> hex_value(char c) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  const std::size_t at = digits.find(c);
  return at == std::string_view::npos ? std::nullopt : std::optional(static_cast<int>(at));
}

// RFC 2045 section 6.7: "=XY" is a byte, and "=" at a line's end joins it with the next.
std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r') {
      continue;
    }
    if (text[i] != '=') {
      out += text[i];
      continue;
    }
    if (text.substr(i + 1, 2) == "\r\n") {
      i += 2;
      continue;
    }
    const auto high = i + 2 < text.size() ? hex_value(text[i + 1]) : std::nullopt;
    const auto low = i + 2 < text.size() ? hex_value(text[i + 2]) : std::nullopt;
    if (high && low) {
      constexpr int base = 16;
      out += static_cast<char>(*high * base + *low);
      i += 2;
    } else {
      out += '=';
    }
  }
  return out;
}

}  // namespace

std::string text_of_mail(std::string_view mail) {
  constexpr std::string_view type = "Content-Type: text/plain";
  constexpr std::string_view blank_line = "\r\n\r\n";
  const std::size_t part = mail.find(type);
  const std::size_t head_end = part == std::string_view::npos ? part : mail.find(blank_line, part);
  if (head_end == std::string_view::npos) {
    return "";
  }
  std::string_view text = mail.substr(head_end + blank_line.size());
  // Where it is one of several parts it ends with a boundary; quoted-printable never writes one.
  return decoded(text.substr(0, text.find("\r\n--=_"))) + '\n';
}

}  // namespace measured::daemon
