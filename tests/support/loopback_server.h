#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace measured::tests {

// A TCP server on a free loopback port that answers each connection, one after the other, with a
// few lines of a test's own: good ones and hostile ones.
class LoopbackServer {
 public:
  // One accepted connection. `read_request` gives the head and body of one HTTP request ("" at the
  // end), `read_some` whatever comes next; `send` says whether the other side still takes bytes;
  // `wait_closed` returns when it is gone.
  class Peer {
   public:
    explicit Peer(int socket) : socket_(socket) {}
    std::string read_request();
    std::string read_some();
    bool send(const std::string& bytes);
    void wait_closed();

   private:
    int socket_;
    std::string held_;
  };
  using Answer = std::function<void(Peer&)>;

  explicit LoopbackServer(Answer answer);
  ~LoopbackServer();
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  int port() const { return port_; }
  int connections() const { return connections_; }

 private:
  void run();

  Answer answer_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> connections_ = 0;
  std::atomic<int> current_ = -1;
  std::atomic<bool> closing_ = false;
  std::thread thread_;
};

}  // namespace measured::tests
