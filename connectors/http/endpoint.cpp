#include "connectors/http/endpoint.h"

#include <algorithm>
#include <charconv>

#include "rules/ascii.h"

namespace measured::connectors {
namespace {

constexpr std::size_t url_bytes_max = 2048;

bool host_character(char c) {
  return rules::is_alnum(c) || c == '-' || c == '.' || c == '_';
}

bool numeric_v6_character(char c) {
  return (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || rules::is_digit(c) || c == ':' ||
         c == '.';
}

// Takes host and port off the front of `authority`; false when it is not of that form.
bool read_authority(std::string_view authority, HttpEndpoint& out) {
  const bool bracketed = authority.starts_with('[');
  const std::size_t end =
      bracketed ? authority.find(']') : std::min(authority.find(':'), authority.size());
  if (end == std::string_view::npos) {
    return false;
  }
  out.host = authority.substr(bracketed ? 1 : 0, bracketed ? end - 1 : end);
  authority.remove_prefix(end + (bracketed ? 1 : 0));
  if (out.host.empty() ||
      !std::ranges::all_of(out.host, bracketed ? numeric_v6_character : host_character)) {
    return false;
  }
  if (authority.empty()) {
    return true;
  }
  const char* const last = authority.data() + authority.size();
  const auto [rest, error] = std::from_chars(authority.data() + 1, last, out.port);
  return authority.front() == ':' && error == std::errc{} && rest == last && out.port >= 1 &&
         out.port <= 65535;
}

}  // namespace

rules::Result<HttpEndpoint> parse_endpoint(std::string_view url) {
  HttpEndpoint out;
  if (url.starts_with("https://")) {
    url.remove_prefix(8);
  } else if (url.starts_with("http://")) {
    url.remove_prefix(7);
    out.tls = false;
    out.port = 80;
  } else {
    return rules::give_up("the url does not begin with https:// or http://");
  }
  const std::size_t path = std::min(url.find_first_of("/?#"), url.size());
  const std::string_view authority = url.substr(0, path);
  out.target = url.substr(path);
  if (authority.find('@') != std::string_view::npos) {
    return rules::give_up("the url holds a user name");
  }
  if (!read_authority(authority, out)) {
    return rules::give_up("the url's host or port is not one");
  }
  if (!out.target.starts_with('/')) {
    out.target.insert(0, "/");
  }
  const bool printable =
      std::ranges::all_of(out.target, [](char c) { return c > ' ' && c <= '~' && c != '#'; });
  if (!printable || out.target.size() > url_bytes_max) {
    return rules::give_up("the path of the url of '" + out.host +
                          "' is too long or holds a blank, a '#' or a character that is not ASCII");
  }
  return out;
}

}  // namespace measured::connectors
