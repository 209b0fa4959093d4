#include "rules/text/width.h"

#include <algorithm>
#include <array>

#include "rules/utf8.h"

namespace measured::rules {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

// Combining marks and invisible format characters, the ranges that occur in names (Unicode 15,
// categories Mn, Me, Cf).
constexpr std::array zero_width = {
    Range{0x00AD, 0x00AD}, Range{0x0300, 0x036F},  Range{0x0483, 0x0489}, Range{0x0591, 0x05BD},
    Range{0x0610, 0x061A}, Range{0x064B, 0x065F},  Range{0x0670, 0x0670}, Range{0x06D6, 0x06DC},
    Range{0x0900, 0x0902}, Range{0x093C, 0x093C},  Range{0x0941, 0x0948}, Range{0x094D, 0x094D},
    Range{0x0E31, 0x0E31}, Range{0x0E34, 0x0E3A},  Range{0x0E47, 0x0E4E}, Range{0x1AB0, 0x1AFF},
    Range{0x1DC0, 0x1DFF}, Range{0x200B, 0x200F},  Range{0x202A, 0x202E}, Range{0x2060, 0x2064},
    Range{0x2066, 0x206F}, Range{0x20D0, 0x20F0},  Range{0xFE00, 0xFE0F}, Range{0xFE20, 0xFE2F},
    Range{0xFEFF, 0xFEFF}, Range{0xE0100, 0xE01EF}};

// East Asian Width W and F, and emoji.
constexpr std::array double_width = {
    Range{0x1100, 0x115F},   Range{0x2E80, 0x303E},   Range{0x3041, 0x33FF},
    Range{0x3400, 0x4DBF},   Range{0x4E00, 0x9FFF},   Range{0xA000, 0xA4CF},
    Range{0xAC00, 0xD7A3},   Range{0xF900, 0xFAFF},   Range{0xFE30, 0xFE6F},
    Range{0xFF00, 0xFF60},   Range{0xFFE0, 0xFFE6},   Range{0x1F300, 0x1F64F},
    Range{0x1F680, 0x1F6FF}, Range{0x1F900, 0x1F9FF}, Range{0x20000, 0x3FFFD}};

template <std::size_t Size>
bool within(const std::array<Range, Size>& ranges, char32_t code) {
  return std::any_of(ranges.begin(), ranges.end(), [code](const Range& range) {
    return code >= range.first && code <= range.last;
  });
}

// The first code point of `text`, or the one byte that belongs to none.
struct Glyph {
  CodePoint point;
  std::string_view bytes;
  bool valid() const { return point.bytes > 0; }
  int cells() const { return valid() ? cells_of(point.value) : 1; }
};
Glyph first_glyph(std::string_view text) {
  const CodePoint point = first_code_point(text);
  return {point, text.substr(0, std::max<std::size_t>(point.bytes, 1))};
}

}  // namespace

int cells_of(char32_t code) {
  if (code < 0x300) {
    return code == 0x00AD ? 0 : 1;
  }
  return within(zero_width, code) ? 0 : within(double_width, code) ? 2 : 1;
}

int display_width(std::string_view text) {
  int width = 0;
  while (!text.empty()) {
    const Glyph next = first_glyph(text);
    width += next.cells();
    text.remove_prefix(next.bytes.size());
  }
  return width;
}

std::string pad_right(std::string_view text, int columns) {
  const int missing = std::max(columns - display_width(text), 0);
  return std::string(text) + std::string(static_cast<std::size_t>(missing), ' ');
}

std::string pad_left(std::string_view text, int columns) {
  const int missing = std::max(columns - display_width(text), 0);
  return std::string(static_cast<std::size_t>(missing), ' ') + std::string(text);
}

std::string one_line(std::string_view text, int columns) {
  std::string out;
  std::string short_out;  // what fits with the ellipsis behind it
  int width = 0;
  bool space = false;
  while (!text.empty()) {
    const Glyph next = first_glyph(text);
    const bool blank = next.valid() && (next.point.value == ' ' || is_control(next.point.value));
    if (blank) {
      space = !out.empty();
    } else {
      const int wide = next.cells() + (space ? 1 : 0);
      if (width + wide > columns) {
        return short_out + "…";
      }
      out += space ? " " : "";
      out += next.valid() ? next.bytes : std::string_view("\xef\xbf\xbd");
      width += wide;
      space = false;
      if (width < columns) {
        short_out = out;
      }
    }
    text.remove_prefix(next.bytes.size());
  }
  return out;
}

}  // namespace measured::rules
