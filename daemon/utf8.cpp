#include "daemon/utf8.h"

namespace measured::daemon {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";
constexpr std::string_view ellipsis = "\xE2\x80\xA6";

// Length that the first byte announces, and the bits of the code point that it holds.
CodePoint announced(unsigned char first) {
  if (first < 0x80) {
    return {first, 1};
  }
  if (first >= 0xC2 && first <= 0xDF) {
    return {first & 0x1FU, 2};
  }
  if (first >= 0xE0 && first <= 0xEF) {
    return {first & 0x0FU, 3};
  }
  if (first >= 0xF0 && first <= 0xF4) {
    return {first & 0x07U, 4};
  }
  return {};
}

}  // namespace

CodePoint first_code_point(std::string_view text) {
  if (text.empty()) {
    return {};
  }
  CodePoint point = announced(static_cast<unsigned char>(text.front()));
  if (point.bytes == 0 || point.bytes > text.size()) {
    return {};
  }
  for (std::size_t i = 1; i < point.bytes; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0U) != 0x80) {
      return {};
    }
    point.value = (point.value << 6U) | (byte & 0x3FU);
  }
  const bool overlong =
      (point.bytes == 3 && point.value < 0x800) || (point.bytes == 4 && point.value < 0x10000);
  const bool surrogate = point.value >= 0xD800 && point.value <= 0xDFFF;
  return overlong || surrogate || point.value > 0x10FFFF ? CodePoint{} : point;
}

std::string clean_utf8(std::string_view text, std::size_t bytes_max) {
  std::string out;
  std::size_t end_with_ellipsis = 0;  // of `out`, at the last code point that leaves room for it
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    const std::string_view piece = point.bytes > 0 ? text.substr(0, point.bytes) : replacement;
    if (out.size() + piece.size() > bytes_max) {
      out.resize(end_with_ellipsis);
      return bytes_max < ellipsis.size() ? out : out.append(ellipsis);
    }
    out += piece;
    if (out.size() + ellipsis.size() <= bytes_max) {
      end_with_ellipsis = out.size();
    }
    text.remove_prefix(point.bytes > 0 ? point.bytes : 1);
  }
  return out;
}

bool is_control(char32_t value) {
  return value < 0x20 || (value >= 0x7F && value <= 0x9F) || value == 0x061C ||
         (value >= 0x200E && value <= 0x200F) || (value >= 0x2028 && value <= 0x202E) ||
         (value >= 0x2066 && value <= 0x2069);
}

}  // namespace measured::daemon
