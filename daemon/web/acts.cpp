#include "daemon/web/acts.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "daemon/web/act_page.h"
#include "daemon/web/policy.h"
#include "daemon/workers.h"
#include "rules/ascii.h"

namespace measured::daemon {
namespace {

constexpr std::string_view prefix = "/act/";
constexpr std::chrono::minutes limit_span{1};

WebResponse page_of(int status, const ActPage& page) {
  return {.status = status, .content_type = "text/html; charset=utf-8", .body = to_html(page)};
}

// The language that a browser asks for (RFC 9110 section 12.5.4), for pages about which nothing
// else is known: of those that we speak the one with the greatest weight, the first of equal ones.
rules::Language language_of(const WebRequest& request) {
  constexpr std::size_t header_bytes_max = 200;
  std::string_view left = request.header("accept-language").substr(0, header_bytes_max);
  rules::Language best = rules::Language::en;
  int best_weight = 0;
  while (!left.empty()) {
    const std::string_view one = left.substr(0, left.find(','));
    left.remove_prefix(std::min(one.size() + 1, left.size()));
    const std::string name = rules::lower(one.substr(0, one.find_first_of(";-")));
    const std::string_view tag =
        std::string_view(name).substr(std::min(name.find_first_not_of(' '), name.size()));
    const auto language = tag.starts_with("de")   ? std::optional(rules::Language::de)
                          : tag.starts_with("pt") ? std::optional(rules::Language::pt_br)
                          : tag.starts_with("en") ? std::optional(rules::Language::en)
                                                  : std::nullopt;
    // "q=0.9" weighs 9, "q=1" and no weight 10; finer differences do not matter here.
    const std::size_t q = one.find("q=");
    const bool fraction = q != std::string_view::npos && one.substr(q + 2).starts_with("0");
    const char digit = fraction && q + 4 < one.size() ? one[q + 4] : '0';
    const int weight = !fraction ? 10 : rules::is_digit(digit) ? digit - '0' : 0;
    if (language && weight > best_weight) {
      best = *language;
      best_weight = weight;
    }
  }
  return best;
}

WebResponse problem_page(int status, rules::Language language, std::string_view key) {
  ActPage page;
  page.language = language;
  page.heading = "measured";
  page.lines = {rules::say(language, key)};
  return page_of(status, page);
}

// A page elsewhere has no token to post to; this keeps it out even if it had. What mail programs
// post (RFC 8058) names no origin.
bool comes_from_elsewhere(const WebRequest& request, const Links& links) {
  const std::string_view origin = request.header("origin");
  return !origin.empty() && origin != "null" && origin != links.origin();
}

}  // namespace

bool Acts::is_over_limit(const std::string& address) {
  const Instant now = std::chrono::floor<std::chrono::seconds>(parts_.clock.now());
  if (bad_tokens_.size() >= addresses_max && !bad_tokens_.contains(address)) {
    bad_tokens_.clear();
  }
  std::deque<Instant>& seen = bad_tokens_[address];
  while (!seen.empty() && seen.front() + limit_span <= now) {
    seen.pop_front();
  }
  if (seen.size() >= bad_tokens_max) {
    return true;
  }
  seen.push_back(now);
  return false;
}

WebResponse Acts::refused(const WebRequest& request, Links::Problem problem) {
  const rules::Language language = language_of(request);
  if (is_over_limit(request.remote)) {
    WebResponse response = problem_page(429, language, "act.error_busy");
    response.headers.emplace_back("Retry-After", "60");
    return response;
  }
  const bool expired = problem == Links::Problem::expired;
  return problem_page(expired ? 410 : 404, language,
                      expired ? "act.error_expired" : "act.error_forged");
}

boost::asio::awaitable<WebResponse> Acts::answer(const WebRequest& request) {
  const std::string_view rest = std::string_view(request.path).substr(prefix.size());
  const bool posts = request.method == "POST";
  if (parts_.links == nullptr) {
    co_return refusal(404, "not found");
  }
  if (request.method != "GET" && request.method != "HEAD" && !posts) {
    WebResponse response = refusal(405, "write GET or POST");
    response.headers.emplace_back("Allow", "GET, HEAD, POST");
    co_return response;
  }
  if (rest == "style.css") {
    WebResponse style{.content_type = "text/css; charset=utf-8", .body = std::string(act_style())};
    style.headers.emplace_back("Cache-Control", "public, max-age=3600");
    co_return style;
  }
  ActRequest asked;
  asked.now = std::chrono::floor<std::chrono::seconds>(parts_.clock.now());
  asked.token = rest;
  const auto link = parts_.links->read(asked.token, asked.now);
  if (!link) {
    co_return refused(request, link.error());
  }
  asked.link = *link;
  if (posts) {
    asked.form = request.body.size() > form_bytes_max
                     ? std::nullopt
                     : read_form(request.header("content-type"), request.body);
    if (!asked.form || comes_from_elsewhere(request, *parts_.links)) {
      co_return problem_page(400, language_of(request), "act.error_form");
    }
  }
  if (!parts_.ready() || waiting_ >= waiting_max) {
    WebResponse busy = problem_page(503, language_of(request), "act.error_busy");
    busy.headers.emplace_back("Retry-After", "60");
    co_return busy;
  }
  ++waiting_;
  auto work = [this, asked = std::move(asked)](std::stop_token) {
    return act(parts_.engine, parts_.store, *parts_.links, asked);
  };
  WebResponse response = co_await on_worker(parts_.keeper, std::move(work));
  --waiting_;
  if (posts && response.status == 200) {
    parts_.log.info("act", {{"measure", link->measure},
                            {"team", link->team},
                            {"digest", link->digest},
                            {"reader", link->reader}});
  }
  co_return response;
}

}  // namespace measured::daemon
