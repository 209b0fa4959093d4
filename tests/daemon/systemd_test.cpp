#include "daemon/systemd.h"

#include <array>
#include <cstdlib>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace measured::daemon {
namespace {

using namespace std::chrono_literals;

// The service manager's end of the notification socket, in the abstract namespace.
class ServiceManagerTest : public testing::Test {
 protected:
  void SetUp() override {
    const std::string name = "measured-notify-" + std::to_string(getpid());
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    std::memcpy(at.sun_path + 1, name.data(), name.size());
    socket_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
    void* address = &at;
    ASSERT_EQ(bind(socket_, static_cast<sockaddr*>(address), length), 0);
    setenv("NOTIFY_SOCKET", ("@" + name).c_str(), 1);
  }
  void TearDown() override {
    close(socket_);
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
  }
  std::string received() const {
    std::array<char, 4096> text{};
    const ssize_t got = recv(socket_, text.data(), text.size(), 0);
    return got < 0 ? "" : std::string(text.data(), static_cast<std::size_t>(got));
  }
  int socket_ = -1;
  ServiceManager manager;
};

TEST_F(ServiceManagerTest, TellsEachStateInTheProtocolsWords) {
  manager.ready("judging 12 measures");
  EXPECT_EQ(received(), "READY=1\nSTATUS=judging 12 measures");
  manager.reloading();
  EXPECT_TRUE(received().starts_with("RELOADING=1\nMONOTONIC_USEC="));
  manager.watchdog();
  EXPECT_EQ(received(), "WATCHDOG=1");
  manager.stopping();
  EXPECT_EQ(received(), "STOPPING=1");
}

TEST_F(ServiceManagerTest, LetsNoStatusForgeAnAssignment) {
  manager.status("reload failed\nREADY=1");

  EXPECT_EQ(received(), "STATUS=reload failed READY=1");
}

TEST_F(ServiceManagerTest, ReadsTheWatchdogsInterval) {
  EXPECT_EQ(manager.watchdog_interval(), std::nullopt);

  setenv("WATCHDOG_USEC", "30000000", 1);

  EXPECT_EQ(manager.watchdog_interval(), 30s);
}

TEST_F(ServiceManagerTest, DoesNothingWhereNobodyListens) {
  unsetenv("NOTIFY_SOCKET");

  manager.ready("x");

  EXPECT_EQ(received(), "");
}

const Watchdog::TimePoint start{1000s};

TEST(Watchdog, IsContentWhileEveryPartGetsOn) {
  Watchdog watchdog;
  watchdog.expect("pull/shop", 10s, start);

  watchdog.beat("pull/shop", start + 9s);

  EXPECT_TRUE(watchdog.overdue(start + 19s).empty());
}

TEST(Watchdog, NamesWhoIsSilentForTooLong) {
  Watchdog watchdog;
  watchdog.expect("pull/shop", 10s, start);
  watchdog.expect("outbox", 60s, start);

  const auto overdue = watchdog.overdue(start + 11s);

  ASSERT_EQ(overdue.size(), 1U);
  EXPECT_EQ(overdue[0].part, "pull/shop");
  EXPECT_EQ(overdue[0].silent, 11s);
}

TEST(Watchdog, AsksNothingOfAPartWithoutWork) {
  Watchdog watchdog;
  watchdog.expect("pull/shop", 10s, start);

  watchdog.done("pull/shop");
  watchdog.beat("pull/shop", start + 1s);

  EXPECT_TRUE(watchdog.overdue(start + 1h).empty());
}

TEST(Watchdog, IsNotFooledByALateBeatOfAnEarlierTime) {
  Watchdog watchdog;
  watchdog.expect("loop", 10s, start);
  watchdog.beat("loop", start + 8s);

  watchdog.beat("loop", start + 2s);

  EXPECT_TRUE(watchdog.overdue(start + 17s).empty());
}

}  // namespace
}  // namespace measured::daemon
