// Advance widths of DejaVu Sans 2.37, in 2048ths of the size, as Cairo gives them without hinting
// (a test compares). Browsers without that font take Verdana, which is drawn to the same widths.
#include <array>

#include "rules/picture/picture.h"
#include "rules/utf8.h"

namespace measured::rules {
namespace {

constexpr double units = 2048;
constexpr char32_t table_first = 0x20;
constexpr char32_t table_end = 0x180;
constexpr double wide = 2048;  // at least as wide as any letter outside of the table
constexpr double narrow_space = 409;
constexpr std::array<short, table_end - table_first> widths = {
    651,  821,  942,  1716, 1303, 1946, 1597, 563,  799,  799,  1024, 1716, 651,  739,  651,  690,
    1303, 1303, 1303, 1303, 1303, 1303, 1303, 1303, 1303, 1303, 690,  690,  1716, 1716, 1716, 1087,
    2048, 1401, 1405, 1430, 1577, 1294, 1178, 1587, 1540, 604,  604,  1343, 1141, 1767, 1532, 1612,
    1235, 1612, 1423, 1300, 1251, 1499, 1401, 2025, 1403, 1251, 1403, 799,  690,  799,  1716, 1024,
    1024, 1255, 1300, 1126, 1300, 1260, 721,  1300, 1298, 569,  569,  1186, 569,  1995, 1298, 1253,
    1300, 1300, 842,  1067, 803,  1298, 1212, 1675, 1212, 1212, 1075, 1303, 690,  1303, 1716, 1229,
    1229, 1229, 1229, 1229, 1229, 1229, 1229, 1229, 1229, 1229, 1229, 1229, 1229, 1229, 1229, 1229,
    1229, 1229, 1229, 1229, 1229, 1229, 1229, 1229, 1229, 1229, 1229, 1229, 1229, 1229, 1229, 1229,
    651,  821,  1303, 1303, 1303, 1303, 690,  1024, 1024, 2048, 965,  1253, 1716, 739,  2048, 1024,
    1024, 1716, 821,  821,  1024, 1303, 1303, 651,  1024, 821,  965,  1253, 1985, 1985, 1985, 1087,
    1401, 1401, 1401, 1401, 1401, 1401, 1995, 1430, 1294, 1294, 1294, 1294, 604,  604,  604,  604,
    1587, 1532, 1612, 1612, 1612, 1612, 1612, 1716, 1612, 1499, 1499, 1499, 1499, 1251, 1239, 1290,
    1255, 1255, 1255, 1255, 1255, 1255, 2011, 1126, 1260, 1260, 1260, 1260, 569,  569,  569,  569,
    1253, 1298, 1253, 1253, 1253, 1253, 1253, 1716, 1253, 1298, 1298, 1298, 1298, 1212, 1300, 1212,
    1401, 1255, 1401, 1255, 1401, 1255, 1430, 1126, 1430, 1126, 1430, 1126, 1430, 1126, 1577, 1300,
    1587, 1300, 1294, 1260, 1294, 1260, 1294, 1260, 1294, 1260, 1294, 1260, 1587, 1300, 1587, 1300,
    1587, 1300, 1587, 1300, 1540, 1298, 1876, 1423, 604,  569,  604,  569,  604,  569,  604,  569,
    604,  569,  1208, 1138, 604,  569,  1343, 1186, 1186, 1141, 569,  1141, 569,  1141, 768,  1141,
    700,  1151, 582,  1532, 1298, 1532, 1298, 1532, 1298, 1666, 1532, 1298, 1612, 1253, 1612, 1253,
    1612, 1253, 2191, 2095, 1423, 842,  1423, 842,  1423, 842,  1300, 1067, 1300, 1067, 1300, 1067,
    1300, 1067, 1251, 803,  1251, 803,  1251, 803,  1499, 1298, 1499, 1298, 1499, 1298, 1499, 1298,
    1499, 1298, 1499, 1298, 2025, 1675, 1251, 1212, 1251, 1403, 1075, 1403, 1075, 1403, 1075, 721,
};

double units_of(char32_t code) {
  if (code >= table_first && code < table_end) {
    return widths[code - table_first];
  }
  switch (code) {
    case U'\u2009':
    case U'\u202f': return narrow_space;
    case U'–': return 1024;
    case U'‘':
    case U'’': return 651;
    case U'≤':
    case U'≥':
    case U'−': return 1716;
    default: return wide;
  }
}

}  // namespace

double text_width(std::string_view text, double size) {
  double sum = 0;
  while (!text.empty()) {
    const CodePoint code = first_code_point(text);
    sum += code.bytes == 0 ? wide : units_of(code.value);
    text.remove_prefix(code.bytes == 0 ? 1 : code.bytes);
  }
  return sum * size / units;
}

std::string fitted(std::string_view text, double size, double width) {
  if (text_width(text, size) <= width) {
    return std::string(text);
  }
  constexpr std::string_view dots = "…";
  const double room = width - text_width(dots, size);
  double used = 0;
  std::size_t kept = 0;
  while (kept < text.size()) {
    const std::size_t bytes = std::max<std::size_t>(1, utf8_length(text.substr(kept)));
    used += text_width(text.substr(kept, bytes), size);
    if (used > room) {
      break;
    }
    kept += bytes;
  }
  return kept == 0 ? "" : std::string(text.substr(0, kept)) + std::string(dots);
}

Box box_of(const Label& label) {
  const double width = text_width(label.text, label.size);
  const double left = label.anchor == Label::Anchor::start    ? label.at.x
                      : label.anchor == Label::Anchor::middle ? label.at.x - width / 2
                                                              : label.at.x - width;
  constexpr double ascent = 0.76;  // of capital letters and digits
  constexpr double descent = 0.24;
  return {left, label.at.y - ascent * label.size, left + width, label.at.y + descent * label.size};
}

}  // namespace measured::rules
