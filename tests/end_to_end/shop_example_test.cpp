// The example of a shop, as its README runs it: a PostgreSQL, an API and a carrier that pushes.
// What is judged there is what a plain count of the invented rows gives.
#include <filesystem>
#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/time/instant.h"
#include "tests/end_to_end/mails.h"
#include "tests/end_to_end/measured.h"

namespace measured::tests {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using Rows = std::vector<std::vector<std::string>>;

// By week (its Monday): how many of Lyon's orders came in time, and how many there were.
using Weeks = std::map<std::string, std::pair<int, int>>;

Weeks plain_count(const std::string& orders_csv) {
  Weeks weeks;
  Rows rows = csv_rows(orders_csv);
  rows.erase(rows.begin());
  for (const auto& row : rows) {
    const auto promised =
        std::chrono::floor<std::chrono::days>(rules::parse_instant(row[4]).value());
    const auto monday = promised - (std::chrono::weekday{promised} - std::chrono::Monday);
    const std::string week = rules::to_text(rules::Instant{monday}).substr(0, 10);
    if (row[2] == "LYO" && week >= "2025-08-04" && week < "2026-04-06") {
      weeks[week].first += row[5].substr(0, 10) <= row[4] ? 1 : 0;
      ++weeks[week].second;
    }
  }
  return weeks;
}

Weeks exported(const std::string& folder) {
  Weeks weeks;
  const Rows rows = csv_rows(
      run_measured(folder, {"export", "buckets", "--measure", "on_time", "--to", "2026-04-06"})
          .out);
  for (const auto& row : rows) {
    if (row[1] == "lyon") {
      weeks[row[2].substr(0, 10)] = {std::stoi(row[6]), std::stoi(row[7])};
    }
  }
  return weeks;
}

TEST(ShopExample, JudgesWhatADatabaseAnApiAndPushesHold) {
  const TempFolder root;
  const std::string folder = root / "examples/shop";
  fs::create_directories(folder);
  copy_example("shop", folder);
  fs::copy(repository_file("examples/replay"), root / "examples/replay");

  const Ended ended =
      Program({folder + "/run.sh", measured_program()}).wait(std::chrono::seconds{400});

  ASSERT_EQ(ended.exit, 0) << ended.out << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("where everything is"));
  const TempFolder invented;
  ASSERT_EQ(Program({"/usr/bin/python3", folder + "/invent.py", invented.path()}).wait().exit, 0);
  const Weeks wanted = plain_count(file_text(invented / "orders.csv"));
  EXPECT_GT(wanted.size(), 30U);
  EXPECT_EQ(exported(folder), wanted);

  std::set<std::string> days;
  for (const Mail& mail : mails_in(folder + "/out/mail")) {
    EXPECT_TRUE(mail.sound) << mail.to;
    if (mail.to == "luc.fabre@example.org" && days.insert(mail.date.substr(0, 10)).second &&
        mail.date.starts_with("2026-02-17")) {
      EXPECT_THAT(mail.text, HasSubstr("On-time orders at Lyon missed the target"));
      EXPECT_THAT(mail.text, HasSubstr("Packed to carrier, 9 of 10"));
      EXPECT_THAT(mail.text, HasSubstr("Customers who ask only once"));
      EXPECT_THAT(mail.text, HasSubstr("Would recommend us"));
    }
  }
  EXPECT_EQ(days.size(), 14U) << "one mail a week";
  const std::string database = file_text(folder + "/systems/database.url");
  EXPECT_FALSE(fs::exists(database.substr(5, database.find(' ') - 5))) << "the database is gone";
}

}  // namespace
}  // namespace measured::tests
