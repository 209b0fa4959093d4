#include "connectors/mail/address.h"

#include <algorithm>

#include "rules/ascii.h"

namespace measured::connectors {
namespace {

// Lengths of RFC 5321 section 4.5.3.1.
constexpr std::size_t local_part_max = 64;
constexpr std::size_t domain_max = 253;
constexpr std::size_t label_max = 63;

bool atom_character(char c) {
  return rules::is_alnum(c) ||
         std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

// Calls `good` on each piece between dots; no piece may be empty.
template <class Good>
bool every_piece(std::string_view text, Good good) {
  for (;;) {
    const std::size_t dot = text.find('.');
    const std::string_view piece = text.substr(0, dot);
    if (piece.empty() || !good(piece)) {
      return false;
    }
    if (dot == std::string_view::npos) {
      return true;
    }
    text.remove_prefix(dot + 1);
  }
}

std::string_view trimmed(std::string_view text) {
  const std::size_t from = text.find_first_not_of(" \t");
  if (from == std::string_view::npos) {
    return {};
  }
  return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

}  // namespace

bool is_address(std::string_view text) {
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos || at > local_part_max || text.size() - at - 1 > domain_max) {
    return false;
  }
  const auto atom = [](std::string_view piece) {
    return std::ranges::all_of(piece, atom_character);
  };
  const auto label = [](std::string_view piece) {
    return piece.size() <= label_max && piece.front() != '-' && piece.back() != '-' &&
           std::ranges::all_of(piece, [](char c) { return rules::is_alnum(c) || c == '-'; });
  };
  return every_piece(text.substr(0, at), atom) && every_piece(text.substr(at + 1), label);
}

std::string_view domain_of(std::string_view address) {
  return address.substr(address.rfind('@') + 1);
}

std::optional<Mailbox> parse_mailbox(std::string_view text) {
  text = trimmed(text);
  if (is_address(text)) {
    return Mailbox{"", std::string(text)};
  }
  const std::size_t open = text.rfind('<');
  if (open == std::string_view::npos || !text.ends_with('>')) {
    return std::nullopt;
  }
  const std::string_view address = text.substr(open + 1, text.size() - open - 2);
  std::string_view name = trimmed(text.substr(0, open));
  if (!is_address(address) || name.find_first_of("<>") != std::string_view::npos) {
    return std::nullopt;
  }
  if (name.size() >= 2 && name.front() == '"' && name.back() == '"') {
    name = name.substr(1, name.size() - 2);
  }
  return Mailbox{std::string(name), std::string(address)};
}

}  // namespace measured::connectors
