#include "connectors/sources/http/session.h"

#include <algorithm>
#include <charconv>
#include <condition_variable>
#include <mutex>

#include <fmt/format.h>

#include "connectors/http/retry_after.h"
#include "connectors/sources/cells.h"
#include "rules/text/width.h"

namespace measured::connectors {
namespace {

using std::chrono::seconds;

// Waits; false when `stop` ended it.
bool wait(std::chrono::milliseconds duration, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, duration, [] { return false; });
  return !stop.stop_requested();
}

rules::Instant date_of(const HttpReply& reply) {
  return http_date(reply.header("date")).value_or(rules::Instant{});
}

// When the server's own budget is used up: how long until it is filled again. Both ways of saying
// so are in use, seconds from now and seconds since 1970; the latter is read by the server's own
// clock.
std::optional<seconds> budget_wait(const HttpReply& reply) {
  for (const std::string_view prefix : {"x-ratelimit-", "x-rate-limit-", "ratelimit-"}) {
    const std::string_view left = reply.header(std::string(prefix) + "remaining");
    const std::string_view reset = reply.header(std::string(prefix) + "reset");
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(reset.data(), reset.data() + reset.size(), number);
    if (left != "0" || reset.empty() || error != std::errc{} || number < 0) {
      continue;
    }
    constexpr std::int64_t since_1970 = 1'000'000'000;
    const std::int64_t now = date_of(reply).time_since_epoch().count();
    if (number >= since_1970 && now == 0) {
      continue;
    }
    return seconds{number >= since_1970 ? std::max<std::int64_t>(number - now, 0) : number};
  }
  return std::nullopt;
}

// Packed though nobody asked for it.
bool is_packed(const HttpReply& reply) {
  const std::string_view packed = reply.header("content-encoding");
  return !packed.empty() && packed != "identity";
}

std::string_view advice(int status) {
  switch (status) {
    case 401: return ": look at 'auth'";
    case 403: return ": what 'auth' names may not read this";
    case 404: return ": look at 'path'";
    case 301:
    case 302:
    case 303:
    case 307:
    case 308: return ": redirects are not followed; write the address it leads to";
    default: return "";
  }
}

// What the server says is wrong with the request; of other answers the body is not about us.
std::string complaint(const HttpReply& reply) {
  constexpr int columns_max = 160;
  if (reply.status != 400 && reply.status != 422) {
    return "";
  }
  const std::string text = rules::one_line(reply.body, columns_max);
  return text.empty() ? "" : ": " + text;
}

}  // namespace

HttpSession::HttpSession(HttpSessionSettings settings)
    : settings_(std::move(settings)), auth_(settings_.auth), guard_(settings_.guard) {}

rules::Result<std::string> HttpSession::target_of(const std::string& link,
                                                  const std::string& current) const {
  const HttpEndpoint& home = settings_.guard.endpoint;
  std::string url = link;
  if (link.starts_with('/') || link.starts_with('?')) {
    const bool v6 = home.host.find(':') != std::string::npos;
    url = fmt::format("{}://{}:{}", home.tls ? "https" : "http",
                      v6 ? '[' + home.host + ']' : home.host, home.port);
    url += link.starts_with('?') ? current.substr(0, current.find('?')) + link : link;
  }
  const auto endpoint = parse_endpoint(url);
  if (!endpoint) {
    return rules::give_up("the link to the next page: " + endpoint.error().message);
  }
  if (endpoint->host != home.host || endpoint->port != home.port || endpoint->tls != home.tls) {
    return rules::give_up(fmt::format(
        "the link to the next page leads to another server, '{}': credentials go to '{}' alone",
        shown(endpoint->host), home.host));
  }
  return endpoint->target;
}

rules::Result<void> HttpSession::keep_pace(const std::stop_token& stop) {
  const auto now = Clock::now();
  if (not_before_ - now > settings_.wait_max) {
    return rules::retry_later(
        fmt::format("the server asked to wait another {} s, longer than 'wait_max' allows",
                    std::chrono::ceil<seconds>(not_before_ - now).count()));
  }
  auto begin = not_before_;
  if (settings_.max_per_minute > 0) {
    begin = std::max(begin, last_ + std::chrono::nanoseconds(std::chrono::minutes{1}) /
                                        settings_.max_per_minute);
  }
  if (begin > now && !wait(std::chrono::ceil<std::chrono::milliseconds>(begin - now), stop)) {
    return rules::retry_later("stopped before the end");
  }
  last_ = Clock::now();
  return {};
}

