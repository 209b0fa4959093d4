#include "daemon/web/push.h"

#include <algorithm>
#include <openssl/crypto.h>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "rules/hash.h"
#include "rules/utf8.h"

namespace measured::daemon {
namespace {

constexpr std::string_view path_begin = "/api/v1/push/";
constexpr std::size_t failures_max = 10;       // of one address a minute, as for log-ins
constexpr std::size_t addresses_max = 10'000;  // remembered
constexpr std::size_t problem_bytes_max = 1024;

WebResponse reply(int status, boost::json::object body) {
  return {.status = status,
          .content_type = "application/json",
          .body = boost::json::serialize(body) + "\n"};
}

WebResponse problem(int status, std::string_view text) {
  boost::json::object body;
  body["error"] = rules::short_utf8(std::string(text), problem_bytes_max);
  return reply(status, std::move(body));
}

// Both as hashes, so that the time taken tells nothing of how much is right.
bool same_secret(std::string_view a, std::string_view b) {
  const auto left = rules::sha256(a);
  const auto right = rules::sha256(b);
  return CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

bool is_one_word(std::string_view text) {
  return !text.empty() && text.find_first_of(" \t\n(\"") == std::string_view::npos;
}

}  // namespace

std::optional<PushDesk::Bearer> PushDesk::bearer(const WebRequest& request) const {
  constexpr std::string_view scheme = "Bearer ";
  const std::string_view header = request.header("authorization");
  if (!header.starts_with(scheme)) {
    return std::nullopt;
  }
  std::optional<Bearer> found;
  for (const auto& [source, intake] : parts_.intakes) {
    for (const connectors::PushIntake::Token& token : intake->tokens()) {
      if (same_secret(header.substr(scheme.size()), token.secret.reveal())) {
        found = Bearer{source, &token};
      }
    }
  }
  return found;
}

bool PushDesk::is_blocked(const std::string& remote) {
  const auto found = failures_.find(remote);
  if (found == failures_.end()) {
    return false;
  }
  const rules::Instant minute_ago = parts_.now() - std::chrono::minutes{1};
  while (!found->second.empty() && found->second.front() <= minute_ago) {
    found->second.pop_front();
  }
  if (found->second.empty()) {
    failures_.erase(found);
    return false;
  }
  return found->second.size() >= failures_max;
}

void PushDesk::note_failure(const std::string& remote) {
  if (failures_.size() >= addresses_max) {
    failures_.clear();  // who comes from so many addresses is not stopped by counting them
  }
  failures_[remote].push_back(parts_.now());
}

std::variant<PushDesk::Order, WebResponse> PushDesk::order_for(const std::string& measure,
                                                               const Bearer& bearer) {
  const auto& allowed = bearer.token->measures;
  if (!allowed.empty() && std::ranges::find(allowed, measure) == allowed.end()) {
    return problem(403, fmt::format("this token may not push to '{}'", measure));
  }
  const auto rules = parts_.rules();
  if (rules == nullptr) {
    return problem(503, "the rules are not in force yet: send it again in a moment");
  }
  const rules::Measure* known = rules->measure(measure);
  if (known == nullptr) {
    return problem(404, fmt::format("there is no measure '{}'", measure));
  }
  if (known->source != bearer.source) {
    return problem(403, fmt::format("measure '{}' does not read from source '{}', which this token "
                                    "is of",
                                    measure, bearer.source));
  }
  connectors::PushIntake* intake = parts_.intakes.at(bearer.source).get();
  const std::string table = is_one_word(known->from) ? known->from : measure;
  if (!intake->has_table(table)) {
    return problem(404, fmt::format("source '{}' has no table '{}'", bearer.source, table));
  }
  return Order{intake, bearer.source, measure, table};
}

std::optional<std::variant<PushDesk::Order, WebResponse>> PushDesk::admit(
    const WebRequest& request) {
  if (!request.path.starts_with(path_begin) || parts_.intakes.empty()) {
    return std::nullopt;
  }
  if (request.method != "POST") {
    WebResponse response = problem(405, "write POST");
    response.headers = {{"Allow", "POST"}};
    return response;
  }
  if (is_blocked(request.remote)) {
    WebResponse response = problem(429, "too many requests without a good token: wait a minute");
    response.headers = {{"Retry-After", "60"}};
    return response;
  }
  const auto who = bearer(request);
  if (!who) {
    note_failure(request.remote);
    WebResponse response = problem(401, "a token is needed: 'Authorization: Bearer TOKEN'");
    response.headers = {{"WWW-Authenticate", "Bearer"}};
    return response;
  }
  if (!request.header("content-type").starts_with("application/json")) {
    return problem(415, "send 'Content-Type: application/json'");
  }
  return order_for(request.path.substr(path_begin.size()), *who);
}

WebResponse PushDesk::take(const Order& order, const std::string& body) {
  using Kind = connectors::PushIntake::Kind;
  const auto taken = order.intake->take(order.table, body, parts_.now());
  const auto note = [&](const std::string& outcome, std::int64_t rows) {
    if (parts_.taken) {
      parts_.taken(order.source, order.measure, outcome, rows);
    }
  };
  if (!taken) {
    note("failed", 0);
    WebResponse response = problem(503, "the batch could not be stored: " + taken.error().message);
    response.headers = {{"Retry-After", "10"}};
    return response;
  }
  boost::json::object answer;
  answer["batch"] = taken->batch;
  switch (taken->kind) {
    case Kind::stored:
      note("stored", taken->rows);
      answer["status"] = "stored";
      answer["rows"] = taken->rows;
      return reply(200, std::move(answer));
    case Kind::known:
      note("known", 0);
      answer["status"] = "known";
      return reply(200, std::move(answer));
    case Kind::conflict:
      note("conflict", 0);
      return problem(409, fmt::format("a batch '{}' was stored before, with other content: a new "
                                      "batch needs an id of its own",
                                      taken->batch));
    case Kind::refused: break;
  }
  note("refused", 0);
  return problem(422, taken->problem + ": nothing of this batch was stored");
}

}  // namespace measured::daemon
