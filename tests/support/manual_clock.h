#pragma once

#include <map>
#include <memory>

#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "daemon/clock.h"

namespace measured::tests {

// Time that moves only when a test says so. After advance() or set(), poll the io_context to let
// the woken coroutines run.
class ManualClock final : public daemon::Clock {
 public:
  explicit ManualClock(daemon::TimePoint start) : now_(start) {}

  daemon::TimePoint now() const override { return now_; }

  boost::asio::awaitable<void> sleep_until(daemon::TimePoint when) override {
    if (when <= now_) {
      co_return;
    }
    const auto executor = co_await boost::asio::this_coro::executor;
    auto wake = std::make_shared<Wake>(executor, 1);
    sleepers_.emplace(when, wake);
    co_await wake->async_receive(boost::asio::use_awaitable);
  }

  // Time passes: wakes those whose time has come.
  void advance(std::chrono::milliseconds step) {
    now_ += step;
    wake_until(now_);
  }

  // The clock is set, forward or back: wakes everyone, as the system's clock does.
  void set(daemon::TimePoint now) {
    now_ = now;
    wake_until(daemon::TimePoint::max());
  }

  std::size_t sleepers() const { return sleepers_.size(); }

 private:
  using Wake = boost::asio::experimental::channel<void(boost::system::error_code)>;

  void wake_until(daemon::TimePoint time) {
    while (!sleepers_.empty() && sleepers_.begin()->first <= time) {
      sleepers_.begin()->second->try_send(boost::system::error_code{});
      sleepers_.erase(sleepers_.begin());
    }
  }

  daemon::TimePoint now_;
  std::multimap<daemon::TimePoint, std::shared_ptr<Wake>> sleepers_;
};

}  // namespace measured::tests
