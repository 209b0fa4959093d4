#include "connectors/planner.h"

namespace measured::connectors {
namespace {

rules::Measure measure(std::string id) {
  rules::Measure measure;
  measure.id = std::move(id);
  measure.source = "shop";
  measure.from = "orders";
  measure.time = "promised_at";
  measure.team = "state";
  measure.kind = rules::MeasureKind::ratio;
  measure.of = "delivered_at <= promised_at";
  measure.time_zone = "America/Sao_Paulo";
  measure.pull.phrase = "every 1h";
  measure.place = {"rules/shop.yaml", 7, 3, 1};
  measure.of_place = {"rules/shop.yaml", 12, 12, 1};
  return measure;
}

std::vector<std::string> ids(const ScanGroup& group) {
  std::vector<std::string> ids;
  for (const rules::Measure* measure : group.measures) {
    ids.push_back(measure->id);
  }
  return ids;
}

TEST(Planner, PullsMeasuresOfTheSameRowsTogether) {
  rules::RuleSet rules;
  rules.measures = {measure("late"), measure("expedited")};
  rules.measures[1].where = "shipped";
  rules.measures[1].kind = rules::MeasureKind::sum;

  const std::vector<ScanGroup> groups = plan_groups(rules);

  ASSERT_EQ(groups.size(), 1U);
  EXPECT_EQ(ids(groups[0]), (std::vector<std::string>{"expedited", "late"}));
  EXPECT_EQ(groups[0].zone.name(), "America/Sao_Paulo");
}

TEST(Planner, KeepsApartWhatOneStatementCannotHold) {
  rules::RuleSet rules;
  rules.measures.assign(8, measure("x"));
  rules.measures[1].source = "desk";
  rules.measures[2].from = "returns";
  rules.measures[3].time = "delivered_at";
  rules.measures[4].team = "";
  rules.measures[5].time_zone = "UTC";
  rules.measures[6].period.kind = rules::Grain::Kind::week;
  rules.measures[7].pull.phrase = "daily at 06:00";

  EXPECT_EQ(plan_groups(rules).size(), 8U);
}

TEST(Planner, GivesAQueryAGroupOfItsOwn) {
  rules::RuleSet rules;
  rules.measures = {measure("a"), measure("b")};
  for (rules::Measure& query : rules.measures) {
    query.kind = rules::MeasureKind::query;
    query.of = "select …";
    query.from.clear();
    query.time.clear();
    query.team.clear();
  }

  const std::vector<ScanGroup> groups = plan_groups(rules);

  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(plan_scan(groups[0], {}).query, "select …");
}

TEST(Planner, MakesOneGroupForEachZoneOfTheTeams) {
  rules::RuleSet rules;
  for (const auto* zone : {"Africa/Nairobi", "Asia/Tokyo", "Africa/Nairobi"}) {
    rules::Team team;
    team.zone = rules::Zone::load(zone).value();
    rules.teams.push_back(team);
  }
  rules.measures = {measure("x")};
  rules.measures[0].time_zone = "team";

  const std::vector<ScanGroup> groups = plan_groups(rules);

  ASSERT_EQ(groups.size(), 2U);
  EXPECT_NE(groups[0].zone, groups[1].zone);
}

TEST(Planner, KeysDependOnWhatIsSharedAndNotOnWhoShares) {
  rules::RuleSet rules;
  rules.measures = {measure("a")};
  const std::string key = plan_groups(rules)[0].key;
  rules.measures.push_back(measure("b"));
  rules.measures[0].of = "true";
  rules.measures[0].title = "Other";

  EXPECT_EQ(plan_groups(rules)[0].key, key);
  EXPECT_TRUE(key.starts_with("shop-")) << key;
}

TEST(Planner, HandsOnThePlaceOfEachExpression) {
  rules::RuleSet rules;
  rules.measures = {measure("a")};
  const std::vector<rules::Instant> edges = {rules::Instant{},
                                             rules::Instant{std::chrono::hours{1}}};

  const Scan scan = plan_scan(plan_groups(rules)[0], edges);

  EXPECT_EQ(scan.edges, edges);
  EXPECT_EQ(scan.zone.name(), "America/Sao_Paulo");
  ASSERT_EQ(scan.measures.size(), 1U);
  EXPECT_EQ(scan.measures[0].place.line, 12);
  EXPECT_EQ(scan.measures[0].of, "delivered_at <= promised_at");
}

}  // namespace
}  // namespace measured::connectors
