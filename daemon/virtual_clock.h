#pragma once

#include <map>
#include <memory>
#include <optional>

#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "daemon/clock.h"

namespace measured::daemon {

// Time that moves only when it is told to: `measured replay` walks it from slot to slot, and tests
// set it. After advance() or set(), poll the io_context to let the woken coroutines run.
class VirtualClock final : public Clock {
 public:
  explicit VirtualClock(TimePoint start) : now_(start) {}

  TimePoint now() const override { return now_; }

  asio::awaitable<void> sleep_until(TimePoint when) override {
    if (when <= now_) {
      co_return;
    }
    const auto executor = co_await asio::this_coro::executor;
    auto wake = std::make_shared<Wake>(executor, 1);
    sleepers_.emplace(when, wake);
    co_await wake->async_receive(asio::use_awaitable);
  }

  // Time passes: wakes those whose time has come.
  void advance(std::chrono::milliseconds step) {
    now_ += step;
    wake_until(now_);
  }

  // The clock is set, forward or back: wakes everyone, as the system's clock does.
  void set(TimePoint now) {
    now_ = now;
    wake_until(TimePoint::max());
  }

  std::size_t sleepers() const { return sleepers_.size(); }

  // When the first sleeper wants to be woken; none when nobody sleeps.
  std::optional<TimePoint> next_wake() const {
    return sleepers_.empty() ? std::nullopt : std::optional(sleepers_.begin()->first);
  }

 private:
  using Wake = asio::experimental::channel<void(boost::system::error_code)>;

  void wake_until(TimePoint time) {
    while (!sleepers_.empty() && sleepers_.begin()->first <= time) {
      sleepers_.begin()->second->try_send(boost::system::error_code{});
      sleepers_.erase(sleepers_.begin());
    }
  }

  TimePoint now_;
  std::multimap<TimePoint, std::shared_ptr<Wake>> sleepers_;
};

}  // namespace measured::daemon
