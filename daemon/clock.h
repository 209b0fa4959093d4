#pragma once

#include <chrono>

#include <boost/asio/awaitable.hpp>

namespace measured::daemon {

namespace asio = boost::asio;

// The daemon's time: UTC in milliseconds. Instants of `rules` convert to it by themselves.
using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;

// The only way the daemon learns the time or waits for it. `rules` and `connectors` never see a
// clock: they are handed the times they need.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimePoint now() const = 0;

  // Returns when `when` has come, or earlier when the clock was set (by a person, by time
  // synchronisation, by waking from suspend): call now() and decide again what to wait for. Any
  // number of coroutines may sleep at once. Cancelling one throws operation_aborted in it.
  virtual asio::awaitable<void> sleep_until(TimePoint when) = 0;
};

class SystemClock final : public Clock {
 public:
  TimePoint now() const override;
  asio::awaitable<void> sleep_until(TimePoint when) override;
};

}  // namespace measured::daemon
