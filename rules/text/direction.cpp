#include "rules/text/direction.h"

#include <algorithm>
#include <utility>

#include "rules/utf8.h"

namespace measured::rules {
namespace {

// The blocks of Unicode 15 whose letters are of the classes R and AL.
bool is_right_to_left(char32_t code) {
  return (code >= 0x0590 && code <= 0x08FF) || (code >= 0xFB1D && code <= 0xFDFF) ||
         (code >= 0xFE70 && code <= 0xFEFF) || (code >= 0x10800 && code <= 0x10FFF) ||
         (code >= 0x1E800 && code <= 0x1EFFF);
}

}  // namespace

bool has_right_to_left(std::string_view text) {
  constexpr unsigned char first_lead_byte = 0xD6;  // of U+0590
  while (!text.empty()) {
    if (static_cast<unsigned char>(text[0]) < first_lead_byte) {
      text.remove_prefix(1);
      continue;
    }
    const CodePoint next = first_code_point(text);
    if (next.bytes > 0 && is_right_to_left(next.value)) {
      return true;
    }
    text.remove_prefix(std::max<std::size_t>(next.bytes, 1));
  }
  return false;
}

std::string isolated(std::string text) {
  return has_right_to_left(text) ? "\u2068" + std::move(text) + "\u2069" : text;
}

}  // namespace measured::rules
