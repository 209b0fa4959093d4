// The cases behind a number, asked of each kind of source with the same rows.

#include <gmock/gmock.h>

#include "connectors/source.h"
#include "rules/time/instant.h"
#include "tests/support/source_of.h"
#include "tests/support/source_world.h"

namespace measured::connectors {
namespace {

using rules::MeasureKind;
using ::testing::HasSubstr;
using tests::SourceWorld;

rules::Instant at(std::string_view text) {
  return rules::parse_instant(text).value();
}

// What a source answers, one case a line: team, how many the team has, cells.
std::string text_of(const rules::Result<Cases>& cases) {
  if (!cases) {
    return "failed: " + cases.error().message;
  }
  std::string text;
  for (const Cases::Row& row : cases->rows) {
    text += row.team + " of " + std::to_string(cases->totals.at(row.team)) + ":";
    for (const auto& cell : row.cells) {
      text += " " + cell.value_or("<null>");
    }
    text += "\n";
  }
  return text;
}

class CasesContract : public ::testing::TestWithParam<std::string> {
 protected:
  CasesContract() {
    measure.id = "on_time";
    measure.kind = MeasureKind::ratio;
    measure.source = "shop";
    measure.from = "rows";
    measure.time = "promised";
    measure.team = "team";
    measure.of = "late <= 0";
    measure.rows = rules::RowsSpec{"", {{"order", "id"}, {"late", "late"}}, "late desc", "",
                                   2,  {"rules/shop.yaml", 12, 9, 1}};
    world.load({{"id", "integer"},
                {"team", "text"},
                {"promised", "timestamp"},
                {"late", "integer"},
                {"note", "text"}},
               "id,team,promised,late,note\n"
               "1,a,2026-03-01 23:59:59,9,\n"  // before the span
               "2,a,2026-03-02 00:00:00,3,\n"
               "3,a,2026-03-03 10:00:00,0,\n"  // in time
               "4,a,2026-03-03 11:00:00,5,x\n"
               "5,a,2026-03-03 12:00:00,4,\n"
               "6,b,2026-03-02 12:00:00,1,\n"
               "7,b,2026-03-02 12:00:00,,\n"  // never came: not in time
               "8,O'Brien \\,2026-03-02 12:00:00,1,\n"
               "9,c,2026-03-02 12:00:00,1,\n"     // nobody asked for it
               "10,a,2026-03-04 00:00:00,9,\n");  // behind it
  }

  std::string cases(std::vector<std::string> teams) {
    const auto source = world.open();
    return text_of(source->cases(
        plan_cases(measure, rules::Zone{}, {at("2026-03-02T00:00:00Z"), at("2026-03-04T00:00:00Z")},
                   std::move(teams)),
        {}));
  }

