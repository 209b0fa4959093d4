// What a store in a file must refuse before it writes a byte, and who may use it beside whom.

#include <filesystem>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "daemon/store/store.h"
#include "tests/support/files.h"

namespace measured::daemon {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::SizeIs;

constexpr Instant now{std::chrono::seconds{1'700'000'000}};

class StoreFile : public testing::Test {
 protected:
  rules::Result<std::unique_ptr<Store>> open(StoreUse use = StoreUse::daemon) {
    return open_store("sqlite:measured.db", folder.path(), use);
  }
  // A store with some pages in it, closed.
  void fill() {
    auto store = open();
    ASSERT_TRUE(store.has_value()) << store.error().message;
    Store::Judged judged;
    for (int i = 0; i < 200; ++i) {
      OutboxRow row;
      row.id = "msg_" + std::to_string(i);
      row.channel = "hook";
      row.body = std::string(1000, 'x');
      judged.messages.push_back(row);
    }
    ASSERT_TRUE((*store)->commit_judged(judged).has_value());
    const LedgerRow row{0, now, "target", "m", "{}", "ana", ""};
    ASSERT_TRUE((*store)->append_ledger(std::vector{row, row, row}).has_value());
  }
  // Runs SQL as a person with the sqlite3 program would. The error, if any.
  std::string as_person(const std::string& sql) {
    sqlite3* database = nullptr;
    sqlite3_open(file.c_str(), &database);
    char* error = nullptr;
    sqlite3_exec(database, sql.c_str(), nullptr, nullptr, &error);
    const std::string text = error == nullptr ? "" : error;
    sqlite3_free(error);
    sqlite3_close(database);
    return text;
  }
  std::string bytes() const { return tests::file_text(file); }
  void write(const std::string& text) { tests::write_file(file, text); }
  void expect_refused(const std::string& reason) {
    const std::string before = bytes();
    for (const StoreUse use : {StoreUse::daemon, StoreUse::command}) {
      const auto store = open(use);
      ASSERT_FALSE(store.has_value());
      EXPECT_THAT(store.error().message, AllOf(HasSubstr("measured.db"), HasSubstr(reason)));
      EXPECT_EQ(store.error().retry, rules::Failure::Retry::never);
    }
    EXPECT_EQ(bytes(), before);
  }

  tests::TempFolder folder;
  std::string file = folder / "measured.db";
};

TEST_F(StoreFile, KeepsEverythingOverARestart) {
  fill();

  EXPECT_THAT(*(*open())->outbox({}), SizeIs(200));
}

TEST_F(StoreFile, RefusesANewerSchema) {
  fill();
  as_person("PRAGMA user_version = 999");

  expect_refused("version 999");
}

TEST_F(StoreFile, RefusesAnotherProgramsDatabase) {
  as_person("CREATE TABLE orders (id); PRAGMA user_version = 1");

  expect_refused("another program's database");
}

TEST_F(StoreFile, RefusesWhatIsNoDatabase) {
  write("measure,team,start\n" + std::string(5000, 'x'));

  expect_refused("not an SQLite database");
}

TEST_F(StoreFile, RefusesACutOffFile) {
  fill();
  write(bytes().substr(0, bytes().size() / 2));

  expect_refused("damaged");
}

TEST_F(StoreFile, RefusesAFileWithOverwrittenPages) {
  fill();
  std::string text = bytes();
  text.replace(text.size() / 2, 16'384, std::string(16'384, '\xA5'));
  write(text);

  expect_refused("damaged");
}

TEST_F(StoreFile, RefusesAnAddressItDoesNotKnow) {
  EXPECT_THAT(open_store("mysql:x", "", StoreUse::daemon).error().message,
              HasSubstr("write 'sqlite:PATH'"));
}

TEST_F(StoreFile, SaysWhereThereIsNoStoreYet) {
  EXPECT_THAT(open(StoreUse::look).error().message, HasSubstr("there is no such file"));
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST_F(StoreFile, RefusesASecondDaemonByThePidOfTheFirst) {
  const auto first = open();

  const auto second = open();

  ASSERT_FALSE(second.has_value());
  EXPECT_THAT(second.error().message, HasSubstr("(pid " + std::to_string(getpid()) + ")"));
}

TEST_F(StoreFile, LetsTheNextDaemonInWhenTheFirstHasEnded) {
  open()->reset();

  EXPECT_TRUE(open().has_value());
}

TEST_F(StoreFile, MayBeLookedAtWhileADaemonWrites) {
  const auto daemon = open();
  const auto look = open(StoreUse::look);
  ASSERT_TRUE(look.has_value()) << look.error().message;

  ASSERT_TRUE((*daemon)->set_fact("a", "1").has_value());
  EXPECT_EQ(*(*look)->fact("a"), "1");
  ASSERT_TRUE((*daemon)->set_fact("a", "2").has_value());
  EXPECT_EQ(*(*look)->fact("a"), "2");

  const auto refused = (*look)->set_fact("a", "3");
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error().message, HasSubstr("cannot be written"));
}

TEST_F(StoreFile, LetsACommandWriteBesideADaemon) {
  const auto daemon = open();
  const auto command = open(StoreUse::command);
  ASSERT_TRUE(command.has_value()) << command.error().message;

  ASSERT_TRUE((*command)->set_channel_state("mail", "ok", "by hand", now).has_value());
  ASSERT_TRUE((*daemon)->set_fact("a", "1").has_value());

  EXPECT_THAT(*(*daemon)->channel_states(), SizeIs(1));
}

TEST_F(StoreFile, FreesWhatAKilledDaemonHadClaimed) {
  fill();
  {
    const auto killed = open();
    ASSERT_THAT(*(*killed)->claim_due(now, now + std::chrono::hours{1}, 10, {}), SizeIs(10));
  }

  EXPECT_EQ((*open())->counts("")->claimed, 0);
}

TEST_F(StoreFile, KeepsPeopleFromEditingTheLedgerByAccident) {
  fill();

  EXPECT_THAT(as_person("UPDATE ledger SET author = 'ben'"), HasSubstr("append-only"));
  EXPECT_THAT(as_person("DELETE FROM ledger"), HasSubstr("append-only"));
  EXPECT_TRUE((*open())->verify_ledger().has_value());
}

TEST_F(StoreFile, FindsALedgerThatWasEditedOnPurpose) {
  struct Edit {
    const char* sql;
    const char* reason;
  };
  const Edit edits[] = {
      {"UPDATE ledger SET author = 'ben' WHERE number = 2", "row 2 does not follow"},
      {"UPDATE ledger SET at = at - 86400 WHERE number = 1", "row 1 does not follow"},
      {"DELETE FROM ledger WHERE number = 2", "row 2 is missing"},
      {"DELETE FROM ledger WHERE number = 3", "row 3 is missing"},
  };
  for (const Edit& edit : edits) {
    std::filesystem::remove(file);
    fill();
    ASSERT_EQ(as_person(std::string("DROP TRIGGER ledger_is_append_only_update;"
                                    "DROP TRIGGER ledger_is_append_only_delete;") +
                        edit.sql),
              "");

    const auto verified = (*open())->verify_ledger();

    ASSERT_FALSE(verified.has_value()) << edit.sql;
    EXPECT_THAT(verified.error().message, HasSubstr(edit.reason));
  }
}

TEST_F(StoreFile, ShowsPeopleTimesAndIdsAsText) {
  {
    const auto store = open();
    ScanCommit scan;
    scan.record.group = "g";
    scan.record.measures = {"on_time"};
    scan.record.span = {now, now + std::chrono::hours{1}};
    scan.buckets = {{"on_time", "north", "d1", scan.record.span, {}, now}};
    ASSERT_TRUE((*store)->commit_scan(scan).has_value());
  }
  // Fails, and says so, unless the view shows exactly this.
  EXPECT_EQ(
      as_person("CREATE TEMP TABLE shown (x CHECK (x = 'on_time north 2023-11-14T22:13:20Z'));"
                "INSERT INTO shown SELECT measure || ' ' || team || ' ' || start "
                "FROM bucket_view"),
      "");
}

}  // namespace
}  // namespace measured::daemon
