#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "connectors/delivery.h"
#include "daemon/clock.h"
#include "daemon/metrics_set.h"
#include "daemon/rule_keeper.h"
#include "daemon/web/health.h"
#include "daemon/work/engine.h"
#include "daemon/work/sender.h"
#include "daemon/work/service.h"

namespace measured::daemon {

struct ProbesParts {
  boost::asio::any_io_executor loop;
  boost::asio::any_io_executor keeper;  // may block: owns the engine and the store
  const Engine& engine;
  Store& store;
  const Sender& sender;
  const Service& service;
  const RuleKeeper& rules;
  const Clock& clock;
  MetricsSet& metrics;
  std::vector<std::string> channels;  // ids
};

// What /readyz and /metrics show of the parts at work. Used on the loop, except where it says so.
class Probes {
 public:
  explicit Probes(ProbesParts parts) : parts_(std::move(parts)) {}

  // Appends whatever keeps the daemon from being ready.
  void add_problems(std::vector<NotReady>& list) const;

  // Asks the keeper for what the next probe shows: asking the store takes the keeper, and a probe
  // must not wait for it.
  void take_snapshot();

  // Called on the channels' threads, and metrics are made for that.
  void count_attempt(const std::string& channel, const connectors::Outcome& outcome,
                     std::chrono::duration<double> took);

 private:
  void show(const std::map<std::string, Store::Counts>& channels,
            const std::map<std::string, std::int64_t>& verdicts);
  void show_channels();

  ProbesParts parts_;
  std::vector<Store::ChannelState> channel_states_;  // as of the last snapshot
  std::string sender_problem_;
};

}  // namespace measured::daemon
