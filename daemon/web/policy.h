#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/web/server.h"
#include "rules/result.h"

namespace measured::daemon {

// What the server decides without a socket: where to listen, which hosts it answers for, what every
// answer carries. Pure.

struct ListenAddress {
  std::string address;  // an IP address, without brackets
  std::uint16_t port = 0;
};

// Reads "127.0.0.1:8787" or "[::1]:8787". Names are refused: what they mean may change behind our
// back, and it decides who can reach us. A Failure says what to write.
rules::Result<ListenAddress> parse_listen(std::string_view text);
std::string to_text(const ListenAddress& at);

// Whether a Host header names us: an IP address (it cannot have come through a hostile DNS answer),
// a loopback name, or one of `hosts`. Ports and case do not matter. An empty one (HTTP/1.0) does.
bool host_is_served(std::string_view header, std::span<const std::string> hosts);

// Added to every answer that does not set them itself. Pages bring their own style sheet from this
// origin and no script at all.
std::span<const std::pair<std::string_view, std::string_view>> standard_headers();

// Whether no header of `response` could end its line and start another.
bool is_safe_to_write(const WebResponse& response);

WebResponse refusal(int status, std::string_view why);

}  // namespace measured::daemon
