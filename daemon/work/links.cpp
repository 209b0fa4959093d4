#include "daemon/work/links.h"

#include <array>
#include <charconv>
#include <openssl/crypto.h>
#include <optional>
#include <vector>

#include "connectors/base64.h"
#include "connectors/deliveries/signature.h"
#include "rules/ascii.h"
#include "rules/hash.h"

namespace measured::daemon {
namespace {

constexpr int mac_digits = 26;  // 5 bits each
constexpr int id_digits = 26;
constexpr std::size_t token_bytes_max = 2048;

// Says what the MAC is for, and which form the fields have: a MAC of something else that the same
// secret signs can never be one of a link.
constexpr std::string_view purpose = "measured link 1\n";

// Never part of an id or an address.
constexpr char separator = '\x1f';

std::string mac_of(const rules::Secret& secret, std::string_view payload) {
  const std::string bytes =
      connectors::hmac_sha256(secret.reveal(), std::string(purpose) + std::string(payload));
  rules::Sha256 hash{};
  std::copy(bytes.begin(), bytes.end(), hash.begin());
  return rules::base32(hash, mac_digits);
}

bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

// base64url (RFC 4648 section 5) without padding: nothing in it that a URL would have to escape.
std::string to_url_text(std::string_view bytes) {
  std::string text = connectors::base64(bytes);
  text.erase(text.find_last_not_of('=') + 1);
  for (char& c : text) {
    c = c == '+' ? '-' : c == '/' ? '_' : c;
  }
  return text;
}

std::optional<std::string> from_url_text(std::string_view text) {
  std::string digits(text);
  for (char& c : digits) {
    c = c == '-' ? '+' : c == '_' ? '/' : c;
  }
  constexpr std::size_t group = 4;
  digits.append((group - digits.size() % group) % group, '=');
  return connectors::from_base64(digits);
}

constexpr std::array<std::string_view, 4> act_names = {"a", "n", "s", "u"};

std::string seconds_text(rules::Instant t) {
  return std::to_string(t.time_since_epoch().count());
}

std::optional<rules::Instant> instant_of(std::string_view text) {
  std::int64_t seconds = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) {
    return std::nullopt;
  }
  return rules::Instant{std::chrono::seconds{seconds}};
}

std::vector<std::string_view> fields_of(std::string_view text) {
  std::vector<std::string_view> fields;
  for (;;) {
    const std::size_t end = text.find(separator);
    fields.push_back(text.substr(0, end));
    if (end == std::string_view::npos) {
      return fields;
    }
    text.remove_prefix(end + 1);
  }
}

std::optional<Link> link_of(std::string_view payload) {
  constexpr std::size_t fields_count = 8;
  const std::string bytes = from_url_text(payload).value_or("");
  const auto fields = fields_of(bytes);
  if (fields.size() != fields_count) {
    return std::nullopt;
  }
  Link link;
  const auto act = std::find(act_names.begin(), act_names.end(), fields[0]);
  const auto expires_at = instant_of(fields[1]);
  const auto start = instant_of(fields[2]);
  const auto end = instant_of(fields[3]);
  if (act == act_names.end() || !expires_at || !start || !end) {
    return std::nullopt;
  }
  link.act = static_cast<Link::Act>(act - act_names.begin());
  link.expires_at = *expires_at;
  link.window = {*start, *end};
  link.digest = fields[4];
  link.reader = fields[5];
  link.measure = fields[6];
  link.team = fields[7];
  return link;
}

std::string origin_of(std::string_view url) {
  const std::size_t host = url.find("://");
  const std::size_t end = host == std::string_view::npos ? host : url.find('/', host + 3);
  return rules::lower(url.substr(0, end));
}

}  // namespace

Links::Links(std::string base, rules::Secret secret, rules::Secret previous,
             std::chrono::seconds lifetime)
    : base_(base.substr(0, base.find_last_not_of('/') + 1)),
      origin_(origin_of(base)),
      secret_(std::move(secret)),
      previous_(std::move(previous)),
      lifetime_(lifetime) {}

std::string Links::token(const Link& link) const {
  std::string bytes(act_names.at(static_cast<std::size_t>(link.act)));
  for (const std::string& field :
       {seconds_text(link.expires_at), seconds_text(link.window.start),
        seconds_text(link.window.end), link.digest, link.reader, link.measure, link.team}) {
    bytes += separator + field;
  }
  const std::string payload = to_url_text(bytes);
  return payload + '.' + mac_of(secret_, payload);
}

std::string Links::url(const Link& link) const {
  return base_ + "/act/" + token(link);
}

tl::expected<Link, Links::Problem> Links::read(std::string_view token, rules::Instant now) const {
  const std::size_t dot = token.rfind('.');
  if (token.size() > token_bytes_max || dot == std::string_view::npos) {
    return tl::unexpected(Problem::forged);
  }
  const std::string_view payload = token.substr(0, dot);
  const std::string_view mac = token.substr(dot + 1);
  bool good = same(mac, mac_of(secret_, payload));
  if (!previous_.empty()) {
    good = same(mac, mac_of(previous_, payload)) || good;
  }
  const std::optional<Link> link = good ? link_of(payload) : std::nullopt;
  if (!link) {
    return tl::unexpected(Problem::forged);
  }
  if (now >= link->expires_at) {
    return tl::unexpected(Problem::expired);
  }
  return *link;
}

std::string link_id(std::string_view token) {
  return rules::base32(rules::sha256(token), id_digits);
}

}  // namespace measured::daemon
