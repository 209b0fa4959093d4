#include "connectors/sources/http/auth.h"

#include <charconv>

#include <fmt/format.h>

#include "connectors/base64.h"
#include "connectors/sources/cells.h"
#include "connectors/sources/http/request_template.h"
#include "connectors/sources/json_rows.h"

namespace measured::connectors {
namespace {

constexpr std::chrono::seconds lifetime_default = std::chrono::minutes{5};
constexpr std::chrono::seconds renewed_before_end{30};  // so that no page meets a token just ended
constexpr std::size_t depth_max = 8;

// "expires_in" is recommended, not required (RFC 6749 section 5.1).
std::chrono::seconds lifetime_of(const JsonDocument& reply) {
  const std::string text = reply.text_at("/expires_in").value_or("");
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  constexpr std::int64_t day = 86400;
  return error == std::errc{} && seconds > 0 ? std::chrono::seconds{std::min(seconds, day)}
                                             : lifetime_default;
}

}  // namespace

HttpAuth::HttpAuth(HttpAuthSettings settings) : settings_(std::move(settings)) {
  if (settings_.oauth2) {
    token_server_ = std::make_unique<HttpGuard>(settings_.oauth2->token_server);
  }
}

rules::Result<std::optional<std::pair<std::string, std::string>>> HttpAuth::header(
    std::stop_token stop) {
  using Header = std::optional<std::pair<std::string, std::string>>;
  if (settings_.header) {
    return Header({settings_.header->first, settings_.header->second.reveal()});
  }
  if (!settings_.oauth2) {
    return Header();
  }
  if (token_.empty() || std::chrono::steady_clock::now() >= ends_) {
    if (const auto fetched = fetch_token(stop); !fetched) {
      return tl::unexpected<rules::Failure>(fetched.error());
    }
  }
  return Header({"Authorization", "Bearer " + token_.reveal()});
}

bool HttpAuth::refused() {
  const bool had_token = !token_.empty();
  token_ = {};
  return settings_.oauth2 && had_token;
}

rules::Result<void> HttpAuth::fetch_token(const std::stop_token& stop) {
  const HttpAuthSettings::ClientCredentials& client = *settings_.oauth2;
  std::string body = "grant_type=client_credentials";
  if (!client.scope.empty()) {
    body += "&scope=" + percent_encoded(client.scope);
  }
  HttpHeaders headers{{"Content-Type", "application/x-www-form-urlencoded"},
                      {"Accept", "application/json"}};
  const std::string id = percent_encoded(client.client_id);
  const std::string secret = percent_encoded(client.client_secret.reveal());
  if (client.in_body) {
    body += "&client_id=" + id + "&client_secret=" + secret;
  } else {
    headers.emplace_back("Authorization", "Basic " + base64(id + ":" + secret));
  }
  const auto reply = token_server_->post(headers, body, stop);
  if (!reply) {
    return rules::retry_later("the token server: " + reply.error().message);
  }
  const auto document = JsonDocument::parse(reply->body, depth_max);
  if (reply->status != 200 || !reply->cut.empty() || !document) {
    // Only the code of RFC 6749 section 5.2: descriptions may quote what was sent.
    const std::string code = document ? document->text_at("/error").value_or("") : "";
    return rules::retry_later(fmt::format("the token server answered HTTP {}{}", reply->status,
                                          code.empty() ? "" : ": " + shown(code)));
  }
  const auto token = document->text_at("/access_token");
  if (!token || token->empty()) {
    return rules::retry_later("the token server's answer has no 'access_token'");
  }
  token_ = rules::Secret(*token);
  ends_ = std::chrono::steady_clock::now() + lifetime_of(*document) - renewed_before_end;
  return {};
}

}  // namespace measured::connectors
