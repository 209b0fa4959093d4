// Backup and restore as docs/operations.md tells them, under a running daemon.
#include <csignal>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/end_to_end/shop.h"

namespace measured::tests {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

// The command between the backticks behind "**Back up** while it runs: ", for the store of `shop`.
std::string backup_command(const Shop& shop) {
  const std::string page = file_text(repository_file("docs/operations.md"));
  const std::string lead = "**Back up** while it runs: `";
  const std::size_t start = page.find(lead) + lead.size();
  std::string command = page.substr(start, page.find('`', start) - start);
  const auto replace = [&](const std::string& what, const std::string& with) {
    command.replace(command.find(what), what.size(), with);
  };
  replace("/var/lib/measured/measured.db", shop.file("out/shop.db"));
  replace("/backup/measured.db", shop.file("backup.db"));
  return command;
}

std::string exported(const Shop& shop, const char* what) {
  return shop.run({"export", what}).out;
}

TEST(Backup, OfARunningDaemonsStoreBringsBackAllThatItKnew) {
  const Shop shop;
  std::string buckets;
  {
    Daemon daemon(shop.folder());
    ASSERT_TRUE(daemon.becomes(200)) << daemon.err();
    ASSERT_TRUE(eventually([&] {
      buckets = exported(shop, "buckets");
      return buckets.find("on_time,team-2") != std::string::npos;
    }));

    const Ended copied = Program({"bash", "-c", backup_command(shop)}).wait();

    EXPECT_EQ(copied.exit, 0) << copied.err;
    EXPECT_EQ(daemon.get("/readyz").status, 200) << daemon.err();
    daemon.signal(SIGKILL);
    daemon.wait();
  }
  const std::string ledger = shop.run({"ledger"}).out;
  const std::string events = exported(shop, "events");

  fs::remove(shop.file("out/shop.db-wal"));
  fs::remove(shop.file("out/shop.db-shm"));
  fs::copy_file(shop.file("backup.db"), shop.file("out/shop.db"),
                fs::copy_options::overwrite_existing);
  Daemon daemon(shop.folder());

  ASSERT_TRUE(daemon.becomes(200)) << daemon.err();
  EXPECT_EQ(exported(shop, "buckets"), buckets);
  EXPECT_EQ(exported(shop, "events"), events);
  EXPECT_EQ(shop.run({"ledger"}).out, ledger);
  EXPECT_THAT(shop.run({"ledger", "verify"}).out, HasSubstr("holds"));
  EXPECT_EQ(daemon.stop().exit, 0);
}

}  // namespace
}  // namespace measured::tests
