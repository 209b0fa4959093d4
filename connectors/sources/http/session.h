#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

#include "connectors/http/guard.h"
#include "connectors/source.h"
#include "connectors/sources/http/auth.h"
#include "rules/result.h"
#include "rules/yaml/map_reader.h"

namespace measured::connectors {

// How one server is asked. `timeout`, `attempts`, `wait_max`, `retry_wait` and `max_per_minute` are
// settings of a source by these names.
struct HttpSessionSettings {
  HttpGuardSettings
      guard;  // its target is the path that all requests begin with, without a '/' at the end
  HttpAuthSettings auth;
  HttpHeaders headers;  // sent with every request
  int attempts = 3;     // of one request, the first included
  std::chrono::seconds retry_wait{
      1};  // before the second attempt; four times as long before each further one
  std::chrono::seconds wait_max{60};  // the longest that a server may have us wait within one pull
  std::int64_t max_per_minute = 0;    // requests, evenly spaced; 0: no limit of ours
};

// Reads the settings above under the key `url_key`, and `auth`, `headers`, `allow_private`,
// `ca_file`, `page_bytes_max`, `head_bytes_max`.
HttpSessionSettings read_http_session(const SourceContext& context, rules::MapReader& settings,
                                      std::string_view url_key);

// Asks one server, as politely as it wants: in its own time, again where that is safe and can help,
// with a new token when the old one is refused. Waits are real, and end when `stop` is requested.
class HttpSession {
 public:
  explicit HttpSession(HttpSessionSettings settings);

  // A whole reply with a status of 2xx. A Failure names the status and what to look at; it never
  // shows a header, a query or a body's text beyond a short piece.
  rules::Result<HttpReply> ask(HttpRequest request, std::stop_token stop);

  const HttpSessionSettings& settings() const { return settings_; }
  // The target of a link that the server gave, if it leads to the same server.
  rules::Result<std::string> target_of(const std::string& link, const std::string& current) const;

 private:
  using Clock = std::chrono::steady_clock;
  // What became of one attempt: how long to wait before the next; none when there is to be none.
  struct Again {
    std::optional<std::chrono::milliseconds> wait;
    rules::Failure failure;
  };

  rules::Result<void> keep_pace(const std::stop_token& stop);
  rules::Result<HttpReply> attempt(const HttpRequest& request, const std::stop_token& stop);
  Again judge(const HttpRequest& request, const rules::Result<HttpReply>& reply, int attempt);
  void heed_limits(const HttpReply& reply);

  HttpSessionSettings settings_;
  HttpAuth auth_;
  HttpGuard guard_;
  Clock::time_point last_{};        // when the newest request began
  Clock::time_point not_before_{};  // the server asked for it
};

}  // namespace measured::connectors
