// `measured run` as systemd and an operator see it: its probes, its signals, its log.
#include <arpa/inet.h>
#include <csignal>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/end_to_end/shop.h"

namespace measured::tests {
namespace {

using ::testing::HasSubstr;

TEST(Run, AnswersItsProbesAndPullsAtOnce) {
  const Shop shop;
  Daemon daemon(shop.folder());

  ASSERT_TRUE(daemon.becomes(200)) << daemon.err();
  EXPECT_EQ(daemon.get("/livez").status, 200);
  EXPECT_EQ(daemon.get("/nothing").status, 404);
  EXPECT_TRUE(eventually([&] { return shop.run({"runs"}).out.find("done") != std::string::npos; }));
  const Ended buckets = shop.run({"export", "buckets"});
  EXPECT_EQ(std::count(buckets.out.begin(), buckets.out.end(), '\n'), 1 + 3 * 30);
}

TEST(Run, ServesMetricsThatThePrometheusClientReads) {
  const Shop shop;
  Daemon daemon(shop.folder());
  ASSERT_TRUE(daemon.becomes(200)) << daemon.err();

  const HttpAnswer metrics = daemon.get("/metrics");

  ASSERT_EQ(metrics.status, 200);
  write_file(shop.file("metrics"), metrics.body);
  const Ended read =
      Program({"/usr/bin/python3", repository_file("tests/support/openmetrics_families.py"),
               shop.file("metrics")})
          .wait();
  EXPECT_EQ(read.exit, 0) << read.err;
  std::istringstream families(read.out);
  int count = 0;
  for (std::string line; std::getline(families, line); ++count) {
    EXPECT_THAT(line, ::testing::StartsWith("measured_"));
  }
  EXPECT_GT(count, 10);
}

TEST(Run, KeepsTheRulesInForceWhenTheFilesHaveErrors) {
  const Shop shop;
  Daemon daemon(shop.folder());
  ASSERT_TRUE(daemon.becomes(200)) << daemon.err();
  const std::string good = file_text(shop.rules());
  const std::string ledger = shop.run({"ledger"}).out;

  edit_file(shop.rules(), "at_least: 80%", "at_laest: 70%");
  daemon.signal(SIGHUP);

  EXPECT_TRUE(daemon.becomes(503));
  EXPECT_THAT(daemon.get("/readyz").body, HasSubstr("rules"));
  EXPECT_THAT(daemon.get("/metrics").body, HasSubstr("measured_reload_ok 0"));
  EXPECT_TRUE(daemon.says("reload_failed"));
  EXPECT_TRUE(daemon.says("code=unknown-key"));
  write_file(shop.rules(), good);
  EXPECT_EQ(shop.run({"ledger"}).out, ledger);

  edit_file(shop.rules(), "at_least: 80%", "at_least: 70%");
  daemon.signal(SIGHUP);

  EXPECT_TRUE(daemon.becomes(200));
  EXPECT_THAT(daemon.get("/metrics").body, HasSubstr("measured_reload_ok 1"));
  EXPECT_THAT(shop.run({"ledger"}).out, HasSubstr(R"("at_least":0.7}])"));
  EXPECT_EQ(shop.run({"ledger", "verify"}).exit, 0);
}

TEST(Run, PullsAMeasureThatAReloadBrings) {
  const Shop shop;
  Daemon daemon(shop.folder());
  ASSERT_TRUE(daemon.becomes(200)) << daemon.err();

  write_file(shop.file("rules/more.yaml"), R"(measures:
  orders: {source: files, from: orders.csv, time: promised_at, team: team, count: true, pull: daily at 23:00}
)");
  daemon.signal(SIGHUP);

  EXPECT_TRUE(eventually([&] {
    return shop.run({"export", "buckets", "--measure", "orders"}).out.find("orders,team-2") !=
           std::string::npos;
  })) << daemon.err();
}

TEST(Run, EndsInTimeWhenAskedTo) {
  const Shop shop;
  Daemon daemon(shop.folder());
  ASSERT_TRUE(daemon.becomes(200)) << daemon.err();

  const Ended ended = daemon.stop();

  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("event=stopped"));
}

TEST(Run, RefusesAStoreThatAnotherDaemonHas) {
  const Shop shop;
  Daemon daemon(shop.folder());
  ASSERT_TRUE(daemon.becomes(200)) << daemon.err();

  const Ended second = shop.run({"run"});

  EXPECT_EQ(second.exit, 3);
  EXPECT_THAT(second.err, HasSubstr(std::to_string(daemon.pid())));
  EXPECT_EQ(daemon.get("/readyz").status, 200);
}

// A source that takes connections and never says a word.
class SilentServer {
 public:
  SilentServer() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    ::sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::socklen_t size = sizeof address;
    constexpr int waiting_max = 16;
    if (::bind(socket_, reinterpret_cast<const ::sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(socket_, waiting_max) != 0 ||
        ::getsockname(socket_, reinterpret_cast<::sockaddr*>(&address), &size) != 0) {
      throw std::runtime_error("no silent server");
    }
    port_ = ntohs(address.sin_port);
  }
  ~SilentServer() { ::close(socket_); }
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;

