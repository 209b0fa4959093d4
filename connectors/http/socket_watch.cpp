#include "connectors/http/socket_watch.h"

#include <fcntl.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <system_error>
#include <unistd.h>

namespace measured::connectors {
namespace {

// How often a running call is looked at. A receiver that pours can overshoot its limit by what
// arrives in this time and fits the socket's small buffer.
constexpr std::chrono::milliseconds glance{5};
constexpr int receive_buffer_bytes = 64 << 10;

void close_if_open(int& descriptor) {
  if (descriptor >= 0) {
    ::close(descriptor);
  }
  descriptor = -1;
}

}  // namespace

SocketWatch::SocketWatch() : timer_(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)) {
  if (timer_ < 0) {
    throw std::system_error(errno, std::generic_category(), "timerfd_create");
  }
  thread_ = std::jthread([this](const std::stop_token& quit) { run(quit); });
}

SocketWatch::~SocketWatch() {
  thread_.request_stop();
  thread_.join();
  close_if_open(timer_);
  close_if_open(socket_);
}

void SocketWatch::begin(std::chrono::milliseconds deadline, std::uint64_t bytes_max,
                        std::stop_token stop) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(deadline);
  ::itimerspec when{};
  when.it_value.tv_sec = seconds.count();
  when.it_value.tv_nsec = std::chrono::nanoseconds(deadline - seconds).count();
  {
    const std::lock_guard lock(mutex_);
    ::timerfd_settime(timer_, 0, &when, nullptr);
    bytes_before_ = bytes_received();
    bytes_max_ = bytes_max;
    stop_ = std::move(stop);
    ended_ = Ended::no;
    active_ = true;
    if (!asleep_) {
      return;
    }
  }
  changed_.notify_one();
}

void SocketWatch::attach(int socket) {
  ::setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes);
  const std::lock_guard lock(mutex_);
  close_if_open(socket_);
  socket_ = ::fcntl(socket, F_DUPFD_CLOEXEC, 0);
  bytes_before_ = 0;
}

void SocketWatch::detach() {
  const std::lock_guard lock(mutex_);
  close_if_open(socket_);
}

SocketWatch::Ended SocketWatch::ended() const {
  const std::lock_guard lock(mutex_);
  return ended_;
}

SocketWatch::Ended SocketWatch::end() {
  const std::lock_guard lock(mutex_);
  active_ = false;
  stop_ = {};
  // The thread is not told: it falls asleep at its next glance, or watches the next call.
  return ended_;
}

void SocketWatch::run(const std::stop_token& quit) {
  std::unique_lock lock(mutex_);
  while (!quit.stop_requested()) {
    if (!active_) {
      asleep_ = true;
      changed_.wait(lock, quit, [&] { return active_; });
      asleep_ = false;
      continue;
    }
    changed_.wait_for(lock, quit, glance, [] { return false; });
    if (!active_) {
      continue;
    }
    if (ended_ == Ended::no) {
      ended_ = judged();
    }
    // Again at each glance: the call may have opened its socket after the first time.
    if (ended_ != Ended::no && socket_ >= 0) {
      // Closing is then a reset, so that the other side learns at once that nobody reads any more.
      const ::linger at_once{1, 0};
      ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
      ::shutdown(socket_, SHUT_RDWR);
    }
  }
}

SocketWatch::Ended SocketWatch::judged() const {
  if (stop_.stop_requested()) {
    return Ended::stopped;
  }
  std::uint64_t expirations = 0;
  if (::read(timer_, &expirations, sizeof expirations) ==
      static_cast<::ssize_t>(sizeof expirations)) {
    return Ended::deadline;
  }
  return bytes_received() - bytes_before_ > bytes_max_ ? Ended::too_much : Ended::no;
}

std::uint64_t SocketWatch::bytes_received() const {
  ::tcp_info info{};
  ::socklen_t size = sizeof info;
  if (socket_ < 0 || ::getsockopt(socket_, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) {
    return 0;
  }
  return info.tcpi_bytes_received;
}

}  // namespace measured::connectors
