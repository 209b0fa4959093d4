#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "rules/result.h"

namespace boost::asio {
class io_context;
}

namespace measured::daemon {

// One request, whole and within the limits.
struct WebRequest {
  std::string method;       // "GET", "HEAD", "POST", …
  std::string target = {};  // as sent: path and query
  std::string path = {};    // up to the "?", not percent-decoded
  std::string query = {};   // after the "?"
  std::vector<std::pair<std::string, std::string>> headers = {};  // names in lower case, in order
  std::string body = {};
  std::string remote = {};  // address of the peer, without port

  // The first header of that name (lower case); empty where there is none.
  std::string_view header(std::string_view name) const;
};

struct WebResponse {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body = {};
  // Added to the ones that every answer carries (see server.cpp); one of the same name replaces it.
  std::vector<std::pair<std::string, std::string>> headers = {};
};

// Runs on the loop's thread and must not block. What it throws is our bug and ends the process. For
// HEAD it is called as for GET; the server keeps the body back.
using Handler = std::function<WebResponse(const WebRequest&)>;

// The same for an answer that has to wait for somebody, such as the one who owns the store. The
// request lives until it is answered. The deadline of an answer begins when it is there.
using WaitingHandler =
    std::function<boost::asio::awaitable<WebResponse>(const WebRequest& request)>;

// Every limit of the server. The deadlines are for a whole phase, not for one read, so that a
// client that sends a byte a second gains nothing.
struct WebOptions {
  std::string listen = "127.0.0.1:8787";  // IP address and port; [::1]:8787 for IPv6; port 0: any
  // Names that a Host header may give. IP addresses and localhost are always allowed: only a name
  // can be turned to us by a hostile DNS server.
  std::vector<std::string> hosts = {};
  std::size_t connections_max = 512;
  std::size_t header_bytes_max = 8 * 1024;
  std::size_t body_bytes_max = 1024 * 1024;
  std::size_t bodies_bytes_max = 16 * 1024 * 1024;  // of all requests being read
  int requests_per_connection_max = 10'000;
  std::chrono::milliseconds idle_max{60'000};   // between two requests of a connection
  std::chrono::milliseconds header_max{5'000};  // from the connection or the first byte
  std::chrono::milliseconds body_max{10'000};
  std::chrono::milliseconds answer_max{10'000};
  std::chrono::milliseconds stop_max{3'000};       // for requests under way when stop() is called
  std::function<void(int status)> on_answer = {};  // every answer, refusals included
};

// An HTTP/1.1 server for the daemon's own pages and probes: plain, meant for loopback or a reverse
// proxy. One coroutine a connection, all on the thread that runs `io`.
class WebServer {
 public:
  // Binds and starts to accept. A Failure names the address and what the system said.
  static rules::Result<std::unique_ptr<WebServer>> listen(boost::asio::io_context& io,
                                                          WebOptions options, Handler handler);
  static rules::Result<std::unique_ptr<WebServer>> listen(boost::asio::io_context& io,
                                                          WebOptions options,
                                                          WaitingHandler handler);
  // Cuts what is left; the handler is not called any more.
  ~WebServer();
  WebServer(const WebServer&) = delete;
  WebServer& operator=(const WebServer&) = delete;

  // Where it listens, with the real port: "127.0.0.1:8787".
  const std::string& address() const;
  std::size_t connections() const;

  // Accepts no more, closes what is idle, lets requests under way end within `stop_max`, then cuts.
  // Calls `stopped` when all is closed; a second call only replaces it.
  void stop(std::function<void()> stopped = {});

 private:
  class Core;
  explicit WebServer(std::shared_ptr<Core> core);
  std::shared_ptr<Core> core_;  // shared with the coroutines, which may outlive this by a turn
};

}  // namespace measured::daemon
