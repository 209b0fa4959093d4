// What an operator gets for input that is wrong: a sentence with the place, and nothing stored.
#include <filesystem>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/end_to_end/shop.h"

namespace measured::tests {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(BadInput, ASourceThatCannotBeReachedKeepsNobodyElseWaiting) {
  const Shop shop;
  edit_file(shop.config(), "sources:\n",
            "sources:\n  db: {kind: postgres, url: 'postgresql://reader@127.0.0.1:1/shop'}\n");
  write_file(shop.file("rules/db.yaml"), R"(measures:
  returns: {source: db, from: returns, time: sent_at, team: team, count: true, pull: every 1s}
)");
  Daemon daemon(shop.folder());

  EXPECT_TRUE(daemon.says("started")) << daemon.err();
  EXPECT_TRUE(eventually([&] {
    const std::string runs = shop.run({"runs"}).out;
    return runs.find("source_error") != std::string::npos && runs.find("done") != std::string::npos;
  })) << daemon.err();
  EXPECT_EQ(daemon.get("/readyz").status, 503);
  EXPECT_THAT(daemon.get("/readyz").body, HasSubstr("db"));
  EXPECT_THAT(daemon.get("/metrics").body,
              HasSubstr(R"(measured_scans_total{source="db",outcome="failed"})"));
  EXPECT_THAT(shop.run({"export", "buckets"}).out, HasSubstr("on_time,team-0"));
  EXPECT_EQ(daemon.stop().exit, 0);
}

TEST(BadInput, AColumnThatDoesNotExistIsNamedWithThePlaceOfTheMeasure) {
  const Shop shop;
  edit_file(shop.rules(), "ratio: delivered_at", "ratio: deliverd_at");

  const Ended pulled = shop.run({"-q", "pull", "on_time"});

  EXPECT_EQ(pulled.exit, 3);
  EXPECT_THAT(pulled.err, AllOf(HasSubstr("no such column: deliverd_at"),
                                HasSubstr("rules/shop.yaml:7"), HasSubstr("on_time")));
  EXPECT_THAT(shop.run({"export", "buckets"}).out, Not(HasSubstr("team-")));
}

TEST(BadInput, ARowThatIsNotWhatItsColumnsSayIsRefusedOrSkipped) {
  const Shop shop;
  edit_file(shop.config(), "path: data,",
            "path: data, columns: {delivered_at: {type: timestamp}},");
  shop.add(shop.orders(), shop.hour(3, 4) + ",soon,team-0\n");
  const std::string csv = file_text(shop.orders());
  const auto row = std::count(csv.begin(), csv.end(), '\n');

  const Ended refused = shop.run({"-q", "pull", "on_time", "--dry-run"});
  edit_file(shop.config(), "path: data,", "path: data, on_bad_row: skip,");
  const Ended skipped = shop.run({"-q", "pull", "on_time", "--dry-run"});

  EXPECT_EQ(refused.exit, 3);
  EXPECT_THAT(refused.err,
              AllOf(HasSubstr(fmt::format("orders.csv: 1 bad row: row {} (line {})", row - 1, row)),
                    HasSubstr("delivered_at")));
  EXPECT_EQ(skipped.exit, 0) << skipped.err;
  EXPECT_THAT(skipped.out,
              AllOf(HasSubstr(fmt::format("orders.csv: 1 bad row: row {} (line {})", row - 1, row)),
                    HasSubstr("delivered_at")));
}

TEST(BadInput, ARosterWithAnAddressThatIsNotOneIsAnErrorAtCheck) {
  const Shop shop;
  write_file(shop.file("rules/teams.yaml"), "roster: {source: files, from: teams.csv}\n");
  write_file(shop.file("data/teams.csv"),
             "id,manager_email\nteam-0,ana@example.org\nteam-1,ben at example\n");

  const Ended checked = shop.run({"check"});

  EXPECT_EQ(checked.exit, 1);
  EXPECT_THAT(checked.out,
              AllOf(HasSubstr("teams.csv:3"), HasSubstr("ben at example"), HasSubstr("1 error,")));
}

TEST(BadInput, EachOfAHundredErrorsIsReported) {
  const Shop shop;
  std::string rules = "measures:\n";
  for (int i = 0; i < 100; ++i) {
    rules += fmt::format(
        "  m{}: {{source: files, from: orders.csv, time: promised_at, count: true, perod: day}}\n",
        i);
  }
  write_file(shop.file("rules/wrong.yaml"), rules);

  const Ended checked = shop.run({"check"});
  const Ended json = shop.run({"check", "--format", "json"});

  EXPECT_EQ(checked.exit, 1);
  EXPECT_THAT(checked.out, HasSubstr("100 errors, 0 warnings"));
  for (int i = 0; i < 100; ++i) {
    EXPECT_THAT(checked.out, HasSubstr(fmt::format("rules/wrong.yaml:{}:", i + 2)));
  }
  EXPECT_EQ(std::count(json.out.begin(), json.out.end(), '\n'), 100);
  EXPECT_EQ(shop.run({"run"}).exit, 1);
}

}  // namespace
}  // namespace measured::tests
