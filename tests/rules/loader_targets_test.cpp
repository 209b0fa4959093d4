// Targets, and what a measure says about its cases.

#include <gtest/gtest.h>

#include "rules/judge/judge.h"
#include "rules/load/loader.h"

namespace measured::rules {
namespace {

LoadContext context() {
  LoadContext context;
  context.sources = {{"shop", "postgres"}};
  return context;
}

LoadResult load(const std::string& text) {
  RuleLoader loader;
  return loader.load({{"rules.yaml", text}}, context());
}

std::string all(const Diagnostics& diagnostics) {
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics) {
    out += render(diagnostic, "");
  }
  return out;
}

std::string measure_with(const std::string& lines) {
  return "measures:\n  m:\n    source: shop\n    from: orders\n    time: at\n" + lines;
}

Measure measure_of(const std::string& lines) {
  const LoadResult result = load(measure_with(lines));
  EXPECT_NE(result.rules, nullptr) << all(result.diagnostics);
  return result.rules == nullptr ? Measure{} : *result.rules->measure("m");
}

TEST(LoaderTargets, ReadsWhyATargetWasAgreed) {
  const Measure measure =
      measure_of("    ratio: a\n    target: {at_least: 5%, reason: new carrier contract}\n");

  EXPECT_EQ(measure.targets.at(0).reason, "new carrier contract");
}

TEST(LoaderTargets, ReadsHowManyCasesAPeriodWillHave) {
  const LoadResult result =
      load(measure_with("    ratio: a\n    expected: 400\n") +
           "  n: {source: shop, from: o, time: at, ratio: a, expected: p}\n"
           "  p: {source: shop, from: o, time: at, count: true}\n"
           "  q: {source: shop, from: o, time: at, ratio: a, basis: sample}\n");

  ASSERT_NE(result.rules, nullptr) << all(result.diagnostics);
  EXPECT_EQ(result.rules->measure("m")->expected, 400);
  EXPECT_EQ(result.rules->measure("n")->expected_by, "p");
  EXPECT_EQ(result.rules->measure("p")->basis, Basis::census);
  EXPECT_EQ(result.rules->measure("q")->basis, Basis::sample);
}

TEST(LoaderTargets, ReadTheDaysThatATeamIsToBeBetterThan) {
  const Measure measure = measure_of(
      "    ratio: a\n    better: lower\n    target: {from: 2026-01-01, better_than_baseline: 10%, "
      "baseline: 2025-01-01..2025-06-30}\n");

  ASSERT_TRUE(measure.targets.at(0).baseline);
  EXPECT_DOUBLE_EQ(measure.targets[0].baseline->better_by, 0.1);
  EXPECT_EQ(measure.targets[0].baseline->last,
            std::chrono::local_days{std::chrono::year{2025} / 6 / 30});
  EXPECT_EQ(measure.targets[0].value.direction, Direction::at_most);
  EXPECT_FALSE(measure.targets[0].for_all);
}

// Targets as another system keeps them, for a share of the teams north and south.
class TargetTable : public testing::Test {
 protected:
  TargetTable() {
    const LoadResult result = load(
        "teams: {north: {title: N}, south: {title: S}}\n" +
        measure_with("    ratio: a\n    target: {source: shop, query: select 1, refresh: daily at "
                     "04:00}\n"));
    EXPECT_NE(result.rules, nullptr) << all(result.diagnostics);
    rules = result.rules;
  }
  std::vector<DatedTarget> read(std::vector<std::vector<std::string>> rows) {
    table.rows = std::move(rows);
    return read_target_table(table, *rules->measure("m"), *rules, found);
  }

  std::shared_ptr<const RuleSet> rules;
  RosterTable table{
      "targets.csv", {"from", "team", "at_least", "at_most", "watch", "review", "reason"}, {}};
  Diagnostics found;
};

constexpr std::chrono::local_days january{std::chrono::year{2026} / 1 / 1};
constexpr std::chrono::local_days july{std::chrono::year{2026} / 7 / 1};

TEST_F(TargetTable, IsNamedByItsMeasure) {
  const Measure& measure = *rules->measure("m");

  ASSERT_TRUE(measure.target_source);
  EXPECT_EQ(measure.target_source->source, "shop");
  EXPECT_EQ(measure.target_source->refresh.phrase, "daily at 04:00");
  EXPECT_TRUE(measure.targets.empty());
}

TEST_F(TargetTable, GivesEachTeamItsOwnFromItsFirstRowOn) {
  const auto targets = read({{"2026-07-01", "", "94%", "", "95%", "2026-12-31", "new contract"},
                             {"2026-01-01", "", "92%", "", "", "", ""},
                             {"2026-01-01", "north", "96%", "", "", "", ""}});

  EXPECT_TRUE(found.empty()) << all(found);
  ASSERT_EQ(targets.size(), 2U);
  EXPECT_EQ(targets[0].from, january);
  EXPECT_DOUBLE_EQ(targets[0].value.goal, 0.92);
  EXPECT_FALSE(targets[0].review);
  EXPECT_EQ(targets[1].from, july);
  EXPECT_DOUBLE_EQ(targets[1].value.goal, 0.94);
  EXPECT_DOUBLE_EQ(targets[1].teams.at("north").goal, 0.96);
  EXPECT_EQ(targets[1].reason, "new contract");
  EXPECT_TRUE(targets[1].review);
}

TEST_F(TargetTable, LeavesTeamsWithoutARowWithoutATarget) {
  Measure measure = *rules->measure("m");
  measure.targets = read({{"2026-01-01", "north", "96%", "", "", "", ""}});

  EXPECT_TRUE(target_in_force(measure, "north", Zone{}, Instant{july.time_since_epoch()}));
  EXPECT_FALSE(target_in_force(measure, "south", Zone{}, Instant{july.time_since_epoch()}));
}

TEST_F(TargetTable, NamesEveryWrongCellByRowAndColumnAndGivesNothing) {
  const auto targets = read({{"2026-13-01", "", "92%", "", "", "", ""},
                             {"2026-01-01", "", "0.92", "", "", "", ""},
                             {"2026-01-02", "", "92%", "90%", "", "", ""},
                             {"2026-01-03", "", "92%", "", "90%", "", ""},
                             {"2026-01-04", "", "92%", "", "", "", ""},
                             {"2026-01-04", "", "93%", "", "", "", ""}});

  EXPECT_TRUE(targets.empty());
  const std::string text = all(found);
  for (const char* said :
       {"targets.csv:2:1", "row 1, column 'from': '2026-13-01' is not a date",
        "row 2, column 'at_least': '0.92' is not a value", "row 3, column 'at_least'",
        "row 4, column 'watch'", "row 6: a second target"}) {
    EXPECT_NE(text.find(said), std::string::npos) << said << " in\n" << text;
  }
}

TEST_F(TargetTable, RefusesColumnsThatItDoesNotKnow) {
  table.columns[2] = "atleast";

  EXPECT_TRUE(read({{"2026-01-01", "", "92%", "", "", "", ""}}).empty());
  EXPECT_NE(all(found).find("a table of targets has no column 'atleast'"), std::string::npos);
}

TEST_F(TargetTable, WarnsOfATeamThatIsGoneAndGoesOn) {
  const auto targets = read({{"2026-01-01", "west", "92%", "", "", "", ""}});

  EXPECT_EQ(targets.size(), 1U);
  EXPECT_NE(all(found).find("row 1, column 'team': there is no team 'west'"), std::string::npos);
}

}  // namespace
}  // namespace measured::rules