rules::Result<HttpReply> HttpSession::attempt(const HttpRequest& request,
                                              const std::stop_token& stop) {
  const auto auth = auth_.header(stop);
  if (!auth) {
    return tl::unexpected<rules::Failure>(auth.error());
  }
  HttpRequest whole = request;
  whole.headers.insert(whole.headers.end(), settings_.headers.begin(), settings_.headers.end());
  whole.headers.emplace_back("User-Agent", "measured/" MEASURED_VERSION);
  whole.headers.emplace_back("Accept-Encoding", "identity");
  if (*auth) {
    whole.headers.push_back(**auth);
  }
  return guard_.send(whole, stop);
}

void HttpSession::heed_limits(const HttpReply& reply) {
  if (const auto budget = budget_wait(reply)) {
    not_before_ = std::max(not_before_, Clock::now() + *budget);
  }
}

HttpSession::Again HttpSession::judge(const HttpRequest& request,
                                      const rules::Result<HttpReply>& reply, int attempt) {
  using Retry = rules::Failure::Retry;
  const bool more = attempt < settings_.attempts;
  // What was read only is safe to ask again; of a POST only what the server says it did not take.
  const bool safe = request.method == "GET";
  std::chrono::milliseconds backoff = settings_.retry_wait;
  for (int i = 1; i < attempt; ++i) {
    backoff *= 4;
  }
  const auto wait = [&](bool again) {
    return again && more ? std::optional(backoff) : std::nullopt;
  };
  if (!reply) {
    return {reply.error().retry == Retry::later ? wait(safe) : std::nullopt, reply.error()};
  }
  if (!reply->cut.empty()) {
    if (reply->too_large) {
      return {std::nullopt,
              {Retry::never,
               fmt::format("the answer is larger than {} bytes: the cap is 'page_bytes_max'",
                           settings_.guard.reply_bytes_max)}};
    }
    return {wait(safe), {Retry::later, reply->cut}};
  }
  if (is_packed(*reply)) {
    return {
        std::nullopt,
        {Retry::never, fmt::format("the answer is packed ('{}') though plain bytes were asked for",
                                   shown(reply->header("content-encoding")))}};
  }
  const int status = reply->status;
  const std::string text = fmt::format("HTTP {}{}{}", status, advice(status), complaint(*reply));
  const bool limited =
      status == 429 || status == 503 || (status == 403 && not_before_ > Clock::now());
  if (limited) {
    const auto asked = retry_after(reply->header("retry-after"), date_of(*reply));
    if (asked) {
      not_before_ = std::max(not_before_, Clock::now() + *asked);
      return {more ? std::optional(std::chrono::milliseconds{0}) : std::nullopt,
              {Retry::later, text}};
    }
    return {wait(true), {Retry::later, text}};
  }
  if (status >= 500) {
    return {wait(safe), {Retry::later, text}};
  }
  const bool later = status == 401 || status == 403 || status == 408;
  return {std::nullopt, {later ? Retry::later : Retry::never, text}};
}

rules::Result<HttpReply> HttpSession::ask(HttpRequest request, std::stop_token stop) {
  bool renewed = false;
  for (int number = 1;; ++number) {
    if (const auto paced = keep_pace(stop); !paced) {
      return tl::unexpected<rules::Failure>(paced.error());
    }
    rules::Result<HttpReply> reply = attempt(request, stop);
    if (stop.stop_requested() && !reply) {
      return rules::retry_later("stopped before the end");
    }
    if (reply) {
      heed_limits(*reply);
      const bool whole = reply->cut.empty() && !is_packed(*reply);
      if (reply->status / 100 == 2 && whole) {
        return reply;
      }
      if (reply->status == 401 && !renewed && auth_.refused()) {
        renewed = true;
        --number;
        continue;
      }
    }
    const Again again = judge(request, reply, number);
    if (!again.wait) {
      return tl::unexpected<rules::Failure>(again.failure);
    }
    if (!wait(*again.wait, stop)) {
      return rules::retry_later("stopped before the end");
    }
  }
}

}  // namespace measured::connectors
