// Targets that another system keeps, and what the commands say of targets, revisions and
// definitions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/end_to_end/shop.h"

namespace measured::tests {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* table = "from,team,at_least,at_most,watch,review,reason\n";

// A shop whose targets are a file beside its orders.
class TargetsOfAFile : public testing::Test {
 protected:
  TargetsOfAFile() {
    edit_file(shop.rules(), "target: {at_least: 80%}",
              "target: {source: files, from: targets.csv, refresh: daily at 02:00}");
    keep("2020-01-01,,80%,,,,\n");
  }
  void keep(const std::string& rows) { write_file(shop.file("data/targets.csv"), table + rows); }
  Ended replay() {
    return shop.run({"-q", "replay", "--from", shop.hour(6, 0), "--to", shop.hour(1, 0), "--keep"});
  }

  Shop shop{2};
};

TEST_F(TargetsOfAFile, JudgeLikeThoseOfTheRules) {
  ASSERT_EQ(replay().exit, 0);

  EXPECT_THAT(shop.run({"export", "standings"}).out, HasSubstr("on_time,team-0,m"));
  EXPECT_THAT(shop.run({"ledger"}).out, HasSubstr("source files"));
  EXPECT_THAT(shop.run({"runs", "targets/on_time"}).out, HasSubstr("done"));
}

TEST_F(TargetsOfAFile, StayAsTheyWereWhenTheFileIsWrongAndCheckNamesTheCell) {
  ASSERT_EQ(replay().exit, 0);
  keep("2020-01-01,,95,,,,\n");

  const Ended check = shop.run({"check"});
  EXPECT_EQ(check.exit, 1);
  EXPECT_THAT(check.out,
              HasSubstr("targets.csv:2:1: error: row 1, column 'at_least': '95' is not"));
  const Ended again = replay();
  EXPECT_EQ(again.exit, 0) << again.err;
  EXPECT_THAT(again.err, HasSubstr("targets_failed"));
  EXPECT_THAT(shop.run({"ledger"}).out, Not(HasSubstr("0.95")));
}

TEST(Ledger, NamesTheFirstRowThatDoesNotFollow) {
  const Shop shop(1);
  ASSERT_EQ(shop.run({"pull", "on_time"}).exit, 0);
  EXPECT_EQ(shop.run({"ledger", "verify"}).exit, 0);
  const std::string forge =
      "DROP TRIGGER ledger_is_append_only_update; UPDATE ledger SET author = 'me' WHERE number = 2";
  Program sqlite({"sqlite3", shop.file("out/shop.db"), forge});
  ASSERT_EQ(sqlite.wait().exit, 0);

  const Ended verify = shop.run({"ledger", "verify"});

  EXPECT_EQ(verify.exit, 1);
  EXPECT_THAT(verify.err, HasSubstr("row 2 does not follow"));
}

TEST(Definition, ChangedLeavesTheOldSeriesBesideTheNewOne) {
  const Shop shop(1);
  ASSERT_EQ(shop.run({"pull", "on_time", "--from", shop.hour(20, 0)}).exit, 0);
  edit_file(shop.rules(), "delivered_at <= promised_at", "delivered_at < promised_at");
  edit_file(shop.rules(), "settle: 1h", "settle: 1h\n    history: 3d");

  ASSERT_EQ(shop.run({"pull", "on_time"}).exit, 0);
  const auto few = csv_rows(shop.run({"export", "buckets"}).out);
  ASSERT_EQ(shop.run({"pull", "on_time", "--backfill"}).exit, 0);
  const auto both = csv_rows(shop.run({"export", "buckets"}).out);

  EXPECT_EQ(few.size(), 1U + 20 + 3);  // the header, the old days, and three of them again
  EXPECT_EQ(both.size(), 1U + 2 * 20);
}

TEST(Revisions, AreCountedByMeasureAndSource) {
  const Shop shop(1);
  ASSERT_EQ(shop.run({"pull", "on_time"}).exit, 0);
  shop.add(shop.orders(), shop.hour(10, 3) + "," + shop.hour(10, 5) + ",team-0\n");
  ASSERT_EQ(shop.run({"pull", "on_time", "--from", shop.hour(12, 0)}).exit, 0);

  const Ended revisions = shop.run({"revisions"});

  EXPECT_EQ(revisions.exit, 0) << revisions.err;
  EXPECT_THAT(revisions.out, HasSubstr("files   on_time  30     1        3.3 %"));
}

}  // namespace
}  // namespace measured::tests
