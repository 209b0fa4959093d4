#include "daemon/work/sender.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/scripted_delivery.h"

namespace measured::daemon {
namespace {

using connectors::Outcome;
using connectors::Parcel;
using testing::SizeIs;
using tests::Receiver;
using namespace std::chrono_literals;

constexpr Instant start{std::chrono::seconds{1'700'000'000}};

class SenderTest : public testing::Test {
 protected:
  SenderTest() { store = std::move(*open_store("sqlite::memory:", "", StoreUse::daemon)); }

  void put(int count, const std::string& channel) {
    Store::Judged judged;
    for (int i = 0; i < count; ++i) {
      OutboxRow row;
      row.id = channel + std::to_string(i);
      row.channel = channel;
      row.body = "body of " + row.id;
      row.created_at = row.due_at = start;
      judged.messages.push_back(row);
    }
    ASSERT_TRUE(store->commit_judged(judged).has_value());
  }
  std::unique_ptr<Sender> sender(std::vector<Channel> channels) {
    const NoticeWriter hear = [this](std::span<const Notice> heard) {
      notices.insert(notices.end(), heard.begin(), heard.end());
      return Store::Judged{};
    };
    return std::make_unique<Sender>(
        *store, std::move(channels), io.get_executor(),
        [this] { return Instant{std::chrono::seconds{clock.load()}}; }, hear, Sender::Options{});
  }
  // Runs the home thread until `done`, by the results that the workers hand in.
  template <class Done>
  void run_until(Done done) {
    while (!done()) {
      io.restart();
      ASSERT_GT(io.run_one_for(20s), 0U) << "nothing happened for 20 s";
    }
  }
  Store::Counts counts(std::string_view channel) { return *store->counts(channel); }

  std::atomic<std::int64_t> clock{start.time_since_epoch().count()};
  boost::asio::io_context io;
  // The workers hand in their results from outside.
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{io.get_executor()};
  std::unique_ptr<Store> store;
  std::vector<Notice> notices;
};

TEST_F(SenderTest, SendsAHundredThousandMessagesOnceEach) {
  constexpr int count = 100'000;
  Receiver receiver;
  put(count, "hook");
  auto running = sender({{"hook", receiver.factory(), 4}});

  running->wake();
  run_until([&] { return receiver.count() == count && counts("hook").delivered == count; });
  running->stop(1s);

  std::set<std::string> ids;
  for (const Parcel& parcel : receiver.parcels()) {
    ids.insert(parcel.id);
  }
  EXPECT_THAT(receiver.parcels(), SizeIs(count));
  EXPECT_THAT(ids, SizeIs(count));
}

// A receiver that answers only when the test lets it, or when it is asked to stop.
class Gate {
 public:
  Outcome pass(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    const bool opened = changed_.wait(lock, stop, [&] { return open_; });
    return opened ? Outcome{} : Outcome{Outcome::Kind::retry, "stopped", 0, {}};
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool open_ = false;
};

TEST_F(SenderTest, KeepsNobodyWaitingForASlowReceiver) {
  Gate gate;
  Receiver slow([&](const Parcel&, std::stop_token stop) { return gate.pass(stop); });
  Receiver quick;
  put(1000, "a_slow");
  put(1000, "quick");
  auto running = sender({{"a_slow", slow.factory(), 2}, {"quick", quick.factory(), 2}});

  running->wake();
  run_until([&] { return counts("quick").delivered == 1000; });

  EXPECT_EQ(counts("a_slow").delivered, 0);
  gate.open();
  run_until([&] { return counts("a_slow").delivered == 1000; });
}

TEST_F(SenderTest, HandsEverythingUnsentBackWhenItStops) {
  Gate gate;
  Receiver receiver([&](const Parcel&, std::stop_token stop) { return gate.pass(stop); });
  put(300, "hook");
  auto running = sender({{"hook", receiver.factory(), 3}});
  running->wake();
  io.run_one();  // claims, and starts the workers

  running->stop(0s);
  running->stop(0s);

  EXPECT_EQ(counts("hook").pending, 300);
  EXPECT_EQ(counts("hook").claimed, 0);
  const auto messages = *store->outbox({});
  for (const OutboxRow& row : messages) {
    EXPECT_EQ(row.attempts, 0);
  }
}

TEST_F(SenderTest, LetsAttemptsUnderWayEndWithinTheGrace) {
  Gate gate;
  std::atomic<bool> begun = false;
  Receiver receiver([&](const Parcel&, std::stop_token stop) {
    begun = true;
    begun.notify_all();
    return gate.pass(stop);
  });
  put(2, "hook");
  auto running = sender({{"hook", receiver.factory(), 1}});
  running->wake();
  io.run_one();
  begun.wait(false);

  std::thread opener([&] { gate.open(); });
  running->stop(20s);
  opener.join();

  EXPECT_EQ(counts("hook").delivered, 1);
  EXPECT_EQ(counts("hook").pending, 1);
}

TEST_F(SenderTest, StopsAChannelAfterOneWrongPassword) {
  Receiver receiver([](const Parcel&, auto) {
    return Outcome{Outcome::Kind::hold, "535", 535, {}};
  });
  put(1000, "mail");
  auto running = sender({{"mail", receiver.factory(), 1}});

  running->wake();
  run_until([&] { return !notices.empty() && counts("mail").claimed == 0; });

  EXPECT_THAT(receiver.parcels(), SizeIs(1));
  EXPECT_EQ(counts("mail").pending, 1000);
  ASSERT_THAT(notices, SizeIs(1));
  EXPECT_EQ(notices[0].kind, Notice::Kind::channel_held);

  clock += 300;
  running->wake();
  run_until([&] { return receiver.parcels().size() == 2 && counts("mail").claimed == 0; });
  EXPECT_THAT(notices, SizeIs(1));
}

TEST_F(SenderTest, KeepsMessagesOfAChannelThatIsNotDeclared) {
  put(3, "forgotten");
  auto running = sender({});

  running->wake();
  run_until([&] { return counts("forgotten").claimed == 0; });
  io.restart();
  io.poll();

  EXPECT_EQ(counts("forgotten").pending, 3);
}

}  // namespace
}  // namespace measured::daemon
