#include "daemon/control_socket.h"

#include <future>

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/cli/ask.h"
#include "tests/support/files.h"

namespace measured::daemon {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;
using Answer = rules::Result<std::optional<ControlReply>>;

class ControlSocketTest : public testing::Test {
 protected:
  void listen() {
    auto listening = ControlSocket::listen(io.get_executor(), control_path(store),
                                           [this](std::string request) { return echo(request); });
    ASSERT_TRUE(listening.has_value()) << listening.error().message;
    socket = *std::move(listening);
  }
  asio::awaitable<ControlReply> echo(std::string request) {
    ControlReply reply;
    reply.kind = request == "bad" ? ControlReply::Kind::findings : ControlReply::Kind::done;
    reply.text = "heard " + request + "\n";
    co_return reply;
  }
  // Asks as another process does, while the loop turns.
  Answer ask(const std::string& request) {
    auto answer =
        std::async(std::launch::async, [this, request] { return ask_daemon(store, request, 10s); });
    while (answer.wait_for(0s) != std::future_status::ready) {
      io.restart();
      io.run_one_for(10ms);
    }
    return answer.get();
  }

  tests::TempFolder folder;
  std::string store = "sqlite:" + (folder / "a.db");
  asio::io_context io;
  std::unique_ptr<ControlSocket> socket;
};

TEST_F(ControlSocketTest, CarriesWhatIsAskedAndWhatIsAnswered) {
  listen();

  const Answer good = ask("hello");
  const Answer bad = ask("bad");

  ASSERT_TRUE(good && *good);
  EXPECT_EQ((*good)->kind, ControlReply::Kind::done);
  EXPECT_EQ((*good)->text, "heard hello\n");
  ASSERT_TRUE(bad && *bad);
  EXPECT_EQ((*bad)->kind, ControlReply::Kind::findings);
}

TEST_F(ControlSocketTest, HangsUpOnWhatIsTooLongForARequest) {
  listen();

  const Answer answer = ask(std::string(1000, 'x'));

  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().message, HasSubstr("ended before it answered"));
  EXPECT_TRUE(ask("hello"));
}

TEST_F(ControlSocketTest, NobodyIsThereBeforeAndAfter) {
  EXPECT_EQ(*ask("hello"), std::nullopt);
  listen();
  EXPECT_NE(*ask("hello"), std::nullopt);

  socket.reset();

  EXPECT_EQ(*ask("hello"), std::nullopt);
}

TEST_F(ControlSocketTest, TakesThePlaceOfWhatAKilledDaemonLeft) {
  tests::write_file(control_path(store), "");

  listen();

  EXPECT_TRUE(*ask("hello"));
}

TEST(ControlPath, IsBesideTheStoreAndNowhereForOneInMemory) {
  EXPECT_EQ(control_path("sqlite:/var/lib/m.db"), "/var/lib/m.db.control");
  EXPECT_EQ(control_path("sqlite::memory:"), "");
}

}  // namespace
}  // namespace measured::daemon
