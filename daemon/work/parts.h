#pragma once

#include <map>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/metrics_set.h"
#include "daemon/store/store.h"
#include "daemon/work/engine.h"
#include "daemon/work/source_pool.h"

namespace measured::daemon {

// What all that works in the daemon works with, and what outlives it.
struct WorkParts {
  asio::any_io_executor loop;
  // Where the engine and the store are used, and nowhere else: one thread of its own in the daemon,
  // the loop in a replay.
  asio::any_io_executor keeper;
  Engine& engine;
  Store& store;
  Clock& clock;
  Log& log;
  MetricsSet& metrics;
  std::map<std::string, std::unique_ptr<SourcePool>, std::less<>>& sources;
};

}  // namespace measured::daemon
