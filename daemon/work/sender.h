#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "daemon/work/outbox.h"

namespace measured::daemon {

// Sends what is in the outbox while the daemon runs. Store and all decisions stay on `home`, the
// one thread that owns the store; each channel has worker threads of its own, started when there is
// work, so a slow receiver keeps nobody else waiting. Borrows the store, which outlives it.
//
// A message is at every moment in the store: claimed while it waits here, marked after its attempt.
// A kill between attempt and mark sends it again, with the same id and bytes, and in no other case.
class Sender {
 public:
  struct Options {
    OutboxOptions outbox;
    std::size_t waiting_max = 250;  // a channel with more waiting here claims no more
    // How often to look for what another process (`measured outbox retry`) made due, where it
    // cannot tell us; none: not at all.
    std::optional<std::chrono::seconds> poll;
    std::chrono::seconds store_retry{5};  // after the store refused
    // Every attempt, as it ends; called on the channels' threads.
    std::function<void(const std::string& channel, const connectors::Outcome& outcome,
                       std::chrono::duration<double> took)>
        attempted = {};
  };
  using Now = std::function<Instant()>;  // called on every thread

  Sender(Store& store, std::vector<Channel> channels, boost::asio::any_io_executor home, Now now,
         NoticeWriter notices, Options options);
  ~Sender();
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;

  // All on `home`. `wake` says that messages were stored or channels' states changed.
  void wake();
  // Attempts under way may end within `grace`, then are asked to stop; all that is unsent is handed
  // back to the store. Blocks until the threads have ended. May be called twice.
  void stop(std::chrono::milliseconds grace);

  // Why nothing is being recorded, and so nothing sent; empty while the store works. For /readyz.
  const std::string& problem() const { return problem_; }

 private:
  // A claimed message, and until when the claim lasts.
  struct Waiting {
    OutboxRow row;
    Instant until{};
  };
  struct Lane {
    explicit Lane(Channel declared) : channel(std::move(declared)) {}
    Channel channel;
    std::deque<Waiting> queue;
    std::condition_variable ready;
    std::vector<std::thread> threads;
    int idle = 0;
    // An attempt showed that the channel is held or disabled, and the store does not know it yet.
    bool closed = false;
  };

  void work(Lane& lane, connectors::Delivery& delivery);
  bool attempt(Lane& lane, Waiting waiting, connectors::Delivery& delivery,
               std::unique_lock<std::mutex>& lock);
  void post_drain();
  void drain();
  bool record();
  void claim();
  void hand_out(std::vector<OutboxRow> rows, Instant until);
  std::vector<std::string> full_channels();
  void take_back(Lane& lane);
  void arm();

  Store& store_;
  boost::asio::any_io_executor home_;
  boost::asio::steady_timer timer_;
  Now now_;
  NoticeWriter notices_;
  Options options_;
  std::string problem_;
  std::vector<Channel> channels_;
  std::vector<std::string> undeclared_;
  std::stop_source stop_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // for handlers that outlive us
  Batch unrecorded_;

  std::mutex mutex_;  // guards what follows, and the lanes' queues, counts and flags
  std::condition_variable quiet_;
  std::map<std::string, std::unique_ptr<Lane>> lanes_;
  Batch results_;
  int under_way_ = 0;
  bool drain_posted_ = false;
  bool ending_ = false;
};

}  // namespace measured::daemon
