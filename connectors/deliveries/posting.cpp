#include "connectors/deliveries/posting.h"

#include "connectors/deliveries/files.h"
#include "connectors/http/endpoint.h"
#include "rules/yaml/map_reader.h"

namespace measured::connectors {
namespace {

using std::chrono::seconds;

void read_endpoint(rules::MapReader& settings, HttpGuardSettings& http) {
  const std::string url = settings.text("url");
  if (url.empty()) {
    return;
  }
  rules::Result<HttpEndpoint> endpoint = parse_endpoint(url);
  if (!endpoint) {
    settings.error(settings.place("url"), "bad-url", endpoint.error().message,
                   "write 'https://host/path'; the secret signs, a user name is not needed");
    return;
  }
  http.endpoint = std::move(*endpoint);
  if (!http.endpoint.tls && !http.allow_private) {
    settings.warning(settings.place("url"), "plain-http",
                     "what is posted to '" + http.endpoint.host + "' can be read on the way",
                     "write 'https://'");
  }
}

}  // namespace

HttpGuardSettings read_posting(const ChannelContext& context, rules::MapReader& settings,
                               seconds timeout_default) {
  HttpGuardSettings http;
  http.allow_private = settings.boolean("allow_private", false);
  read_endpoint(settings, http);
  if (const std::string ca = settings.text("ca_file", ""); !ca.empty()) {
    http.ca_file = resolved_path(context.base_folder, ca);
  }
  const seconds deadline = settings.duration("timeout", timeout_default);
  if (deadline < seconds{1} || deadline > seconds{300}) {
    settings.error(settings.place("timeout"), "bad-duration", "a timeout is between 1s and 5m",
                   "write '20s'");
  }
  http.deadline = deadline;
  return http;
}

}  // namespace measured::connectors
