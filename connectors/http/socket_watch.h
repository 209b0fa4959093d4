#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <stop_token>
#include <thread>

namespace measured::connectors {

// Ends a blocking call on a TCP socket from outside: at a total deadline, when somebody asks to
// stop, or when more has arrived than anyone wants to read. An HTTP library's own limits are per
// read and per line, so a server that drips or pours is bounded by none of them.
//
// It works by shutting down the connection under the call, in whatever phase it is (connect, TLS
// handshake, write, read), and does so on a duplicate of the descriptor, so that it can never hit a
// stranger that got the same number. One call at a time.
class SocketWatch {
 public:
  enum class Ended { no, deadline, stopped, too_much };

  SocketWatch();
  ~SocketWatch();
  SocketWatch(const SocketWatch&) = delete;
  SocketWatch& operator=(const SocketWatch&) = delete;

  // Watches from now on, with the socket of the call before if there is one.
  void begin(std::chrono::milliseconds deadline, std::uint64_t bytes_max, std::stop_token stop);
  // The call has a new socket.
  void attach(int socket);
  // That socket is gone for good.
  void detach();
  // Why the call was cut short, so far.
  Ended ended() const;
  // The call is over; says whether it was cut short.
  Ended end();

 private:
  void run(const std::stop_token& quit);
  Ended judged() const;
  std::uint64_t bytes_received() const;

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  bool active_ = false;
  bool asleep_ = false;
  Ended ended_ = Ended::no;
  int timer_ = -1;
  int socket_ = -1;
  std::uint64_t bytes_before_ = 0;
  std::uint64_t bytes_max_ = 0;
  std::stop_token stop_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace measured::connectors
