#include <filesystem>

#include <fmt/format.h>

#include "connectors/base64.h"
#include "connectors/sources/http/session.h"

namespace measured::connectors {
namespace {

using rules::MapReader;

void read_url(MapReader& settings, std::string_view key, HttpGuardSettings& guard) {
  const std::string url = settings.text(key);
  if (url.empty()) {
    return;
  }
  const auto endpoint = parse_endpoint(url);
  if (!endpoint) {
    settings.error(settings.place(key), "bad-url", endpoint.error().message,
                   "write 'https://host/path'; who asks is said under 'auth'");
    return;
  }
  guard.endpoint = *endpoint;
  if (guard.endpoint.target.find('?') != std::string::npos) {
    settings.error(settings.place(key), "bad-url", "the url has a query",
                   "write the query of each table under its 'query'");
  }
  if (guard.endpoint.target.ends_with('/')) {
    guard.endpoint.target.pop_back();
  }
}

std::optional<HttpAuthSettings::ClientCredentials> read_oauth2(MapReader& auth,
                                                               const HttpGuardSettings& guard) {
  auto map = auth.map("oauth2");
  if (!map) {
    return std::nullopt;
  }
  HttpAuthSettings::ClientCredentials client;
  client.token_server = guard;
  const std::string url = map->text("token_url");
  if (const auto endpoint = parse_endpoint(url); endpoint) {
    client.token_server.endpoint = *endpoint;
  } else if (!url.empty()) {
    map->error(map->place("token_url"), "bad-url", endpoint.error().message,
               "write 'https://host/path'");
  }
  client.client_id = map->text("client_id");
  client.client_secret = rules::Secret(map->text("client_secret"));
  client.scope = map->text("scope", "");
  client.in_body = map->choice("credentials", "basic", {"basic", "body"}) == "body";
  map->finish();
  return client;
}

HttpAuthSettings read_auth(MapReader& settings, const HttpGuardSettings& guard) {
  HttpAuthSettings auth;
  auto map = settings.map("auth");
  if (!map) {
    return auth;
  }
  int ways = 0;
  if (map->has("bearer")) {
    ++ways;
    auth.header = {"Authorization", rules::Secret("Bearer " + map->text("bearer"))};
  }
  if (auto basic = map->map("basic")) {
    ++ways;
    const std::string user = basic->text("user");
    auth.header = {"Authorization",
                   rules::Secret("Basic " + base64(user + ":" + basic->text("password", "")))};
    basic->finish();
  }
  if (auto header = map->map("header")) {
    ++ways;
    const std::string name = header->text("name");
    auth.header = {name, rules::Secret(header->text("value"))};
    header->finish();
  }
  auth.oauth2 = read_oauth2(*map, guard);
  ways += auth.oauth2 ? 1 : 0;
  if (ways != 1) {
    map->error(map->place(), "bad-auth",
               fmt::format("'auth' says {} ways", ways == 0 ? "no" : "several"),
               "write one of 'bearer', 'basic', 'header' and 'oauth2'");
  }
  map->finish();
  return auth;
}

std::chrono::seconds bounded(MapReader& settings, std::string_view key,
                             std::chrono::seconds fallback, std::chrono::seconds min,
                             std::chrono::seconds max) {
  const std::chrono::seconds read = settings.duration(key, fallback);
  if (read < min || read > max) {
    settings.error(settings.place(key), "bad-duration",
                   fmt::format("'{}' is between {} and {}", key, rules::duration_text(min),
                               rules::duration_text(max)),
                   fmt::format("write '{}'", rules::duration_text(fallback)));
    return fallback;
  }
  return read;
}

}  // namespace

HttpSessionSettings read_http_session(const SourceContext& context, MapReader& settings,
                                      std::string_view url_key) {
  using std::chrono::seconds;
  HttpSessionSettings session;
  HttpGuardSettings& guard = session.guard;
  constexpr std::size_t page_bytes = 16U << 20;
  guard.allow_private = settings.boolean("allow_private", false);
  if (const std::string ca = settings.text("ca_file", ""); !ca.empty()) {
    guard.ca_file = (std::filesystem::path(context.base_folder) / ca).lexically_normal().string();
  }
  guard.deadline = bounded(settings, "timeout", seconds{30}, seconds{1}, seconds{600});
  guard.reply_bytes_max = settings.bytes("page_bytes_max", page_bytes);
  guard.head_bytes_max = settings.bytes("head_bytes_max", guard.head_bytes_max);
  read_url(settings, url_key, guard);
  session.auth = read_auth(settings, guard);
  if (auto headers = settings.map("headers")) {
    for (const rules::YamlNode::Entry& entry : headers->yaml().entries) {
      session.headers.emplace_back(entry.key, headers->text(entry.key));
    }
  }
  constexpr std::int64_t attempts_max = 10;
  session.attempts =
      static_cast<int>(settings.integer("attempts", session.attempts, 1, attempts_max));
  session.retry_wait = bounded(settings, "retry_wait", session.retry_wait, seconds{0}, seconds{60});
  session.wait_max = bounded(settings, "wait_max", session.wait_max, seconds{0}, seconds{3600});
  constexpr std::int64_t per_minute_max = 1'000'000;
  session.max_per_minute = settings.integer("max_per_minute", 0, 0, per_minute_max);
  const bool secret = session.auth.header || session.auth.oauth2;
  if (!guard.endpoint.tls && secret && !guard.allow_private) {
    settings.warning(settings.place(url_key), "plain-http",
                     "the credentials sent to '" + guard.endpoint.host + "' can be read on the way",
                     "write 'https://'");
  }
  return session;
}

}  // namespace measured::connectors
