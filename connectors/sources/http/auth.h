#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "connectors/http/guard.h"
#include "rules/result.h"
#include "rules/secret.h"

namespace measured::connectors {

// How an API is told who asks. At most one of the four is set.
struct HttpAuthSettings {
  std::optional<std::pair<std::string, rules::Secret>> header;  // also: bearer and basic
  struct ClientCredentials {                                    // OAuth 2.0, RFC 6749 section 4.4
    HttpGuardSettings token_server;
    std::string client_id;
    rules::Secret client_secret;
    std::string scope;
    bool in_body = false;  // the credentials; else as the user of Basic, which servers must accept
  };
  std::optional<ClientCredentials> oauth2;
};

// Keeps the token of an API until it ends or is refused.
class HttpAuth {
 public:
  explicit HttpAuth(HttpAuthSettings settings);

  // The header to send; none where nothing is needed. Asks for a token if there is none that holds.
  rules::Result<std::optional<std::pair<std::string, std::string>>> header(std::stop_token stop);
  // The API refused what it got. Says whether another may be had.
  bool refused();

 private:
  rules::Result<void> fetch_token(const std::stop_token& stop);

  HttpAuthSettings settings_;
  std::unique_ptr<HttpGuard> token_server_;
  rules::Secret token_;
  std::chrono::steady_clock::time_point ends_{};
};

}  // namespace measured::connectors
