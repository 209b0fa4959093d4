#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace measured::daemon {

// Calls `act` on a thread of its own when `patience` has passed, unless it is disarmed before. It
// needs no loop that turns, so it still comes when everything else hangs.
class LastResort {
 public:
  void arm(std::chrono::seconds patience, std::function<void()> act);
  void disarm();

 private:
  std::mutex mutex_;
  std::condition_variable_any disarmed_;
  std::jthread thread_;
};

}  // namespace measured::daemon
