// What every source must do, asked of each kind with the same rows.

#include <stop_token>
#include <thread>

#include <gmock/gmock.h>

#include "connectors/source.h"
#include "rules/time/instant.h"
#include "tests/support/source_world.h"

namespace measured::connectors {
namespace {

using rules::MeasureKind;
using ::testing::HasSubstr;
using tests::SourceWorld;

rules::Instant at(std::string_view text) {
  return rules::parse_instant(text).value();
}

std::vector<rules::Instant> days(std::string_view first, int count) {
  std::vector<rules::Instant> edges;
  for (int i = 0; i <= count; ++i) {
    edges.push_back(at(first) + std::chrono::days{i});
  }
  return edges;
}

ScanMeasure measure(std::string id, MeasureKind kind, std::string of, std::string where = "",
                    std::string among = "") {
  return {std::move(id),    kind,
          std::move(where), std::move(of),
          std::move(among), {"rules/shop.yaml", 12, 9, 1}};
}

Scan scan_of(std::vector<ScanMeasure> measures,
             std::vector<rules::Instant> edges = days("2026-03-02", 3)) {
  Scan scan;
  scan.source = "shop";
  scan.from = "rows";
  scan.time = "done_at";
  scan.team = "team";
  scan.edges = std::move(edges);
  scan.measures = std::move(measures);
  return scan;
}

Scan query_of(std::string query) {
  Scan scan = scan_of({measure("own", MeasureKind::query, query)});
  scan.query = std::move(query);
  scan.from = scan.time = scan.team = "";
  return scan;
}

// One cell a line: measure, team, bucket, then what is not zero.
std::string text_of(const rules::Result<ScanResult>& result) {
  if (!result) {
    return "failed: " + result.error().message;
  }
  std::string text;
  for (const ScanCell& cell : result->cells) {
    text += std::to_string(cell.measure) + " " + cell.team.value_or("<null>") + " " +
            std::to_string(cell.bucket) + " n=" + std::to_string(cell.tally.n);
    const std::pair<const char*, double> parts[] = {{" num=", cell.tally.numerator},
                                                    {" den=", cell.tally.denominator},
                                                    {" sum=", cell.tally.sum},
                                                    {" sq=", cell.tally.sum_sq}};
    for (const auto& [label, value] : parts) {
      std::string number = std::to_string(value);
      number.erase(number.find_last_not_of('0') + 1);
      text += value != 0 ? label + number : "";
    }
    text += "\n";
  }
  return text;
}

class SourceContract : public ::testing::TestWithParam<std::string> {
 protected:
  SourceWorld world{GetParam()};

