#include "daemon/work/outbox.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>

namespace measured::daemon {
namespace {

using connectors::Outcome;

std::string_view state_name(ChannelVerdict verdict) {
  switch (verdict) {
    case ChannelVerdict::works: return "ok";
    case ChannelVerdict::hold: return "held";
    case ChannelVerdict::disable: return "disabled";
  }
  return "ok";
}

// The states of channels while results are settled, and what changed.
class ChannelBoard {
 public:
  explicit ChannelBoard(const std::vector<Store::ChannelState>& states) {
    for (const Store::ChannelState& state : states) {
      states_[state.channel] = state;
    }
  }

  void apply(const Sent& sent, ChannelVerdict verdict, std::vector<Notice>& notices) {
    Store::ChannelState& state = states_[sent.row.channel];
    const bool was_ok = state.state.empty() || state.state == "ok";
    if (verdict == ChannelVerdict::works) {
      // An operator's disabled channel is not enabled by an answer that was already on its way.
      if (state.state == "held") {
        change(sent, verdict, notices, Notice::Kind::channel_released);
      }
    } else if (verdict == ChannelVerdict::disable) {
      if (state.state != "disabled") {
        change(sent, verdict, notices, Notice::Kind::channel_disabled);
      }
    } else if (was_ok) {
      change(sent, verdict, notices, Notice::Kind::channel_held);
    }
  }

  rules::Result<void> write(Store& store) const {
    for (const auto& [channel, changed] : changed_) {
      const Store::ChannelState& state = states_.at(channel);
      if (auto set = store.set_channel_state(channel, state.state, state.reason, state.at); !set) {
        return set;
      }
    }
    return {};
  }

 private:
  void change(const Sent& sent, ChannelVerdict verdict, std::vector<Notice>& notices,
              Notice::Kind kind) {
    const std::string& channel = sent.row.channel;
    states_[channel] = {channel, std::string(state_name(verdict)), sent.outcome.detail, sent.at};
    changed_[channel] = true;
    notices.push_back({kind, channel, sent.outcome.detail, sent.row, sent.at});
  }

  std::map<std::string, Store::ChannelState> states_;
  std::map<std::string, bool> changed_;
};

// Deliveries of one run of `deliver_due`, made when first needed.
class Deliveries {
 public:
  explicit Deliveries(std::span<const Channel> channels) : channels_(channels) {}

  connectors::Delivery* find(const std::string& id) {
    const auto made = made_.find(id);
    if (made != made_.end()) {
      return made->second.get();
    }
    const auto declared = std::ranges::find(channels_, id, &Channel::id);
    if (declared == channels_.end()) {
      return nullptr;
    }
    return made_.emplace(id, declared->make()).first->second.get();
  }

