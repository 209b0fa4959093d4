#pragma once

#include <string>
#include <string_view>

#include "rules/result.h"

namespace measured::connectors {

// The parts of an http or https URL that a request needs.
struct HttpEndpoint {
  bool tls = true;
  std::string host;  // a name or numbers, without the brackets of an IPv6 address
  int port = 443;
  std::string target;  // path and query, at least "/"
};

// Reads "https://host[:port][/path][?query]". Refuses user names and fragments, and every character
// that does not belong into a request line; the message never shows more of the URL than its host,
// because paths hold secrets.
rules::Result<HttpEndpoint> parse_endpoint(std::string_view url);

}  // namespace measured::connectors
