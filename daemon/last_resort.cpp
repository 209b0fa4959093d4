#include "daemon/last_resort.h"

#include <utility>

namespace measured::daemon {

void LastResort::arm(std::chrono::seconds patience, std::function<void()> act) {
  thread_ = std::jthread([this, patience, act = std::move(act)](std::stop_token stop) {
    std::unique_lock lock(mutex_);
    disarmed_.wait_for(lock, stop, patience, [] { return false; });
    if (!stop.stop_requested()) {
      act();
    }
  });
}

void LastResort::disarm() {
  thread_ = std::jthread();
}

}  // namespace measured::daemon
