#include "daemon/probes.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <boost/asio/post.hpp>

namespace measured::daemon {

void Probes::add_problems(std::vector<NotReady>& list) const {
  for (const auto& [job, failing] : parts_.service.failing_pulls()) {
    list.push_back({"source/" + failing.source, failing.measures + ": " + failing.reason});
  }
  for (const NotReady& problem : parts_.rules.problems()) {
    list.push_back(problem);
  }
  const std::string& store_problem = parts_.service.store_problem();
  if (!store_problem.empty() || !sender_problem_.empty()) {
    list.push_back({"store", store_problem.empty() ? sender_problem_ : store_problem});
  }
  for (const Store::ChannelState& state : channel_states_) {
    if (state.state != "ok") {
      list.push_back({"channel/" + state.channel, state.state + ": " + state.reason});
    }
  }
}

void Probes::take_snapshot() {
  boost::asio::post(parts_.keeper, [this] {
    auto counts = std::make_shared<std::map<std::string, Store::Counts>>();
    for (const std::string& channel : parts_.channels) {
      if (const auto found = parts_.store.counts(channel)) {
        counts->emplace(channel, *found);
      }
    }
    auto verdicts = parts_.engine.verdict_counts();
    auto states = parts_.store.channel_states().value_or(std::vector<Store::ChannelState>{});
    boost::asio::post(parts_.loop, [this, counts, verdicts = std::move(verdicts),
                                    states = std::move(states), problem = parts_.sender.problem()] {
      show(*counts, verdicts);
      channel_states_ = states;
      show_channels();
      sender_problem_ = problem;
    });
  });
}

void Probes::show(const std::map<std::string, Store::Counts>& channels,
                  const std::map<std::string, std::int64_t>& verdicts) {
  const auto now = std::chrono::floor<std::chrono::seconds>(parts_.clock.now());
  for (const auto& [channel, counts] : channels) {
    parts_.metrics.outbox_pending.with({channel})->set(
        static_cast<double>(counts.pending + counts.claimed));
    parts_.metrics.outbox_dead.with({channel})->set(static_cast<double>(counts.dead));
    const auto age = counts.oldest_pending ? now - *counts.oldest_pending : std::chrono::seconds{0};
    parts_.metrics.outbox_oldest_age.with({channel})->set(static_cast<double>(age.count()));
  }
  for (const auto& [verdict, number] : verdicts) {
    parts_.metrics.standings.with({verdict})->set(static_cast<double>(number));
  }
}

void Probes::show_channels() {
  for (const std::string& channel : parts_.channels) {
    const auto state =
        std::find_if(channel_states_.begin(), channel_states_.end(),
                     [&](const Store::ChannelState& one) { return one.channel == channel; });
    const bool up = state == channel_states_.end() || state->state == "ok";
    parts_.metrics.channel_up.with({channel})->set(up ? 1 : 0);
  }
}

void Probes::count_attempt(const std::string& channel, const connectors::Outcome& outcome,
                           std::chrono::duration<double> took) {
  parts_.metrics.deliveries.with({channel, std::string(to_text(outcome.kind))})->add();
  parts_.metrics.delivery_duration.with({channel})->observe(took.count());
  if (outcome.kind == connectors::Outcome::Kind::delivered) {
    parts_.metrics.channel_last_success_timestamp.with({channel})->set(
        static_cast<double>(parts_.clock.now().time_since_epoch().count()) / 1e3);
  }
}

}  // namespace measured::daemon