  // Adds it to the sources of a shop, as `warehouse`.
  void connect(const Shop& shop, const std::string& options = "") const {
    edit_file(shop.config(), "channels:",
              fmt::format("  warehouse: {{kind: postgres, url: \"postgresql://measured@127.0.0.1:{}"
                          "/shop?sslmode=disable{}\"}}\nchannels:",
                          port_, options));
  }

 private:
  int socket_;
  int port_ = 0;
};

void ask_for_roster(const Shop& shop) {
  write_file(shop.file("rules/teams.yaml"),
             "roster: {source: warehouse, from: teams, refresh: daily at 05:00}\n");
}

TEST(Run, EndsInTimeWhileItStillWaitsForItsRoster) {
  const Shop shop;
  const SilentServer silent;
  silent.connect(shop);
  ask_for_roster(shop);
  Daemon daemon(shop.folder());
  ASSERT_TRUE(daemon.becomes(503)) << daemon.err();

  const Ended ended = daemon.stop();

  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("event=stopped"));
}

TEST(Run, EndsInTimeWhileAReloadWaitsForItsRoster) {
  const Shop shop;
  const SilentServer silent;
  silent.connect(shop);
  Daemon daemon(shop.folder());
  ASSERT_TRUE(daemon.becomes(200)) << daemon.err();
  ask_for_roster(shop);
  daemon.signal(SIGHUP);
  std::this_thread::sleep_for(std::chrono::milliseconds{300});

  const Ended ended = daemon.stop();

  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("event=stopped"));
}

// While it connects, a source does not hear that it is to stop.
TEST(Run, NeitherStartNorStopWaitForASourceThatHangs) {
  const Shop shop;
  const SilentServer silent;
  silent.connect(shop, "&connect_timeout=60");
  ask_for_roster(shop);

  Daemon daemon(shop.folder());

  ASSERT_TRUE(daemon.says("event=started")) << daemon.err();
  EXPECT_THAT(daemon.get("/readyz").body, HasSubstr("no answer within 10 s"));
  const Ended ended = daemon.stop();
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("event=stopped"));
  EXPECT_THAT(ended.err, testing::Not(HasSubstr("event=stop_took_too_long")));
}

TEST(Run, AReloadOfTheSameRulesChangesNothing) {
  const Shop shop;
  Daemon daemon(shop.folder());
  ASSERT_TRUE(daemon.becomes(200)) << daemon.err();

  daemon.signal(SIGHUP);

  EXPECT_TRUE(daemon.says("changed=no"));
}

// The socket that systemd gives a service to report on.
class NotifySocket {
 public:
  explicit NotifySocket(std::string path) : path_(std::move(path)) {
    socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    ::sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.copy(address.sun_path, sizeof address.sun_path - 1);
    if (::bind(socket_, reinterpret_cast<const ::sockaddr*>(&address), sizeof address) != 0) {
      throw std::runtime_error("no socket " + path_);
    }
  }
  ~NotifySocket() { ::close(socket_); }
  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;

  // Waits for a message that has `line`; what came before it is forgotten.
  bool hears(const std::string& line) {
    return eventually([&] {
      char block[4096];
      for (::ssize_t got = 0; (got = ::recv(socket_, block, sizeof block, 0)) > 0;) {
        if (("\n" + std::string(block, static_cast<std::size_t>(got))).find("\n" + line) !=
            std::string::npos) {
          return true;
        }
      }
      return false;
    });
  }

 private:
  std::string path_;
  int socket_ = -1;
};

TEST(Run, ReportsToTheServiceManager) {
  const Shop shop;
  NotifySocket systemd(shop.file("notify"));
  Daemon daemon(shop.folder(),
                {{"NOTIFY_SOCKET", shop.file("notify")}, {"WATCHDOG_USEC", "1000000"}});

  EXPECT_TRUE(systemd.hears("READY=1")) << daemon.err();
  EXPECT_TRUE(systemd.hears("WATCHDOG=1"));
  daemon.signal(SIGHUP);
  EXPECT_TRUE(systemd.hears("RELOADING=1"));
  EXPECT_TRUE(systemd.hears("READY=1"));
  daemon.signal(SIGTERM);
  EXPECT_TRUE(systemd.hears("STOPPING=1"));
  EXPECT_EQ(daemon.wait().exit, 0);
}

}  // namespace
}  // namespace measured::tests
