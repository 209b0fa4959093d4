#include "connectors/deliveries/webhook_answer.h"

#include <string>

#include <fmt/format.h>

#include "connectors/http/retry_after.h"
#include "rules/text/width.h"

namespace measured::connectors {
namespace {

constexpr int shown_columns_max = 200;

}  // namespace

Outcome webhook_outcome(const HttpReply& reply, rules::Instant now) {
  Outcome out;
  out.status = reply.status;
  if (reply.status >= 200 && reply.status < 300) {
    return out;
  }
  out.kind = reply.status == 410 ? Outcome::Kind::disable : Outcome::Kind::retry;
  const std::string words = rules::one_line(reply.body, shown_columns_max);
  out.detail = fmt::format("HTTP {}{}{}", reply.status, words.empty() ? "" : ": ", words);
  if (reply.status == 429 || reply.status == 503) {
    out.retry_after = retry_after(reply.header("retry-after"), now);
  }
  return out;
}

}  // namespace measured::connectors
