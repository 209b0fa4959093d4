// Single words that come from elsewhere: URLs, mail addresses, times and their patterns in sources,
// numbers of hosts, a receiver's Retry-After. Each is refused, or is what it must be.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "connectors/http/address.h"
#include "connectors/http/endpoint.h"
#include "connectors/http/retry_after.h"
#include "connectors/mail/address.h"
#include "connectors/mail/encoding.h"
#include "connectors/sources/time_text.h"
#include "rules/utf8.h"

namespace {

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

// One header of a mail: lines that end in CRLF, all but the first beginning with a blank.
bool is_one_header(std::string_view header) {
  constexpr std::size_t line_bytes_max = 998;
  for (bool first = true; !header.empty(); first = false) {
    const std::size_t end = header.find("\r\n");
    if (end == std::string_view::npos || end > line_bytes_max ||
        header.substr(0, end).find_first_of("\r\n") != std::string_view::npos ||
        header.starts_with(' ') == first) {
      return false;
    }
    header.remove_prefix(end + 2);
  }
  return true;
}

void read_url(std::string_view text) {
  const auto endpoint = measured::connectors::parse_endpoint(text);
  if (!endpoint) {
    require(!endpoint.error().message.empty());
    return;
  }
  require(is_printable(endpoint->host) && is_printable(endpoint->target));
  require(!endpoint->host.empty() && endpoint->target.starts_with('/'));
  require(endpoint->port >= 1 && endpoint->port <= 65535);
}

void read_mail_address(std::string_view text) {
  const auto mailbox = measured::connectors::parse_mailbox(text);
  if (mailbox) {
    require(measured::connectors::is_address(mailbox->address));
    require(is_printable(mailbox->address));
    const std::string name = measured::rules::valid_utf8(mailbox->name);
    require(is_one_header(measured::connectors::mailbox_header("To", name, mailbox->address)));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace measured::connectors;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const measured::rules::Instant now{std::chrono::seconds{1'700'000'000}};
  read_url(text);
  read_mail_address(text);
  (void)is_public_address(std::string(text));
  if (const auto wait = retry_after(text, now)) {
    require(wait->count() >= 0 && *wait <= std::chrono::hours{24});
  }
  (void)read_time(text);
  // A pattern and a text, parted by a line end.
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view pattern = text.substr(0, end);
  if (pattern_problem(pattern).empty()) {
    (void)read_time(text.substr(std::min(end + 1, size)), pattern);
  }
  return 0;
}
