#include "connectors/base64.h"

#include <cstdint>

namespace measured::connectors {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string base64(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  std::uint32_t held = 0;
  int bits = 0;
  for (const char c : bytes) {
    held = (held << 8U) | static_cast<unsigned char>(c);
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      out += alphabet[(held >> static_cast<unsigned>(bits)) & 63U];
    }
  }
  if (bits > 0) {
    out += alphabet[(held << static_cast<unsigned>(6 - bits)) & 63U];
  }
  out.append((4 - out.size() % 4) % 4, '=');
  return out;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) {
    return std::nullopt;
  }
  std::size_t digits = text.size();
  for (int pad = 0; pad < 2 && digits > 0 && text[digits - 1] == '='; ++pad) {
    --digits;
  }
  std::string out;
  std::uint32_t held = 0;
  int bits = 0;
  for (const char c : text.substr(0, digits)) {
    const std::size_t value = alphabet.find(c);
    if (value == std::string_view::npos) {
      return std::nullopt;
    }
    held = (held << 6U) | static_cast<std::uint32_t>(value);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out += static_cast<char>((held >> static_cast<unsigned>(bits)) & 255U);
    }
  }
  return out;
}

}  // namespace measured::connectors
