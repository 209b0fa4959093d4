#pragma once

#include <functional>
#include <list>
#include <memory>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>

namespace measured::daemon {

namespace asio = boost::asio;

// Whether a coroutine ended because it was cancelled.
bool is_cancelled(std::exception_ptr error);

// Coroutines that a stop cancels and waits for. On the loop's thread. What ends by an exception
// other than a cancellation ends the process: it is a mistake of ours.
class TaskGroup {
 public:
  // `changed` is called when a task has begun and when one has ended.
  TaskGroup(asio::any_io_executor loop, std::function<void()> changed)
      : loop_(std::move(loop)), changed_(std::move(changed)) {}
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  void spawn(asio::awaitable<void> task);
  void cancel();  // every one that runs; each still ends in its own time

  std::size_t size() const { return running_.size(); }
  bool empty() const { return running_.empty(); }

 private:
  asio::any_io_executor loop_;
  std::function<void()> changed_;
  std::list<std::shared_ptr<asio::cancellation_signal>> running_;
};

}  // namespace measured::daemon
