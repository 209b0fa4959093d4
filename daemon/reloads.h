#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/experimental/channel.hpp>

#include "daemon/control_socket.h"
#include "daemon/rule_keeper.h"
#include "daemon/systemd.h"
#include "daemon/task_group.h"

namespace measured::daemon {

struct ReloadsParts {
  asio::any_io_executor loop;
  RuleKeeper& rules;
  ServiceManager& systemd;
  TaskGroup& tasks;               // in which the reloads run, and end at a stop
  std::function<void()> changed;  // other rules are in force
};

// Reloads, one after the other, for whoever asks. A signal does not wait for the answer, a command
// does. What is asked for while one runs is one more after it: the files may have changed since it
// read them. On the loop's thread.
class Reloads {
 public:
  explicit Reloads(ReloadsParts parts) : parts_(std::move(parts)) {}

  // The rules of the start are in force. What was asked for until now begins.
  void open();
  void ask();
  asio::awaitable<ControlReply> ask_and_wait();
  // Who still waits is told that the daemon stops.
  void close();

 private:
  using Answer = asio::experimental::channel<void(boost::system::error_code, RuleKeeper::Reloaded)>;

  asio::awaitable<void> run();

  ReloadsParts parts_;
  std::vector<std::shared_ptr<Answer>> waiting_;    // for the next reload
  std::vector<std::shared_ptr<Answer>> answering_;  // for the one that runs
  bool asked_ = false;
  bool busy_ = true;  // the start, or a reload, runs
  bool closed_ = false;
};

}  // namespace measured::daemon
