#include "daemon/work/sender.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <boost/asio/post.hpp>

namespace measured::daemon {
namespace {

// No attempt begins so shortly before its claim ends: longer than an attempt may last.
constexpr std::chrono::seconds claim_margin{60};
constexpr std::chrono::seconds wait_max{std::chrono::hours{1}};

void append(Batch& to, Batch from) {
  std::move(from.sent.begin(), from.sent.end(), std::back_inserter(to.sent));
  std::move(from.unsent.begin(), from.unsent.end(), std::back_inserter(to.unsent));
}

}  // namespace

Sender::Sender(Store& store, std::vector<Channel> channels, boost::asio::any_io_executor home,
               Now now, NoticeWriter notices, Options options)
    : store_(store),
      home_(std::move(home)),
      timer_(home_),
      now_(std::move(now)),
      notices_(std::move(notices)),
      options_(std::move(options)),
      channels_(std::move(channels)) {
  for (const Channel& channel : channels_) {
    lanes_.emplace(channel.id, std::make_unique<Lane>(channel));
  }
}

Sender::~Sender() {
  stop(std::chrono::milliseconds{0});
}

// --- on the workers' threads

void Sender::work(Lane& lane, connectors::Delivery& delivery) {
  std::unique_lock lock(mutex_);
  for (;;) {
    ++lane.idle;
    lane.ready.wait(lock, [&] { return ending_ || !lane.queue.empty(); });
    --lane.idle;
    if (lane.queue.empty()) {
      return;
    }
    Waiting waiting = std::move(lane.queue.front());
    lane.queue.pop_front();
    if (!attempt(lane, std::move(waiting), delivery, lock)) {
      take_back(lane);
    }
    post_drain();
  }
}

// Makes one attempt, outside the lock. False when the channel is closed from now on.
bool Sender::attempt(Lane& lane, Waiting waiting, connectors::Delivery& delivery,
                     std::unique_lock<std::mutex>& lock) {
  const Instant begun = now_();
  if (lane.closed || begun + claim_margin >= waiting.until || expire(waiting.row, begun)) {
    results_.unsent.push_back(std::move(waiting.row));
    return !lane.closed;
  }
  ++under_way_;
  lock.unlock();
  const auto began = std::chrono::steady_clock::now();  // how long it took, whatever the clock does
  connectors::Outcome outcome = delivery.deliver(parcel_of(waiting.row), begun, stop_.get_token());
  if (options_.attempted) {
    options_.attempted(waiting.row.channel, outcome, std::chrono::steady_clock::now() - began);
  }
  const Instant ended = now_();
  lock.lock();
  --under_way_;
  if (stop_.stop_requested() && outcome.kind == connectors::Outcome::Kind::retry) {
    results_.unsent.push_back(
        std::move(waiting.row));  // we broke it off: it was not the receiver's fault
  } else {
    lane.closed = lane.closed || closes_channel(outcome);
    results_.sent.push_back({std::move(waiting.row), std::move(outcome), ended});
  }
  quiet_.notify_all();
  return !lane.closed;
}

// Needs the lock.
void Sender::take_back(Lane& lane) {
  for (Waiting& waiting : lane.queue) {
    results_.unsent.push_back(std::move(waiting.row));
  }
  lane.queue.clear();
}

// Needs the lock. Results that come while one drain waits for its turn share its commit.
void Sender::post_drain() {
  if (drain_posted_ || ending_) {
    return;
  }
  drain_posted_ = true;
  boost::asio::post(home_, [this, alive = std::weak_ptr<bool>(alive_)] {
    if (!alive.expired()) {
      drain();
    }
  });
}

// --- on the home thread

void Sender::wake() {
  const std::lock_guard lock(mutex_);
  post_drain();
}

void Sender::drain() {
  {
    const std::lock_guard lock(mutex_);
    drain_posted_ = false;
    if (ending_) {
      return;
    }
  }
  if (record()) {
    claim();
  }
  arm();
}

// True when everything that came back is stored. While the store refuses, what came back is kept
// and what waits is taken back: nothing is sent that cannot be recorded.
bool Sender::record() {
  std::vector<Lane*> closed;
  {
    const std::lock_guard lock(mutex_);
    for (auto& [id, lane] : lanes_) {
      if (!problem_.empty()) {
        take_back(*lane);
      }
      if (lane->closed) {
        closed.push_back(lane.get());
      }
    }
    append(unrecorded_, std::exchange(results_, {}));
  }
  if (auto settled = settle(store_, unrecorded_, now_(), options_.outbox, notices_); !settled) {
    problem_ = settled.error().message;
    return false;
  }
  unrecorded_ = {};
  problem_.clear();
  const std::lock_guard lock(mutex_);
  for (Lane* lane : closed) {
    lane->closed = false;  // from here on the store knows, and gives none of its messages
  }
  return true;
}

std::vector<std::string> Sender::full_channels() {
  std::vector<std::string> full = undeclared_;
  const std::lock_guard lock(mutex_);
  for (const auto& [id, lane] : lanes_) {
    if (lane->closed || lane->queue.size() >= options_.waiting_max) {
      full.push_back(id);
    }
  }
  return full;
}

void Sender::claim() {
  for (;;) {
    const std::vector<std::string> full = full_channels();
    const Instant now = now_();
    auto rows = claim_open(store_, channels_, full, now, options_.outbox);
    if (!rows) {
      problem_ = rows.error().message;
      return;
    }
    if (rows->empty()) {
      return;
    }
    hand_out(std::move(*rows), now + options_.outbox.claim_time);
  }
}

void Sender::hand_out(std::vector<OutboxRow> rows, Instant until) {
  const std::lock_guard lock(mutex_);
  for (OutboxRow& row : rows) {
    const auto found = lanes_.find(row.channel);
    if (found == lanes_.end()) {
      if (std::ranges::find(undeclared_, row.channel) == undeclared_.end()) {
        undeclared_.push_back(row.channel);
      }
      results_.unsent.push_back(std::move(row));
      post_drain();
      continue;
    }
    Lane& lane = *found->second;
    lane.queue.push_back({std::move(row), until});
    if (lane.idle < std::ssize(lane.queue) &&
        std::ssize(lane.threads) < lane.channel.parallel_max) {
      lane.threads.emplace_back(
          [this, &lane, delivery = lane.channel.make()] { work(lane, *delivery); });
    }
    lane.ready.notify_one();
  }
}

// Wakes us when the next message is due. The wait is cut at an hour, since this timer stands still
// in suspend and does not see that the clock was set.
void Sender::arm() {
  std::optional<std::chrono::seconds> wait = options_.poll;
  if (problem_.empty()) {
    const std::vector<std::string> full = full_channels();
    const Instant now = now_();
    const auto next = next_work(store_, full, options_.outbox);
    if (!next) {
      problem_ = next.error().message;
    } else if (*next) {
      wait = std::clamp(**next - now, std::chrono::seconds{0}, wait.value_or(wait_max));
    }
  }
  if (!problem_.empty()) {
    wait = options_.store_retry;
  }
  if (!wait) {
    timer_.cancel();  // nothing waits: whoever stores the next message wakes us
    return;
  }
  timer_.expires_after(*wait);
  timer_.async_wait([this, alive = std::weak_ptr<bool>(alive_)](boost::system::error_code error) {
    if (!error && !alive.expired()) {
      wake();
    }
  });
}

void Sender::stop(std::chrono::milliseconds grace) {
  std::vector<std::thread> threads;
  {
    std::unique_lock lock(mutex_);
    if (ending_) {
      return;
    }
    ending_ = true;
    for (auto& [id, lane] : lanes_) {
      take_back(*lane);
      lane->ready.notify_all();
      std::ranges::move(lane->threads, std::back_inserter(threads));
    }
    quiet_.wait_for(lock, grace, [&] { return under_way_ == 0; });
  }
  stop_.request_stop();
  for (std::thread& thread : threads) {
    thread.join();
  }
  timer_.cancel();
  record();
  alive_.reset();
}

}  // namespace measured::daemon
