#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "rules/result.h"
#include "rules/secret.h"
#include "rules/time/instant.h"

namespace measured::daemon {

// What one link out of a mail lets its holder do, and for whom. Whoever has the mail may: a link is
// a key to one act about one number, and to nothing else.
struct Link {
  enum class Act { acknowledge, annotate, settings, unsubscribe };
  Act act = Act::settings;
  std::string digest;
  std::string reader;   // address in lower case: who acts
  std::string measure;  // acknowledge and annotate: about what
  std::string team;
  rules::Interval window{};  // the periods that the mail spoke of
  rules::Instant expires_at{};
  friend bool operator==(const Link&, const Link&) = default;
};

// Makes and reads links. A token is the link's fields in base64url, a dot, and 130 bits of their
// HMAC-SHA-256 (RFC 2104; truncated as its section 5 allows). The same link gives the same token.
class Links {
 public:
  // `base` is http.public_url. While one secret replaces the other, links under `previous` hold as
  // well; new ones are made under `secret`.
  Links(std::string base, rules::Secret secret, rules::Secret previous,
        std::chrono::seconds lifetime);

  std::chrono::seconds lifetime() const { return lifetime_; }
  // "https://measured.example.com/act/TOKEN".
  std::string url(const Link& link) const;
  // For a link on the page that `act/TOKEN` shows, behind whatever proxy: "TOKEN".
  std::string token(const Link& link) const;

  enum class Problem { forged, expired };
  // In time that does not depend on where a forged one differs.
  tl::expected<Link, Problem> read(std::string_view token, rules::Instant now) const;

  // The scheme, host and port that a browser names as the origin of our pages.
  const std::string& origin() const { return origin_; }

 private:
  std::string base_;
  std::string origin_;
  rules::Secret secret_;
  rules::Secret previous_;
  std::chrono::seconds lifetime_;
};

// Names a token without being one: what a store keeps of the links that were used.
std::string link_id(std::string_view token);

}  // namespace measured::daemon
