#include <gtest/gtest.h>

#include "rules/load/loader.h"

namespace measured::rules {
namespace {

std::string all(const Diagnostics& diagnostics) {
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics) {
    out += render(diagnostic, "");
  }
  return out;
}

LoadResult load(const std::string& text) {
  LoadContext context;
  context.sources = {{"shop", "postgres"}};
  RuleLoader loader;
  return loader.load({{"rules.yaml", text}}, context);
}

class RosterTest : public testing::Test {
 protected:
  RosterTable table{
      "teams.csv",
      {"id", "title", "manager_name", "manager_email", "match", "parent", "time_zone", "language"},
      {}};
  Defaults defaults;
  Diagnostics out;
};

TEST_F(RosterTest, ReadsTeamsWithTheirManagersAndValues) {
  table.rows = {{"congo-drc", "Congo", "Marie", "marie@example.org", "Congo, DRC; Congo", "africa",
                 "Africa/Kinshasa", "pt-BR"},
                {"togo"}};

  const std::vector<Team> teams = read_roster(table, defaults, out);

  EXPECT_EQ(all(out), "");
  ASSERT_EQ(teams.size(), 2U);
  EXPECT_EQ(teams[0].match, (std::vector<std::string>{"Congo, DRC", "Congo"}));
  EXPECT_EQ(teams[0].manager, (Person{"Marie", "marie@example.org"}));
  EXPECT_EQ(teams[0].zone.name(), "Africa/Kinshasa");
  EXPECT_EQ(teams[0].language, Language::pt_br);
  EXPECT_EQ(teams[1].language, Language::en);
  EXPECT_EQ(teams[1].title, "togo");
  EXPECT_EQ(teams[1].match, std::vector<std::string>{"togo"});
}

TEST_F(RosterTest, NamesTheLineOfEveryWrongRow) {
  table.rows = {{"ok"},
                {"Not Ok"},
                {"x", "", "", "not-an-address"},
                {"y", "", "", "", "", "", "Mars/Base"},
                {"z", "", "", "", "", "", "", "fr"}};

  read_roster(table, defaults, out);

  ASSERT_EQ(out.size(), 4U);
  EXPECT_EQ(out[0].where.line, 3);
  EXPECT_EQ(out[1].message, "'not-an-address' is not a mail address");
  EXPECT_EQ(out[2].code, "unknown-zone");
  EXPECT_EQ(out[3].help, "write one of en, de, pt-BR");
}

TEST_F(RosterTest, RefusesATableWithoutIds) {
  table.columns = {"name"};

  EXPECT_TRUE(read_roster(table, defaults, out).empty());
  EXPECT_EQ(out.back().code, "missing-column");
}

TEST_F(RosterTest, ChecksTheJoinedTeams) {
  const LoadResult result = load(
      "roster: {source: shop, from: teams.csv}\nteams:\n  a: {parent: c}\n  b: {match: [B1]}\n");
  const auto joined = [&](std::vector<std::vector<std::string>> rows) {
    table.rows = std::move(rows);
    out.clear();
    return with_roster(*result.rules, read_roster(table, defaults, out), out);
  };

  EXPECT_NE(joined({{"c"}}), nullptr);
  EXPECT_EQ(joined({}), nullptr);
  EXPECT_EQ(out.at(0).code, "unknown-team");
  EXPECT_EQ(joined({{"c"}, {"b"}}), nullptr);
  EXPECT_EQ(out.at(0).code, "defined-twice");
  EXPECT_EQ(joined({{"c"}, {"d", "", "", "", "B1"}}), nullptr);
  EXPECT_EQ(out.at(0).code, "match-twice");
  EXPECT_EQ(joined({{"c", "", "", "", "", "a"}}), nullptr);
  EXPECT_EQ(out.at(0).code, "parent-circle");
}

}  // namespace
}  // namespace measured::rules