  void load_orders() {
    world.load({{"team", "text"},
                {"done_at", "timestamp"},
                {"ok", "boolean"},
                {"paid", "integer"},
                {"due", "integer"}},
               "team,done_at,ok,paid,due\n"
               "a,2026-03-01 23:59:59,true,1,1\n"  // before the first bucket
               "a,2026-03-02 00:00:00,true,10,20\n"
               "a,2026-03-02 23:59:59,false,5,0\n"
               "a,2026-03-04 12:00:00,,,8\n"
               "b,2026-03-02 12:00:00,,7,7\n"
               ",2026-03-03 00:00:00,true,2,4\n"
               "b,2026-03-05 00:00:00,true,1,1\n"  // behind the last
               "b,,true,1,1\n");                   // never
  }
};

TEST_P(SourceContract, CountsEveryKindOfMeasureInOnePass) {
  load_orders();
  const auto source = world.open();

  const auto result =
      source->scan(scan_of({measure("all", MeasureKind::count, ""),
                            measure("some", MeasureKind::count, "paid > 5"),
                            measure("share", MeasureKind::ratio, "ok"),
                            measure("known", MeasureKind::rate, "ok", "", "ok is not null"),
                            measure("paid", MeasureKind::sum, "paid"),
                            measure("mean", MeasureKind::mean, "paid", "team = 'a'")}),
                   {});

  EXPECT_EQ(
      text_of(result),
      "0 <null> 1 n=1\n0 a 0 n=2\n0 a 2 n=1\n0 b 0 n=1\n"
      "1 a 0 n=1\n1 b 0 n=1\n"
      "2 <null> 1 n=1 num=1. den=1.\n2 a 0 n=2 num=1. den=2.\n2 a 2 n=1 den=1.\n2 b 0 n=1 den=1.\n"
      "3 <null> 1 n=1 num=1. den=1.\n3 a 0 n=2 num=1. den=2.\n"
      "4 <null> 1 n=1 sum=2.\n4 a 0 n=2 sum=15.\n4 b 0 n=1 sum=7.\n"
      "5 a 0 n=2 sum=15. sq=125.\n");
}

TEST_P(SourceContract, WorksAnExpressionOutOnlyWhereItsMeasureCounts) {
  load_orders();
  const auto source = world.open();

  const auto result =
      source->scan(scan_of({measure("all", MeasureKind::count, ""),
                            measure("half", MeasureKind::ratio, "paid / due >= 1", "due > 0"),
                            measure("per", MeasureKind::sum, "paid / due", "due > 0")}),
                   {});

  EXPECT_EQ(text_of(result),
            "0 <null> 1 n=1\n0 a 0 n=2\n0 a 2 n=1\n0 b 0 n=1\n"
            "1 <null> 1 n=1 den=1.\n1 a 0 n=1 den=1.\n1 a 2 n=1 den=1.\n1 b 0 n=1 num=1. den=1.\n"
            "2 <null> 1 n=1\n2 a 0 n=1\n2 b 0 n=1 sum=1.\n");
}

TEST_P(SourceContract, TakesASelectAsRelationAndCommentsInExpressions) {
  load_orders();
  const auto source = world.open();
  Scan scan =
      scan_of({measure("x", MeasureKind::count, "ok -- only good ones", "paid > 0 /* paid */")});
  scan.from = "(select * from rows where team is not null) -- known teams";
  scan.team = "";

  EXPECT_EQ(text_of(source->scan(scan, {})), "0  0 n=1\n");
}

TEST_P(SourceContract, PutsWallClockTimesWhereTheChangeOfClocksPutsThem) {
  if (GetParam() == "odbc_postgres") {
    GTEST_SKIP() << "compares instants, made by PostgreSQL's own rule (docs/sources.md)";
  }
  // Berlin: 02:00 to 03:00 happens twice on 2026-10-25; the first of them counts.
  world.load({{"team", "text"}, {"done_at", "timestamp"}},
             "team,done_at\na,2026-10-25 01:59:59\na,2026-10-25 02:00:00\na,2026-10-25 "
             "02:59:59\na,2026-10-25 03:00:00\n");
  const auto source = world.open("Europe/Berlin");
  std::vector<rules::Instant> hours;
  for (int i = 0; i <= 4; ++i) {
    hours.push_back(at("2026-10-24T23:00:00Z") + std::chrono::hours{i});
  }

  EXPECT_EQ(text_of(source->scan(scan_of({measure("x", MeasureKind::count, "")}, hours), {})),
            "0 a 0 n=1\n0 a 1 n=2\n0 a 3 n=1\n");
}

TEST_P(SourceContract, ReadsDaysAsTheirMidnightInTheSourcesZone) {
  world.load({{"team", "text"}, {"done_at", "date"}},
             "team,done_at\na,2026-03-01\na,2026-03-02\na,2026-03-04\n");
  const auto source = world.open("America/Sao_Paulo");
  std::vector<rules::Instant> edges = days("2026-03-02", 2);
  for (rules::Instant& edge : edges) {
    edge += std::chrono::hours{3};  // midnight there
  }

  EXPECT_EQ(text_of(source->scan(scan_of({measure("x", MeasureKind::count, "")}, edges), {})),
            "0 a 0 n=1\n");
}

TEST_P(SourceContract, NamesTheMeasureWhoseColumnDoesNotExist) {
  load_orders();
  const auto source = world.open();
  Scan scan = scan_of({measure("good", MeasureKind::ratio, "ok"),
                       measure("bad", MeasureKind::ratio, "delivered <= due")});
  scan.measures[1].place.line = 31;

  const auto result = source->scan(scan, {});

  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().retry, rules::Failure::Retry::never);
  EXPECT_THAT(result.error().message, HasSubstr("rules/shop.yaml:31:9: measure 'bad': "));
  EXPECT_THAT(result.error().message, HasSubstr("delivered"));
  EXPECT_TRUE(source->scan(scan_of({measure("good", MeasureKind::ratio, "ok")}), {}))
      << "usable after a failure";
}

TEST_P(SourceContract, RefusesASecondStatementWithItsPlace) {
  load_orders();
  const auto source = world.open();

  const auto second =
      source->scan(scan_of({measure("x", MeasureKind::ratio, "ok; delete from rows")}), {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().message,
            "rules/shop.yaml:12:9: measure 'x': expression: ';' is not allowed: one statement "
            "only, without ';' at its "
            "end (line 1, column 3 of it)");
  EXPECT_FALSE(source->scan(scan_of({measure("x", MeasureKind::ratio, "true) or (false")}), {}));
  EXPECT_FALSE(source->scan(scan_of({measure("x", MeasureKind::ratio, "ok = :from")}), {}));
  EXPECT_FALSE(source->read("select 1; select 2", 10, {}));
}

TEST_P(SourceContract, CannotWrite) {
  load_orders();
  const auto source = world.open();

  for (const auto* sql : {"delete from rows", "insert into rows (team) values ('x')",
                          "drop table rows", "create table y (a int)", "commit", "vacuum"}) {
    EXPECT_FALSE(source->scan(query_of(sql), {})) << sql;
    EXPECT_FALSE(source->read(sql, 10, {})) << sql;
  }
  const auto left = source->read("select count(*) from rows", 10, {});
  ASSERT_TRUE(left) << left.error().message;
  EXPECT_EQ(left->rows[0][0], "8");
}

TEST_P(SourceContract, HandsHostileValuesOverAsTheyAre) {
  const std::string csv =
      "team,done_at\n\"'; drop table rows; --\",2026-03-02 10:00:00\n\"Côte d'Ivoire\",2026-03-02 "
      "10:00:00\n"
      "\"a \"\"quoted\"\" {name}, \\N $1 %s\",2026-03-02 10:00:00\n\"two\nlines\",2026-03-02 "
      "10:00:00\n";
  world.load({{"team", "text"}, {"done_at", "timestamp"}}, csv);
  const auto source = world.open();

  EXPECT_EQ(text_of(source->scan(scan_of({measure("x", MeasureKind::count, "")}), {})),
            "0 '; drop table rows; -- 0 n=1\n0 Côte d'Ivoire 0 n=1\n0 a \"quoted\" {name}, \\N $1 "
            "%s 0 n=1\n"
            "0 two\nlines 0 n=1\n");
}

TEST_P(SourceContract, RefusesASumThatIsNoNumber) {
  world.load({{"team", "text"}, {"done_at", "timestamp"}, {"value", "real"}},
             "team,done_at,value\na,2026-03-02 10:00:00,1.5e308\na,2026-03-02 11:00:00,1.5e308\n");
  const auto source = world.open();

  const auto result = source->scan(scan_of({measure("x", MeasureKind::sum, "value")}), {});

  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().retry, rules::Failure::Retry::never);
  EXPECT_THAT(result.error().message, HasSubstr("measure 'x'"));
}

TEST_P(SourceContract, KeepsCountsBeyondTheReachOfDoubles) {
  load_orders();
  const auto source = world.open();

  EXPECT_EQ(text_of(source->scan(
                query_of("select 'a' as team, :from as bucket, 9007199254740993 as n"), {})),
            "0 a 0 n=9007199254740993\n");
}

TEST_P(SourceContract, TakesTheColumnsThatAQueryReturns) {
  load_orders();
  const auto source = world.open();

  EXPECT_EQ(
      text_of(source->scan(
          query_of("select team, '2026-03-02' as bucket, count(*) as denominator, sum(paid) as "
                   "numerator from rows where done_at >= :from and done_at < :to "
                   "and team = 'a' group by team"),
          {})),
      "0 a 0 n=3 num=15. den=3.\n");
  EXPECT_EQ(text_of(source->scan(
                query_of("select '2026-03-03 00:00:00' as bucket, 4 as n, 2.5 as sum"), {})),
            "0  1 n=4 sum=2.5\n");
}

TEST_P(SourceContract, RefusesAQuerysRowsThatFitNoBucket) {
  load_orders();
  const auto source = world.open();
  const auto message = [&](const char* query) {
    return text_of(source->scan(query_of(query), {}));
  };

  EXPECT_THAT(message("select '2026-03-02 01:00:00' as bucket, 1 as n"),
              HasSubstr("bucket '2026-03-02 01:00:00' (read in UTC as 2026-03-02T01:00:00Z) is not "
                        "the start of a "
                        "bucket: the one around it starts at "
                        "2026-03-02T00:00:00Z"));
  EXPECT_THAT(message("select '2026-02-02' as bucket, 1 as n"), HasSubstr("is outside :from"));
  EXPECT_THAT(message("select 'soon' as bucket, 1 as n"), HasSubstr("bucket 'soon' is not a time"));
  EXPECT_THAT(message("select 1 as n"), HasSubstr("the query returns no column 'bucket'"));
  EXPECT_THAT(message("select '2026-03-02' as bucket, -1 as n"), HasSubstr("n is '-1'"));
  EXPECT_THAT(message("select '2026-03-02' as bucket, 1 as n union all select '2026-03-02', 2"),
              HasSubstr("two rows for the bucket"));
}

TEST_P(SourceContract, EndsSoonAfterAStopIsRequested) {
  load_orders();
  const auto source = world.open();
  const Scan endless = query_of(
      "with recursive c(x) as (select 1 union all select x + 1 - 1 from c) select :from as bucket, "
      "count(*) as n from c");
  std::stop_source stop;
  std::jthread later([&stop] {
    std::this_thread::sleep_for(std::chrono::milliseconds{200});
    stop.request_stop();
  });

  const auto result = source->scan(endless, stop.get_token());

  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().retry, rules::Failure::Retry::later);
  EXPECT_THAT(result.error().message, HasSubstr("stopped before the end"));
  EXPECT_TRUE(source->scan(scan_of({measure("x", MeasureKind::count, "")}), {}))
      << "usable after a stop";
}

