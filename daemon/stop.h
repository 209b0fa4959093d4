#pragma once

#include <atomic>
#include <functional>

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include "daemon/last_resort.h"
#include "daemon/log.h"
#include "daemon/systemd.h"
#include "daemon/task_group.h"
#include "daemon/work/sender.h"
#include "daemon/work/service.h"

namespace measured::daemon {

// What a stop ends, in this order: what is under way, the sender, the listeners, the loop.
struct StopParts {
  asio::io_context& loop;
  asio::thread_pool& keeper;
  Log& log;
  ServiceManager& systemd;
  TaskGroup& tasks;
  Service& service;
  Sender& sender;
  std::function<void()> refuse;                              // no request is taken from now on
  std::function<void(std::function<void()> done)> unlisten;  // ends what listens
};

// The end of the daemon, within the ten seconds that are promised. On the loop's thread.
class Stop {
 public:
  explicit Stop(StopParts parts) : parts_(std::move(parts)) {}

  void begin(int exit_code);  // the first call counts
  bool begun() const { return begun_; }
  // Whenever one of the tasks has ended.
  void task_ended();
  // The loop has ended and the keeper has done all that it was given.
  void kept();
  int exit_code() const { return exit_; }
  void disarm() { last_resort_.disarm(); }

 private:
  void end_by_force();
  void end_when_nothing_runs();

  StopParts parts_;
  bool begun_ = false;
  bool service_ended_ = false;
  std::atomic<bool> kept_ = false;
  std::atomic<int> exit_ = 0;
  LastResort last_resort_;
};

}  // namespace measured::daemon
