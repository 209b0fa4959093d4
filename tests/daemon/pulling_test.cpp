#include "daemon/work/pulling.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace measured::daemon {
namespace {

using namespace std::chrono_literals;
using std::chrono::sys_days;

Instant day(int year, unsigned month, unsigned day_of_month) {
  return sys_days{std::chrono::year{year} / month / day_of_month};
}

class PullingTest : public ::testing::Test {
 protected:
  PullingTest() {
    on_time.id = "on_time";
    on_time.kind = rules::MeasureKind::ratio;
    on_time.period.kind = rules::Grain::Kind::month;
    on_time.settle = 240h;
    on_time.history = 24h * 365;
    on_time.definition = "d1";
    count = on_time;
    count.id = "deliveries";
    count.kind = rules::MeasureKind::count;
    count.definition = "d2";
    group = {"files/deliveries", rules::Zone{}, {&count, &on_time}};
  }

  std::vector<PullStep> plan(Instant now) {
    const Watermark known = [this](const rules::Measure& measure) -> std::optional<Instant> {
      const auto found = watermarks.find(measure.id + "@" + measure.definition);
      return found == watermarks.end() ? std::nullopt : std::optional(found->second);
    };
    return plan_pull(group, known, now, limits);
  }

  rules::Measure on_time, count;
  connectors::ScanGroup group;
  PullLimits limits;
  std::map<std::string, Instant> watermarks;
};

TEST_F(PullingTest, TheFirstPullAsksForTheWholeHistory) {
  const auto steps = plan(day(2013, 6, 15));

  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps[0].span.start, day(2012, 6, 1));
  EXPECT_EQ(steps[0].span.end, day(2013, 7, 1));
  EXPECT_EQ(steps[0].scan.measures.size(), 2U);
}

// They come back with a row for each bin of each team and bucket, up to some hundred times as many
// as a share has: at 400 days of 200 teams more than a source hands over at once.
TEST_F(PullingTest, PercentilesComeInShorterSteps) {
  on_time.kind = rules::MeasureKind::percentile;
  on_time.of = "hours";
  on_time.period.kind = rules::Grain::Kind::day;
  group.measures = {&on_time};

  const auto steps = plan(day(2013, 6, 15));

  ASSERT_GT(steps.size(), 10U);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    EXPECT_LE(steps[i].scan.edges.size(), 26U);
    EXPECT_EQ(steps[i].span.start, i == 0 ? day(2012, 6, 15) : steps[i - 1].span.end);
  }
}

TEST_F(PullingTest, TheWatermarkStandsAtTheFirstBucketThatIsNotFinal) {
  // May ended on 1 June and is final ten days later, so on the 15th only June is open.
  EXPECT_EQ(plan(day(2013, 6, 15)).back().watermark, day(2013, 6, 1));
  // On the 11th, at the very end of its ten days, May is final; a second earlier it is not.
  EXPECT_EQ(plan(day(2013, 6, 11)).back().watermark, day(2013, 6, 1));
  EXPECT_EQ(plan(day(2013, 6, 11) - 1s).back().watermark, day(2013, 5, 1));
}

TEST_F(PullingTest, ALaterPullReadsOnlyWhatIsNotFinal) {
  watermarks = {{"on_time@d1", day(2013, 6, 1)}, {"deliveries@d2", day(2013, 6, 1)}};

  const auto steps = plan(day(2013, 6, 16));

  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps[0].span, (Interval{day(2013, 6, 1), day(2013, 7, 1)}));
}

TEST_F(PullingTest, AMeasureThatChangedItsDefinitionStartsAgainAloneBesideItsNeighbour) {
  watermarks = {{"on_time@d1", day(2013, 6, 1)}, {"deliveries@d2", day(2013, 6, 1)}};
  on_time.definition = "d3";

  const auto steps = plan(day(2013, 6, 16));

  ASSERT_EQ(steps.size(), 2U);
  EXPECT_EQ(steps[0].scan.measures[0].id, "on_time");
  EXPECT_EQ(steps[0].span.start, day(2012, 6, 1));
  EXPECT_EQ(steps[1].scan.measures[0].id, "deliveries");
  EXPECT_EQ(steps[1].span.start, day(2013, 6, 1));
}