TEST_P(SourceContract, ReadsASmallTableAndNamesTheCap) {
  load_orders();
  const auto source = world.open();

  const auto table = source->read("select team, paid from rows order by done_at limit 2", 10, {});
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_EQ(table->columns, (std::vector<std::string>{"team", "paid"}));
  EXPECT_EQ(table->rows.size(), 2U);

  const auto capped = source->read("select team from rows", 7, {});
  ASSERT_FALSE(capped);
  EXPECT_THAT(capped.error().message, HasSubstr("more than 7 rows: the cap is 'rows_max'"));
}

TEST_P(SourceContract, CapsTheRowsOfAScan) {
  load_orders();
  const auto source = world.open("UTC", "result_rows_max: 2\n");

  const auto result = source->scan(scan_of({measure("x", MeasureKind::count, "")}), {});

  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("the cap is 'result_rows_max'"));
}

TEST_P(SourceContract, AnswersAProbeAndPrintsItsStatement) {
  load_orders();
  const auto source = world.open();

  const auto probed = source->probe({});
  EXPECT_TRUE(probed) << probed.error().message;
  const std::string statement =
      source->statement(scan_of({measure("x", MeasureKind::ratio, "paid > due")}));
  EXPECT_THAT(statement, HasSubstr("(paid > due)"));
  EXPECT_THAT(statement, HasSubstr("group by team, bucket"));
  EXPECT_THAT(statement, HasSubstr("2026-03-0"));
}

INSTANTIATE_TEST_SUITE_P(Every, SourceContract,
                         ::testing::Values("csv", "sqlite", "postgres", "http", "odbc_postgres",
                                           "odbc_sqlite"),
                         [](const auto& param_info) { return param_info.param; });

}  // namespace
}  // namespace measured::connectors
