// The odbc source against a MariaDB: the same questions as in the contract of all sources, whose
// table is called by a word that MariaDB reserves.

#include <thread>

#include <gmock/gmock.h>

#include "connectors/source.h"
#include "tests/support/mariadb_server.h"
#include "tests/support/source_of.h"

namespace measured::connectors {
namespace {

using rules::MeasureKind;
using ::testing::HasSubstr;
using tests::MariadbServer;

rules::Instant at(std::string_view text) {
  return rules::parse_instant(text).value();
}

class OdbcMariadb : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    MariadbServer::shared().run(
        "create database shop; grant select on shop.* to reader; use shop;"
        "create table orders (team varchar(20), done_at datetime, ok boolean, paid double, due "
        "int);"
        "insert into orders values ('a','2026-03-02 00:00:00',1,10,10), ('a','2026-03-02 23:59:59',"
        "0,5,0), ('b','2026-03-02 12:00:00',1,7,7), (null,'2026-03-03 08:00:00',1,2,4), "
        "('a','2026-03-04 00:00:00',null,null,4), ('a','2026-03-05 00:00:00',1,1,1), "
        "('a','2026-03-01 23:59:59',1,1,1)");
  }

  std::unique_ptr<Source> open(const std::string& settings = "") const {
    return tests::source_of(
        "odbc", "connection: '" + MariadbServer::shared().connection("shop") + "'\n" + settings);
  }

  static Scan scan_of(std::vector<ScanMeasure> measures) {
    Scan scan;
    scan.from = "orders";
    scan.time = "done_at";
    scan.team = "team";
    scan.edges = {at("2026-03-02"), at("2026-03-03"), at("2026-03-04"), at("2026-03-05")};
    scan.measures = std::move(measures);
    return scan;
  }

  static std::string text_of(const rules::Result<ScanResult>& result) {
    if (!result) {
      return result.error().message;
    }
    std::string text;
    for (const ScanCell& cell : result->cells) {
      const rules::Tally& tally = cell.tally;
      text += std::to_string(cell.measure) + " " + cell.team.value_or("<null>") + " " +
              std::to_string(cell.bucket) + " n=" + std::to_string(tally.n) + " " +
              std::to_string(std::lround(tally.numerator)) + "/" +
              std::to_string(std::lround(tally.denominator)) +
              " sum=" + std::to_string(std::lround(tally.sum)) + "\n";
    }
    return text;
  }
};

ScanMeasure measure(std::string id, MeasureKind kind, std::string of, std::string where = "") {
  return {std::move(id), kind, std::move(where), std::move(of), "", {"rules/shop.yaml", 12, 9}};
}

TEST_F(OdbcMariadb, CountsEveryKindOfMeasureInOnePass) {
  const auto result = open()->scan(
      scan_of({measure("all", MeasureKind::count, ""), measure("share", MeasureKind::ratio, "ok"),
               measure("paid", MeasureKind::sum, "paid"),
               measure("half", MeasureKind::ratio, "paid / due >= 1", "due > 0")}),
      {});

  EXPECT_EQ(
      text_of(result),
      "0 <null> 1 n=1 0/0 sum=0\n0 a 0 n=2 0/0 sum=0\n0 a 2 n=1 0/0 sum=0\n0 b 0 n=1 0/0 sum=0\n"
      "1 <null> 1 n=1 1/1 sum=0\n1 a 0 n=2 1/2 sum=0\n1 a 2 n=1 0/1 sum=0\n1 b 0 n=1 1/1 sum=0\n"
      "2 <null> 1 n=1 0/0 sum=2\n2 a 0 n=2 0/0 sum=15\n2 b 0 n=1 0/0 sum=7\n"
      "3 <null> 1 n=1 0/1 sum=0\n3 a 0 n=1 1/1 sum=0\n3 a 2 n=1 0/1 sum=0\n3 b 0 n=1 1/1 sum=0\n");
}

TEST_F(OdbcMariadb, BindsTheTimesOfAQuery) {
  Scan scan = scan_of({measure("q", MeasureKind::query, "")});
  scan.query =
      "select team, date(done_at) as bucket, count(*) as n, count(*) as denominator, sum(ok) as "
      "numerator from orders where done_at >= :from and done_at < :to and team = 'a' group by "
      "team, "
      "date(done_at)";

  EXPECT_EQ(text_of(open()->scan(scan, {})), "0 a 0 n=2 1/2 sum=0\n0 a 2 n=1 0/1 sum=0\n");
}

TEST_F(OdbcMariadb, NamesTheMeasureWhoseColumnDoesNotExist) {
  const auto result =
      open()->scan(scan_of({measure("good", MeasureKind::ratio, "ok"),
                            measure("bad", MeasureKind::ratio, "delivered <= due")}),
                   {});

  EXPECT_THAT(text_of(result), HasSubstr("rules/shop.yaml:12:9: measure 'bad': "));
  EXPECT_THAT(text_of(result), HasSubstr("delivered"));
}

TEST_F(OdbcMariadb, CannotWrite) {
  const auto source = open();

  for (const auto* sql : {"delete from orders", "drop table orders", "commit",
                          "select team into outfile '/tmp/x' from orders", "select 1; select 2"}) {
    EXPECT_FALSE(source->read(sql, 10, {})) << sql;
  }
  EXPECT_EQ(source->read("select count(*) from orders", 10, {})->rows.at(0).at(0), "7");
}

TEST_F(OdbcMariadb, EndsSoonAfterAStopIsRequested) {
  std::stop_source stop;
  std::jthread later([&stop] {
    std::this_thread::sleep_for(std::chrono::milliseconds{200});
    stop.request_stop();
  });

  const auto source = open();
  const auto result = source->read("select sleep(20)", 10, stop.get_token());

  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().retry, rules::Failure::Retry::later);
  EXPECT_TRUE(source->read("select 1", 10, {})) << "usable after a stop";
}

TEST_F(OdbcMariadb, SaysThatADatabaseCannotBeReachedWithoutShowingThePassword) {
  const auto source = tests::source_of(
      "odbc", "connection: 'Driver={MariaDB Unicode};Socket=/nowhere;Uid=reader;Pwd=s3cret'\n");

  const auto probed = source->probe({});

  ASSERT_FALSE(probed);
  EXPECT_EQ(probed.error().retry, rules::Failure::Retry::later);
  EXPECT_THAT(probed.error().message, HasSubstr("source 'shop': cannot connect: "));
  EXPECT_THAT(probed.error().message, ::testing::Not(HasSubstr("s3cret")));
}

}  // namespace
}  // namespace measured::connectors
