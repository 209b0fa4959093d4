#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connectors/http/endpoint.h"
#include "rules/result.h"

namespace measured::connectors {

struct HttpGuardSettings {
  HttpEndpoint endpoint;
  bool allow_private = false;  // connect to addresses that are not public, too
  std::string ca_file;         // trusted instead of the system's certificates; empty: the system's
  std::chrono::milliseconds deadline{
      20'000};  // of one request, from name look-up to the reply's last byte
  std::size_t reply_bytes_max = 64U << 10;  // of the whole reply as it arrives
  std::size_t head_bytes_max = 32U << 10;   // of its status line and headers
};

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
  std::string method = "GET";
  std::string target = "/";  // path and query, as they go over the wire
  HttpHeaders headers;
  std::string body;  // not sent with GET
};

struct HttpReply {
  int status = 0;
  HttpHeaders headers;  // names in lower case, sorted
  std::string body;
  // Why `body` is not whole; empty when it is. A reply counts as soon as its head is complete.
  std::string cut;
  bool too_large = false;  // that is why

  // The first header of that name (lower case), or empty.
  std::string_view header(std::string_view name) const;
};

// Asks one server that nobody vouches for, over a connection that is kept. Bounded in time and in
// bytes whatever the other side does; connects only to an address that was checked; checks the
// certificate's name, TLS 1.2 or later; follows no redirect, uses no proxy, unpacks no compression.
// One thread at a time.
class HttpGuard {
 public:
  explicit HttpGuard(HttpGuardSettings settings);
  ~HttpGuard();
  HttpGuard(const HttpGuard&) = delete;
  HttpGuard& operator=(const HttpGuard&) = delete;

  // Any status is a reply. A Failure says why there was none; it never shows headers or the path.
  rules::Result<HttpReply> send(const HttpRequest& request, std::stop_token stop);
  // To the endpoint's own target.
  rules::Result<HttpReply> post(const HttpHeaders& headers, const std::string& body,
                                std::stop_token stop);

 private:
  class Connection;
  std::unique_ptr<Connection> connection_;
};

}  // namespace measured::connectors
