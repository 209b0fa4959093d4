#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace measured::connectors {

// Who a mail is from or for: a name to read (any text, may be empty) and an address to send to.
struct Mailbox {
  std::string name;
  std::string address;

  friend bool operator==(const Mailbox&, const Mailbox&) = default;
};

// Whether `text` is an address that any mail server takes: dot-atom "@" host name (RFC 5321),
// ASCII. Quoted local parts and address literals are refused: nobody's manager has one, and they
// are where injection hides.
bool is_address(std::string_view text);

// The part after "@"; the address must be one.
std::string_view domain_of(std::string_view address);

// Reads "ana@example.com" or "Ana Lima <ana@example.com>" (the name may be quoted). Empty when
// there is no valid address in it.
std::optional<Mailbox> parse_mailbox(std::string_view text);

}  // namespace measured::connectors
