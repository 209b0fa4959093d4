#include "rules/load/names.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "rules/ascii.h"
#include "rules/nearest.h"

namespace measured::rules {
namespace {

// Parts between dots, none empty, of `allowed` characters.
template <class Allowed>
bool is_dotted(std::string_view text, Allowed allowed) {
  bool part_empty = true;
  for (const char c : text) {
    if (c == '.') {
      if (part_empty) {
        return false;
      }
      part_empty = true;
    } else if (allowed(c)) {
      part_empty = false;
    } else {
      return false;
    }
  }
  return !part_empty;
}

bool is_id_letter(char c) {
  return is_lower(c) || is_digit(c) || c == '_' || c == '-';
}

}  // namespace

bool is_id(std::string_view text) {
  constexpr std::size_t id_max = 100;
  return !text.empty() && text.size() <= id_max && is_lower(text.front()) &&
         std::all_of(text.begin(), text.end(), is_id_letter);
}

bool is_email(std::string_view text) {
  constexpr std::size_t local_max = 64;     // RFC 5321 4.5.3.1
  constexpr std::size_t address_max = 254;  // the same, as it fits into a path
  constexpr std::string_view atom = "!#$%&'*+-/=?^_`{|}~";
  const auto at = text.rfind('@');
  if (at == std::string_view::npos || text.size() > address_max || at > local_max) {
    return false;
  }
  const std::string_view host = text.substr(at + 1);
  return is_dotted(text.substr(0, at),
                   [&](char c) { return is_alnum(c) || atom.find(c) != std::string_view::npos; }) &&
         is_dotted(host, [](char c) { return is_alnum(c) || c == '-'; }) &&
         host.find('.') != std::string_view::npos && host.front() != '-' && host.back() != '-';
}

bool has_curly_quote(std::string_view text) {
  for (const std::string_view quote :
       {"\u2018", "\u2019", "\u201c", "\u201d", "\u201e"}) {  // as word processors put them
    if (text.find(quote) != std::string_view::npos) {
      return true;
    }
  }
  return false;
}

std::string id_from(std::string_view text) {
  // A letter beyond ASCII has no one way to be written without it.
  if (std::any_of(text.begin(), text.end(), [](char c) { return (c & 0x80) != 0; })) {
    return "";
  }
  std::string id = lower(text);
  std::replace_if(
      id.begin(), id.end(), [](char c) { return !is_id_letter(c); }, '_');
  return is_id(id) ? id : "";
}

std::string help_for_name(std::string_view text, const std::vector<std::string_view>& known) {
  constexpr std::size_t listed_max = 20;
  if (text.find(',') != std::string_view::npos) {
    return fmt::format("write a list: [{}]", text);
  }
  if (has_curly_quote(text)) {
    return "write straight quotes, or none: curly ones are part of the text";
  }
  if (known.empty()) {
    return "none is defined";
  }
  if (const std::string_view meant = nearest(text, known); !meant.empty()) {
    return fmt::format("write '{}'", meant);
  }
  const auto end = known.begin() + static_cast<std::ptrdiff_t>(std::min(known.size(), listed_max));
  return fmt::format("the defined ones are {}{}", fmt::join(known.begin(), end, ", "),
                     known.size() > listed_max ? ", …" : "");
}

}  // namespace measured::rules
