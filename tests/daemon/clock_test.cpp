#include "daemon/clock.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "tests/support/manual_clock.h"

namespace measured::daemon {
namespace {

using namespace std::chrono_literals;

// The sleeper of each test, and how it ended.
class ClockTest : public ::testing::Test {
 protected:
  void sleep(Clock& clock, TimePoint when) {
    auto ended = [this](std::exception_ptr e) {
      woke = true;
      error = std::move(e);
    };
    asio::co_spawn(io, clock.sleep_until(when), asio::bind_cancellation_slot(stop.slot(), ended));
  }

  asio::io_context io;
  asio::cancellation_signal stop;
  bool woke = false;
  std::exception_ptr error;
};

TEST_F(ClockTest, WakesWhenTheTimeHasComeAndNotBefore) {
  SystemClock clock;
  const TimePoint when = clock.now() + 20ms;
  sleep(clock, when);

  io.run();

  EXPECT_TRUE(woke);
  EXPECT_EQ(error, nullptr);
  EXPECT_GE(clock.now(), when);
}

TEST_F(ClockTest, DoesNotSleepForThePast) {
  SystemClock clock;
  sleep(clock, TimePoint{} - 24h);

  io.poll();

  EXPECT_TRUE(woke);
}

TEST_F(ClockTest, WakesWithAnErrorWhenCancelled) {
  SystemClock clock;
  sleep(clock, TimePoint::max());
  io.poll();
  ASSERT_FALSE(woke);

  stop.emit(asio::cancellation_type::terminal);
  io.run();

  EXPECT_TRUE(woke);
  EXPECT_NE(error, nullptr);
}

TEST_F(ClockTest, TheManualOneWakesOnTimeAndWhenItIsSet) {
  tests::ManualClock clock{TimePoint{} + 24h};
  sleep(clock, clock.now() + 1h);
  io.poll();
  clock.advance(59min);
  io.poll();
  EXPECT_FALSE(woke);

  clock.set(TimePoint{});
  io.poll();

  EXPECT_TRUE(woke);
  EXPECT_EQ(clock.sleepers(), 0U);
}

}  // namespace
}  // namespace measured::daemon
