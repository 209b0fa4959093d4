// Asio's timers do not do here: steady_timer stands still in suspend, and system_timer notices that
// the clock was set only after up to five minutes. A Linux timerfd waits for a time of the real
// clock, and with TFD_TIMER_CANCEL_ON_SET it also becomes readable when that clock is set.

#include "daemon/clock.h"

#include <cerrno>
#include <sys/timerfd.h>
#include <system_error>
#include <unistd.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace measured::daemon {
namespace {

// A timer that becomes readable at `when` or when the clock is set.
int open_timer(TimePoint when) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(when);
  itimerspec spec{};
  spec.it_value.tv_sec = seconds.time_since_epoch().count();
  spec.it_value.tv_nsec = std::chrono::nanoseconds{when - seconds}.count();
  const int timer = ::timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
  if (timer < 0) {
    throw std::system_error(errno, std::generic_category(), "timerfd_create");
  }
  if (::timerfd_settime(timer, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &spec, nullptr) != 0) {
    const int error = errno;
    ::close(timer);
    throw std::system_error(error, std::generic_category(), "timerfd_settime");
  }
  return timer;
}

}  // namespace

TimePoint SystemClock::now() const {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

asio::awaitable<void> SystemClock::sleep_until(TimePoint when) {
  // Also keeps a time before 1970, which the kernel refuses, away from it.
  if (when <= now()) {
    co_return;
  }
  const auto executor = co_await asio::this_coro::executor;
  asio::posix::stream_descriptor timer(executor, open_timer(when));
  co_await timer.async_wait(asio::posix::stream_descriptor::wait_read, asio::use_awaitable);
}

}  // namespace measured::daemon
