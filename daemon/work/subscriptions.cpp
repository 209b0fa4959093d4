#include "daemon/work/subscriptions.h"

#include <algorithm>

#include "daemon/work/ledger_entries.h"

namespace measured::daemon {
namespace {

std::chrono::local_days day_in(const rules::Zone& zone, rules::Instant t) {
  return std::chrono::floor<std::chrono::days>(zone.local(t));
}

std::chrono::year_month month_in(const rules::Zone& zone, rules::Instant t) {
  const std::chrono::year_month_day day{day_in(zone, t)};
  return day.year() / day.month();
}

}  // namespace

SubscriptionRow subscription_of(std::span<const SubscriptionRow> rows, std::string_view digest,
                                std::string_view reader) {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const SubscriptionRow& row) {
    return row.digest == digest && row.reader == reader;
  });
  if (found != rows.end()) {
    return *found;
  }
  SubscriptionRow row;
  row.digest = digest;
  row.reader = reader;
  return row;
}

std::string why_not_now(const SubscriptionRow& wanted, const rules::Zone& zone,
                        rules::Instant nominal, std::optional<rules::Instant> previous) {
  if (wanted.state == "unsubscribed") {
    return "unsubscribed";
  }
  if (wanted.state == "paused" && (!wanted.until || nominal < *wanted.until)) {
    return wanted.until ? "paused until " + date_text(day_in(zone, *wanted.until)) : "paused";
  }
  const bool monthly = wanted.frequency == "monthly";
  if (monthly && previous && month_in(zone, *previous) == month_in(zone, nominal)) {
    return "had this month's";
  }
  return "";
}

rules::Digest::When when_of(const SubscriptionRow& wanted, rules::Digest::When when) {
  using When = rules::Digest::When;
  const When hers = wanted.frequency == "on_signal"   ? When::on_signal
                    : wanted.frequency == "on_change" ? When::on_change
                                                      : When::always;
  return std::max(hers, when);
}

std::optional<rules::DigestContent> content_to_send(rules::DigestInput& input,
                                                    rules::Digest::When when,
                                                    std::optional<rules::Instant> previous) {
  rules::DigestContent content = rules::digest_content(input);
  if (rules::worth_sending(content, when)) {
    return content;
  }
  const rules::Zone& zone = input.reader.zone;
  if (previous && month_in(zone, *previous) == month_in(zone, input.nominal)) {
    return std::nullopt;
  }
  input.quiet = true;
  return rules::digest_content(input);
}

}  // namespace measured::daemon