  SourceWorld world{GetParam()};
  rules::Measure measure;
};

TEST_P(CasesContract, AreTheFirstOfEachTeamThatFailTheMeasuresOwnCondition) {
  EXPECT_EQ(cases({"a"}), "a of 3: 4 5\na of 3: 5 4\n");
}

TEST_P(CasesContract, CountWhatIsNullAsFailed) {
  measure.rows->order_by = "id";

  EXPECT_EQ(cases({"b"}), "b of 2: 6 1\nb of 2: 7 <null>\n");
}

TEST_P(CasesContract, AreThoseThatTheRulesNameAndCount) {
  measure.rows->where = "late >= 4 -- days";
  measure.where = "note is null";

  EXPECT_EQ(cases({"a", "b"}), "a of 1: 5 4\n");
}

TEST_P(CasesContract, AreTheHitsWhereFewerAreBetter) {
  measure.better = rules::Better::lower;

  EXPECT_EQ(cases({"a"}), "a of 1: 3 0\n");
}

TEST_P(CasesContract, AreTheNewestWhereNoOrderIsSaid) {
  measure.rows->order_by = "";

  EXPECT_EQ(cases({"a"}), "a of 3: 5 4\na of 3: 4 5\n");
}

TEST_P(CasesContract, AreTheWorstValuesOfAMean) {
  measure.kind = MeasureKind::mean;
  measure.of = "late";
  measure.better = rules::Better::lower;
  measure.rows->order_by = "";

  EXPECT_EQ(cases({"a", "b"}), "a of 4: 4 5\na of 4: 5 4\nb of 1: 6 1\n");
}

TEST_P(CasesContract, TakeATeamsNameForNothingButAText) {
  EXPECT_EQ(cases({"O'Brien \\", "x') or ('1' = '1", std::string("a\0b", 3)}),
            "O'Brien \\ of 1: 8 1\n");
}

TEST_P(CasesContract, HaveNoTeamColumnWhereThereIsNone) {
  measure.team = "";
  measure.rows->limit = 1;
  measure.rows->order_by = "coalesce(late, 0) desc";  // where null stands is the database's choice

  EXPECT_EQ(cases({""}), " of 7: 4 5\n");
}

TEST_P(CasesContract, RefuseWhatIsNotOnePieceOfSql) {
  measure.rows->order_by = "late; drop table rows";
  EXPECT_THAT(cases({"a"}), HasSubstr("rules/shop.yaml:12:9: measure 'on_time': rows.order_by: "));

  measure.rows->order_by = "late";
  measure.rows->show[0].second = "id) from rows --";
  EXPECT_THAT(cases({"a"}), HasSubstr("measure 'on_time': rows.show: "));
}

TEST_P(CasesContract, NameTheMeasureWhoseColumnIsNotThere) {
  measure.rows->show[0].second = "no_such_column";

  EXPECT_THAT(cases({"a"}), HasSubstr("rules/shop.yaml:12:9: measure 'on_time': "));
}

INSTANTIATE_TEST_SUITE_P(Kinds, CasesContract,
                         ::testing::Values("csv", "sqlite", "postgres", "http", "odbc_postgres",
                                           "odbc_sqlite"),
                         [](const auto& kind) { return kind.param; });

// A duration's cases are the ones that took too long.
class DurationCases : public ::testing::TestWithParam<std::string> {};

TEST_P(DurationCases, AreThoseThatTookLongerThanAllowed) {
  SourceWorld world(GetParam());
  world.load({{"id", "integer"}, {"opened", "timestamp"}, {"closed", "timestamp"}},
             "id,opened,closed\n"
             "1,2026-03-02 08:00:00,2026-03-02 09:00:00\n"
             "2,2026-03-02 08:00:00,2026-03-02 14:00:00\n"
             "3,2026-03-02 08:00:00,2026-03-02 13:00:00\n"
             "4,2026-03-02 08:00:00,\n");
  rules::Measure measure;
  measure.id = "answered";
  measure.kind = MeasureKind::duration;
  measure.from = "rows";
  measure.time = "opened";
  measure.parts.start = "opened";
  measure.parts.end = "closed";
  measure.parts.within = std::chrono::hours{4};
  measure.rows = rules::RowsSpec{"", {{"ticket", "id"}}, "", "", 5, {}};

  const auto source = world.open();

  EXPECT_EQ(text_of(source->cases(
                plan_cases(measure, rules::Zone{},
                           {at("2026-03-02T00:00:00Z"), at("2026-03-03T00:00:00Z")}, {""}),
                {})),
            " of 2: 2\n of 2: 3\n");
}

INSTANTIATE_TEST_SUITE_P(Kinds, DurationCases, ::testing::Values("csv", "postgres"),
                         [](const auto& kind) { return kind.param; });

// What cannot be counted has no cases either, and for the same reason.
TEST(Cases, AreRefusedWhereWorkingTimeCannotBeCounted) {
  SourceWorld world("odbc_sqlite");
  world.load({{"id", "integer"}, {"opened", "timestamp"}, {"closed", "timestamp"}},
             "id,opened,closed\n1,2026-03-02 08:00:00,2026-03-02 14:00:00\n");
  rules::Measure measure;
  measure.id = "answered";
  measure.kind = MeasureKind::duration;
  measure.from = "rows";
  measure.time = "opened";
  measure.parts.start = "opened";
  measure.parts.end = "closed";
  measure.parts.within = std::chrono::hours{4};
  measure.parts.calendar = "office";
  measure.parts.hours = "office";
  measure.rows = rules::RowsSpec{"", {{"ticket", "id"}}, "", "", 5, {}};

  const auto source = world.open();

  EXPECT_THAT(text_of(source->cases(
                  plan_cases(measure, rules::Zone{},
                             {at("2026-03-02T00:00:00Z"), at("2026-03-03T00:00:00Z")}, {""}),
                  {})),
              HasSubstr("working time of a calendar cannot be counted here"));
}

TEST(Cases, AreRefusedByASourceThatHasOnlyNumbers) {
  const auto source = tests::source_of(
      "prometheus", "url: http://localhost:1\ntables: {calls: {labels: [team], values: {n: up}}}");
  ASSERT_NE(source, nullptr);
  CaseScan cases;
  cases.scan.source = "metrics";

  const auto answer = source->cases(cases, {});

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().retry, rules::Failure::Retry::never);
}

}  // namespace
}  // namespace measured::connectors
