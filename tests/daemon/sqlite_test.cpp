#include "daemon/store/sqlite.h"

#include <chrono>
#include <string>

#include <gtest/gtest.h>

namespace measured::daemon {
namespace {

using namespace std::chrono_literals;

// Its own function, so that each call leaves a text behind that is gone.
std::string answer(sqlite::Connection& connection, int number) {
  const std::string padding(200, ' ');  // too long to be kept inside the string itself
  sqlite::Rows rows = connection.query("SELECT " + padding + std::to_string(number));
  return rows.next() ? rows->text(0) : "none";
}

TEST(SqliteConnection, FindsAStatementAgainWhenTheTextThatAskedForItIsGone) {
  sqlite::Connection connection(":memory:", sqlite::Access::create, 0ms);
  for (int round = 0; round < 3; ++round) {
    for (int number = 0; number < 5; ++number) {
      EXPECT_EQ(answer(connection, number), std::to_string(number));
    }
  }
}

}  // namespace
}  // namespace measured::daemon
