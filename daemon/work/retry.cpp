#include "daemon/work/retry.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "rules/hash.h"

namespace measured::daemon {
namespace {

using connectors::Outcome;
using std::chrono::seconds;

// In [0, 1), the same for the same attempt of the same message.
double share_of(const OutboxRow& row, int attempt) {
  const rules::Sha256 hash =
      rules::sha256(fmt::format("{}\n{}\n{}\n{}", row.id, row.channel, row.recipient, attempt));
  double share = 0;
  for (int i = 5; i >= 0; --i) {  // 48 bits: all of them fit a double
    share = (share + hash.at(static_cast<std::size_t>(i))) / 256;
  }
  return share;
}

Instant retry_at(const OutboxRow& row, const Outcome& outcome, Instant now, int next,
                 const RetryPolicy& policy) {
  seconds wait = retry_delay(row, next, policy);
  if (outcome.retry_after) {
    // The receiver may ask for more patience than ours, not for less, and not for ever.
    wait = std::max(wait, std::min(*outcome.retry_after, policy.retry_after_max));
  }
  const Instant due = now + wait;
  return row.expires_at ? std::min(due, *row.expires_at) : due;
}

}  // namespace

std::string_view to_text(Outcome::Kind kind) {
  switch (kind) {
    case Outcome::Kind::delivered: return "delivered";
    case Outcome::Kind::retry: return "retry";
    case Outcome::Kind::dead: return "dead";
    case Outcome::Kind::disable: return "disable";
    case Outcome::Kind::hold: return "hold";
  }
  return "retry";
}

seconds retry_delay(const OutboxRow& row, int attempt, const RetryPolicy& policy) {
  const auto index = static_cast<std::size_t>(attempt - 1);
  const auto delay = static_cast<double>(policy.delays.at(index).count());
  const double factor = 1 + policy.jitter * (2 * share_of(row, attempt) - 1);
  return seconds{std::llround(delay * factor)};
}

Decision decide(const OutboxRow& row, const Outcome& outcome, Instant now,
                const RetryPolicy& policy) {
  const int attempt = row.attempts + 1;
  Decision decision;
  Store::Finished& finished = decision.finished;
  finished = {row.number,
              "pending",
              now,
              {row.number, attempt, now, std::string(to_text(outcome.kind)), outcome.status,
               outcome.detail}};
  switch (outcome.kind) {
    case Outcome::Kind::delivered: finished.state = "delivered"; return decision;
    case Outcome::Kind::dead: finished.state = "dead"; return decision;
    case Outcome::Kind::hold:
      // The fault is in our settings: the message waits, and has lost none of its attempts.
      finished.attempt.attempt = 0;
      decision.channel = ChannelVerdict::hold;
      return decision;
    case Outcome::Kind::disable: decision.channel = ChannelVerdict::disable; break;
    case Outcome::Kind::retry: break;
  }
  if (attempt >= std::ssize(policy.delays)) {
    finished.state = "dead";
    finished.attempt.detail =
        fmt::format("not delivered in {} attempts; the last: {}", attempt, outcome.detail);
  } else if (outcome.kind == Outcome::Kind::retry) {
    finished.due_at = retry_at(row, outcome, now, attempt + 1, policy);
  }
  return decision;
}

std::optional<Store::Finished> expire(const OutboxRow& row, Instant now) {
  if (!row.expires_at || now < *row.expires_at) {
    return std::nullopt;
  }
  std::string reason = fmt::format("expired at {}", rules::to_text(*row.expires_at));
  if (!row.last_error.empty()) {
    reason += fmt::format("; the last attempt: {}", row.last_error);
  }
  return Store::Finished{
      row.number, "dead", now, {row.number, 0, now, "dead", 0, std::move(reason)}};
}

Store::Finished hand_back(const OutboxRow& row, Instant now) {
  return {row.number, "pending", row.due_at, {row.number, 0, now, "", 0, ""}};
}

}  // namespace measured::daemon
