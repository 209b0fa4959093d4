#include "daemon/stop.h"

#include <chrono>
#include <cstdlib>
#include <future>
#include <memory>

#include <boost/asio/post.hpp>

#include "daemon/cli/command_line.h"

namespace measured::daemon {
namespace {

constexpr std::chrono::seconds attempts_may_end{4};  // of a stop's ten seconds
constexpr std::chrono::seconds stop_max{9};
constexpr std::chrono::milliseconds store_answers_within{500};

}  // namespace

void Stop::begin(int exit_code) {
  if (begun_) {
    return;
  }
  begun_ = true;
  exit_ = exit_code;
  parts_.systemd.stopping();
  last_resort_.arm(stop_max, [this] { end_by_force(); });
  parts_.refuse();
  parts_.tasks.cancel();
  parts_.service.stop([this] {
    asio::post(parts_.keeper, [this] {
      parts_.sender.stop(attempts_may_end);
      asio::post(parts_.loop, [this] {
        service_ended_ = true;
        end_when_nothing_runs();
      });
    });
  });
}

void Stop::task_ended() {
  end_when_nothing_runs();
}

// On the last resort's thread. What was decided is in the store once the keeper has done all that
// it was given; then what hangs is somebody else's system, and nothing is lost.
void Stop::end_by_force() {
  auto answer = std::make_shared<std::promise<void>>();
  auto answered = answer->get_future();
  if (!kept_) {
    asio::post(parts_.keeper, [answer] { answer->set_value(); });
  }
  const bool whole = answered.wait_for(store_answers_within) == std::future_status::ready || kept_;
  parts_.log.error("stop_took_too_long",
                   {{"reason", whole ? "a source or a channel does not answer; all is in the store"
                                     : "the store does not answer"}});
  std::_Exit(whole ? exit_.load() : static_cast<int>(ExitCode::failed));
}

void Stop::end_when_nothing_runs() {
  if (!service_ended_ || !parts_.tasks.empty()) {
    return;
  }
  parts_.unlisten([this] { parts_.loop.stop(); });
  parts_.log.info("stopped", {});
}

void Stop::kept() {
  kept_ = true;
}

}  // namespace measured::daemon
