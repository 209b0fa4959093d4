#include "daemon/web/policy.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "rules/ascii.h"

namespace measured::daemon {
namespace {

bool is_address(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

// The host part of a Host header, in lower case, without port and brackets.
std::string host_of(std::string_view header) {
  if (header.starts_with('[')) {
    const auto end = header.find(']');
    return end == std::string_view::npos ? std::string(header)
                                         : rules::lower(header.substr(1, end - 1));
  }
  return rules::lower(header.substr(0, header.find(':')));
}

bool is_loopback_name(std::string_view host) {
  return host == "localhost" || host.ends_with(".localhost");
}

}  // namespace

rules::Result<ListenAddress> parse_listen(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) {
    return rules::give_up(fmt::format("listen '{}': no port; write '127.0.0.1:8787'", text));
  }
  ListenAddress out;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data() + colon + 1, end, out.port);
  if (read.ec != std::errc{} || read.ptr != end) {
    return rules::give_up(
        fmt::format("listen '{}': the port must be a number from 0 to 65535", text));
  }
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  out.address = std::string(bracketed ? host.substr(1, host.size() - 2) : host);
  const bool is_v6 = out.address.find(':') != std::string::npos;
  if (!is_address(out.address) || is_v6 != bracketed) {
    return rules::give_up(
        fmt::format("listen '{}': '{}' is not an IP address; write '127.0.0.1:{}' or '[::1]:{}'",
                    text, host, out.port, out.port));
  }
  return out;
}

std::string to_text(const ListenAddress& at) {
  const bool is_v6 = at.address.find(':') != std::string::npos;
  return is_v6 ? fmt::format("[{}]:{}", at.address, at.port)
               : fmt::format("{}:{}", at.address, at.port);
}

bool host_is_served(std::string_view header, std::span<const std::string> hosts) {
  const std::string host = host_of(header);
  return host.empty() || is_address(host) || is_loopback_name(host) ||
         std::any_of(hosts.begin(), hosts.end(),
                     [&](const std::string& name) { return rules::lower(name) == host; });
}

std::span<const std::pair<std::string_view, std::string_view>> standard_headers() {
  static constexpr std::pair<std::string_view, std::string_view> headers[] = {
      {"Cache-Control", "no-store"},
      {"Content-Security-Policy",
       "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
       "base-uri 'none'; frame-ancestors 'none'"},
      {"Cross-Origin-Opener-Policy", "same-origin"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
      {"Referrer-Policy", "no-referrer"},
      {"X-Content-Type-Options", "nosniff"},
  };
  return headers;
}

bool is_safe_to_write(const WebResponse& response) {
  const auto breaks = [](std::string_view text) {
    return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
  };
  return !breaks(response.content_type) &&
         std::none_of(response.headers.begin(), response.headers.end(), [&](const auto& header) {
           return breaks(header.first) || breaks(header.second);
         });
}

WebResponse refusal(int status, std::string_view why) {
  return {.status = status, .body = fmt::format("{}\n", why)};
}

}  // namespace measured::daemon
