// What commands have a running daemon do, and what they say of it.
#include <csignal>
#include <filesystem>
#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/end_to_end/shop.h"

namespace measured::tests {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Reload, SaysThatTheNewRulesAreInForce) {
  const Shop shop;
  Daemon daemon(shop.folder());
  ASSERT_TRUE(daemon.becomes(200)) << daemon.err();
  edit_file(shop.rules(), "at_least: 80%", "at_least: 70%");

  const Ended reload = shop.run({"reload"});

  EXPECT_EQ(reload.exit, 0) << reload.err;
  EXPECT_THAT(reload.out, HasSubstr("in force now: 1 measures, 3 teams, 1 alerts, 0 digests\n"));
  EXPECT_THAT(shop.run({"ledger"}).out, HasSubstr(R"("at_least":0.7}])"));
  EXPECT_THAT(shop.run({"reload"}).out, HasSubstr("in force as before"));
}

TEST(Reload, PrintsTheErrorsThatKeptTheOldRulesInForce) {
  const Shop shop;
  Daemon daemon(shop.folder());
  ASSERT_TRUE(daemon.becomes(200)) << daemon.err();
  edit_file(shop.rules(), "at_least: 80%", "at_laest: 70%");

  const Ended reload = shop.run({"reload"});

  EXPECT_EQ(reload.exit, 1);
  EXPECT_THAT(reload.err, HasSubstr("unknown key 'at_laest'"));
  EXPECT_THAT(reload.err, HasSubstr("nothing has changed"));
  EXPECT_EQ(shop.run({"check"}).exit, 1);
  EXPECT_THAT(daemon.get("/metrics").body, HasSubstr("measured_reload_ok 0"));
}

TEST(Reload, SaysThatNoDaemonRuns) {
  const Shop shop;

  const Ended never = shop.run({"reload"});
  {
    Daemon daemon(shop.folder());
    ASSERT_TRUE(daemon.becomes(200)) << daemon.err();
    daemon.signal(SIGKILL);
    daemon.wait();
  }
  const Ended killed = shop.run({"reload"});

  for (const Ended& ended : {never, killed}) {
    EXPECT_EQ(ended.exit, 3);
    EXPECT_THAT(ended.err, HasSubstr("no daemon runs with the store"));
  }
}

TEST(Reload, ReachesADaemonThatWasStartedAfterAKill) {
  const Shop shop;
  {
    Daemon killed(shop.folder());
    ASSERT_TRUE(killed.becomes(200)) << killed.err();
    killed.signal(SIGKILL);
    killed.wait();
  }
  Daemon daemon(shop.folder());
  ASSERT_TRUE(daemon.becomes(200)) << daemon.err();

  EXPECT_EQ(shop.run({"reload"}).exit, 0);
}

TEST(Reload, IsForTheOwnerOfTheStoreAlone) {
  const Shop shop;
  Daemon daemon(shop.folder());
  ASSERT_TRUE(daemon.becomes(200)) << daemon.err();

  struct ::stat status {};
  ASSERT_EQ(::stat(shop.file("out/shop.db.control").c_str(), &status), 0);

  EXPECT_TRUE(S_ISSOCK(status.st_mode));
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_EQ(daemon.stop().exit, 0);
  EXPECT_FALSE(fs::exists(shop.file("out/shop.db.control")));
}

TEST(Reload, WorksWhereThePathIsLongerThanASocketsMayBe) {
  const Shop shop;
  const std::string deep = std::string(90, 'a') + "/" + std::string(90, 'b');
  edit_file(shop.config(), "out/shop.db", deep + "/shop.db");
  Daemon daemon(shop.folder());
  ASSERT_TRUE(daemon.becomes(200)) << daemon.err();

  const Ended reload = shop.run({"reload"});

  EXPECT_EQ(reload.exit, 0) << reload.err;
  EXPECT_THAT(daemon.err(), Not(HasSubstr("control_not_listening")));
}

}  // namespace
}  // namespace measured::tests