TEST_F(PullingTest, ALongHistoryComesInStepsWithoutHoles) {
  limits.buckets_a_step = 5;

  const auto steps = plan(day(2013, 6, 15));

  ASSERT_EQ(steps.size(), 3U);
  EXPECT_EQ(steps[0].span.end, steps[1].span.start);
  EXPECT_EQ(steps[1].span.end, steps[2].span.start);
  EXPECT_EQ(steps[0].watermark, steps[0].span.end);
  EXPECT_EQ(steps[2].watermark, day(2013, 6, 1));
}

rules::Team team(const std::string& id, std::vector<std::string> match) {
  rules::Team made;
  made.id = id;
  made.match = std::move(match);
  return made;
}

TEST_F(PullingTest, ASecondLookReadsFinalBucketsUnderARecordOfItsOwn) {
  const auto steps =
      plan_recheck(group, {day(2013, 3, 1), day(2013, 5, 1)}, day(2013, 6, 16), limits);

  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps[0].span, (Interval{day(2013, 3, 1), day(2013, 5, 1)}));
  EXPECT_EQ(steps[0].scan.measures.size(), 2U);
  EXPECT_TRUE(steps[0].recheck);
  EXPECT_EQ(commit_of(steps[0], {}, {}, day(2013, 6, 16), day(2013, 6, 16), limits).record.group,
            "files/deliveries/recheck");
}

TEST_F(PullingTest, SeveralSpellingsOfATeamAddUpAndStrangersAreCounted) {
  rules::RuleSet rules;
  rules.teams = {team("haiti", {"Haiti", "HT"}), team("benin", {"Benin"})};
  const PullStep step = plan(day(2013, 6, 15)).front();
  connectors::ScanResult result;
  result.cells = {{0, 0, "Haiti", {2, 0, 0, 0, 0}},
                  {0, 0, "HT", {3, 0, 0, 0, 0}},
                  {0, 0, "Atlantis", {7, 0, 0, 0, 0}},
                  {0, 1, std::nullopt, {1, 0, 0, 0, 0}}};

  const ScanCommit commit =
      commit_of(step, result, rules, day(2013, 6, 15), day(2013, 6, 15) + 2s, limits);

  ASSERT_EQ(commit.buckets.size(), 1U);
  EXPECT_EQ(commit.buckets[0].team, "haiti");
  EXPECT_EQ(commit.buckets[0].tally.n, 5);
  ASSERT_EQ(commit.record.unknown_teams.size(), 2U);
  using Unknown = ScanRecord::Unknown;
  EXPECT_THAT(commit.record.unknown_teams,
              testing::UnorderedElementsAre(
                  Unknown{commit.record.measures[0], "Atlantis", 7, step.scan.edges[0]},
                  Unknown{commit.record.measures[0], std::nullopt, 1, step.scan.edges[1]}));
}

TEST_F(PullingTest, ManyStrangersAreAllCountedAndTheSmallestWithoutTheirNames) {
  rules::RuleSet rules;
  rules.teams = {team("haiti", {"Haiti"}), team("benin", {"Benin"})};
  const PullStep step = plan(day(2013, 6, 15)).front();
  connectors::ScanResult result;
  result.cells = {{0, 0, "A", {9, 0, 0, 0, 0}},
                  {0, 0, "B", {1, 0, 0, 0, 0}},
                  {0, 0, "C", {2, 0, 0, 0, 0}},
                  {0, 1, "B", {1, 0, 0, 0, 0}}};
  limits.unknown_teams_kept = 1;

  const ScanCommit commit =
      commit_of(step, result, rules, day(2013, 6, 15), day(2013, 6, 15) + 2s, limits);

  const std::string& measure = commit.record.measures[0];
  using Unknown = ScanRecord::Unknown;
  EXPECT_THAT(commit.record.unknown_teams,
              testing::UnorderedElementsAre(Unknown{measure, "A", 9, step.scan.edges[0]},
                                            Unknown{measure, "…", 3, step.scan.edges[0]},
                                            Unknown{measure, "…", 1, step.scan.edges[1]}));
}

}  // namespace
}  // namespace measured::daemon
