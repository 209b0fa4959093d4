#include "connectors/sources/run_aside.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

namespace measured::connectors {
namespace {

struct End {
  std::mutex mutex;
  std::condition_variable_any changed;
  bool reached = false;
};

}  // namespace

bool run_aside(std::function<void()> work, std::function<void()> cancel,
               const std::stop_token& stop, std::chrono::milliseconds grace) {
  const auto end = std::make_shared<End>();
  std::thread([end, work = std::move(work)]() mutable {
    work();
    work = nullptr;  // what it owns ends here, before anybody goes on
    {
      const std::lock_guard lock(end->mutex);
      end->reached = true;
    }
    end->changed.notify_all();
  }).detach();
  const auto reached = [&end] { return end->reached; };
  std::unique_lock lock(end->mutex);
  if (end->changed.wait(lock, stop, reached)) {
    return true;
  }
  if (cancel) {
    lock.unlock();
    std::thread(std::move(cancel)).detach();
    lock.lock();
  }
  return end->changed.wait_for(lock, grace, reached);
}

}  // namespace measured::connectors
