#include "rules/utf8.h"

#include <algorithm>

namespace measured::rules {
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

// Takes the first code point off `text`, or U+FFFD for a byte that belongs to none.
std::string_view take_valid(std::string_view& text) {
  const std::size_t bytes = utf8_length(text);
  const std::string_view piece = bytes > 0 ? text.substr(0, bytes) : replacement;
  text.remove_prefix(std::max<std::size_t>(bytes, 1));
  return piece;
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

std::size_t utf8_length(std::string_view text) {
  return first_code_point(text).bytes;
}

std::size_t utf8_count(std::string_view text) {
  std::size_t count = 0;
  while (!text.empty()) {
    text.remove_prefix(std::max<std::size_t>(utf8_length(text), 1));
    ++count;
  }
  return count;
}

std::size_t utf8_error(std::string_view text) {
  std::size_t offset = 0;
  while (offset < text.size()) {
    const std::size_t length = utf8_length(text.substr(offset));
    if (length == 0) {
      return offset;
    }
    offset += length;
  }
  return std::string_view::npos;
}

std::string valid_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    out += take_valid(text);
  }
  return out;
}

std::string short_utf8(std::string_view text, std::size_t bytes_max) {
  std::string out;
  std::size_t end_with_ellipsis = 0;  // of `out`, at the last code point that leaves room for it
  while (!text.empty()) {
    const std::string_view piece = take_valid(text);
    if (out.size() + piece.size() > bytes_max) {
      out.resize(end_with_ellipsis);
      return bytes_max < ellipsis.size() ? out : out.append(ellipsis);
    }
    out += piece;
    if (out.size() + ellipsis.size() <= bytes_max) {
      end_with_ellipsis = out.size();
    }
  }
  return out;
}

bool is_control(char32_t value) {
  return value < 0x20 || (value >= 0x7F && value <= 0x9F) || value == 0x061C ||
         (value >= 0x200E && value <= 0x200F) || (value >= 0x2028 && value <= 0x202E) ||
         (value >= 0x2066 && value <= 0x2069) || value == 0xFEFF;
}

}  // namespace measured::rules