 private:
  std::span<const Channel> channels_;
  std::map<std::string, std::unique_ptr<connectors::Delivery>> made_;
};

void count(const Batch& batch, Instant now, const RetryPolicy& policy, DeliveryReport& report) {
  for (const Sent& sent : batch.sent) {
    const Decision decision = decide(sent.row, sent.outcome, sent.at, policy);
    if (decision.finished.state == "delivered") {
      ++report.delivered;
    } else if (decision.finished.state == "dead") {
      ++report.dead;
    } else if (decision.channel == ChannelVerdict::works) {
      ++report.retried;
    } else {
      ++report.kept;
    }
  }
  for (const OutboxRow& row : batch.unsent) {
    ++(expire(row, now) ? report.dead : report.kept);
  }
}

struct ClosedChannels {
  std::vector<std::string> closed;          // held or disabled
  std::vector<Store::ChannelState> probes;  // the held ones
};

rules::Result<ClosedChannels> closed_channels(Store& store) {
  const auto states = store.channel_states();
  if (!states) {
    return tl::unexpected(states.error());
  }
  ClosedChannels channels;
  for (const Store::ChannelState& state : *states) {
    if (state.state != "ok") {
      channels.closed.push_back(state.channel);
    }
    if (state.state == "held") {
      channels.probes.push_back(state);
    }
  }
  return channels;
}

}  // namespace

std::string_view to_text(Notice::Kind kind) {
  switch (kind) {
    case Notice::Kind::message_dead: return "message_dead";
    case Notice::Kind::channel_held: return "channel_held";
    case Notice::Kind::channel_released: return "channel_released";
    case Notice::Kind::channel_disabled: return "channel_disabled";
  }
  return "message_dead";
}

bool closes_channel(const Outcome& outcome) {
  return outcome.kind == Outcome::Kind::hold || outcome.kind == Outcome::Kind::disable;
}

connectors::Parcel parcel_of(const OutboxRow& row) {
  return {row.id, row.recipient, row.content_type, row.body, row.attempts + 1};
}

rules::Result<void> settle(Store& store, const Batch& batch, Instant now,
                           const OutboxOptions& options, const NoticeWriter& notices) {
  if (batch.sent.empty() && batch.unsent.empty()) {
    return {};
  }
  const auto states = store.channel_states();
  if (!states) {
    return tl::unexpected(states.error());
  }
  ChannelBoard board(*states);
  std::vector<Store::Finished> finished;
  std::vector<Notice> heard;
  const auto died = [&](const OutboxRow& row) {
    const AttemptRow& last = finished.back().attempt;
    heard.push_back({Notice::Kind::message_dead, row.channel, last.detail, row, last.at});
  };
  for (const Sent& one : batch.sent) {
    Decision decision = decide(one.row, one.outcome, one.at, options.retry);
    board.apply(one, decision.channel, heard);
    finished.push_back(std::move(decision.finished));
    if (finished.back().state == "dead") {
      died(one.row);
    }
  }
  for (const OutboxRow& row : batch.unsent) {
    std::optional<Store::Finished> expired = expire(row, now);
    finished.push_back(expired ? std::move(*expired) : hand_back(row, now));
    if (finished.back().state == "dead") {
      died(row);
    }
  }
  // The state comes first: after a crash between the two the message is free again, and its channel
  // closed.
  if (auto written = board.write(store); !written) {
    return written;
  }
  return store.finish(finished, heard.empty() || !notices ? Store::Judged{} : notices(heard));
}

rules::Result<std::vector<OutboxRow>> claim_open(Store& store, std::span<const Channel> channels,
                                                 std::span<const std::string> skip, Instant now,
                                                 const OutboxOptions& options) {
  const rules::Result<ClosedChannels> closed = closed_channels(store);
  if (!closed) {
    return tl::unexpected(closed.error());
  }
  const Instant until = now + options.claim_time;
  std::vector<std::string> held(skip.begin(), skip.end());
  held.insert(held.end(), closed->closed.begin(), closed->closed.end());
  for (const Store::ChannelState& probe : closed->probes) {
    if (now < probe.at + options.probe_after) {
      continue;
    }
    std::vector<std::string> others = held;
    for (const Channel& channel : channels) {
      others.push_back(channel.id);
    }
    std::erase(others, probe.channel);
    auto claimed = store.claim_due(now, until, 1, others);
    if (!claimed) {
      return claimed;
    }
    if (!claimed->empty()) {
      // The next probe is counted from this one.
      auto set = store.set_channel_state(probe.channel, probe.state, probe.reason, now);
      return set ? claimed : tl::unexpected(set.error());
    }
  }
  return store.claim_due(now, until, options.claim_rows_max, held);
}

rules::Result<std::optional<Instant>> next_work(Store& store, std::span<const std::string> skip,
                                                const OutboxOptions& options) {
  const rules::Result<ClosedChannels> closed = closed_channels(store);
  if (!closed) {
    return tl::unexpected(closed.error());
  }
  std::vector<std::string> held(skip.begin(), skip.end());
  held.insert(held.end(), closed->closed.begin(), closed->closed.end());
  auto next = store.next_due(held);
  if (!next) {
    return next;
  }
  for (const Store::ChannelState& probe : closed->probes) {
    const auto waiting = store.counts(probe.channel);
    if (!waiting) {
      return tl::unexpected(waiting.error());
    }
    const Instant at = probe.at + options.probe_after;
    if (waiting->pending > 0 && (!*next || at < **next)) {
      *next = at;
    }
  }
  return next;
}

rules::Result<DeliveryReport> deliver_due(Store& store, std::span<const Channel> channels,
                                          Instant now, const OutboxOptions& options,
                                          const NoticeWriter& notices, std::stop_token stop) {
  Deliveries deliveries(channels);
  DeliveryReport report;
  std::vector<std::string> undeclared;
  while (!stop.stop_requested()) {
    const auto claimed = claim_open(store, channels, undeclared, now, options);
    if (!claimed) {
      return tl::unexpected(claimed.error());
    }
    if (claimed->empty()) {
      break;
    }
    Batch batch;
    std::set<std::string> closed;  // in this batch: a wrong password is not tried a hundred times
    for (const OutboxRow& row : *claimed) {
      connectors::Delivery* delivery = deliveries.find(row.channel);
      if (delivery == nullptr && !closed.contains(row.channel)) {
        undeclared.push_back(row.channel);
        closed.insert(row.channel);
      }
      if (closed.contains(row.channel) || stop.stop_requested() || expire(row, now)) {
        batch.unsent.push_back(row);
        continue;
      }
      batch.sent.push_back({row, delivery->deliver(parcel_of(row), now, stop), now});
      if (closes_channel(batch.sent.back().outcome)) {
        closed.insert(row.channel);
      }
    }
    count(batch, now, options.retry, report);
    if (auto settled = settle(store, batch, now, options, notices); !settled) {
      return tl::unexpected(settled.error());
    }
  }
  return report;
}

}  // namespace measured::daemon
