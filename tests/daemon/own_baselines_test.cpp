#include "daemon/work/own_baselines.h"

#include "tests/daemon/service_world.h"

namespace measured::daemon {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// A tenth better than each hub was itself from 5 October to 1 November.
std::string relative_rules() {
  std::string text = rules_text;
  const std::string target = "{from: 2026-01-01, at_least: 90%}";
  return text.replace(text.find(target), target.size(),
                      "{from: 2026-11-02, better_than_baseline: 10%, "
                      "baseline: 2026-10-05..2026-11-01}");
}

class OwnBaselineTest : public ServiceTest {
 protected:
  OwnBaselineTest() {
    for (int week = 1; week <= 4; ++week) {
      deliveries(monday - std::chrono::days{7 * week} + 12h, "north", 15, 5);
    }
    deliveries(monday - std::chrono::days{7} + 12h, "south", 4, 1);  // too few for a target
  }
  std::vector<LedgerRow> frozen() { return store->ledger(own_baseline_kind, "").value(); }
};

TEST_F(OwnBaselineTest, IsFrozenWhenItsLastPeriodIsFinalAndJudgesFromThenOn) {
  take(relative_rules());
  EXPECT_THAT(frozen(), IsEmpty());  // the last week ended today
  deliveries(monday + 12h, "north", 78, 22);

  pass(std::chrono::days{9});

  ASSERT_THAT(frozen(), SizeIs(1));
  // 75 %: a tenth fewer misses are 77.5 %.
  EXPECT_THAT(frozen()[0].body, HasSubstr(R"("north":{"value":0.75,"n":80,"goal":0.775})"));
  EXPECT_THAT(frozen()[0].body, testing::Not(HasSubstr("south")));
  EXPECT_EQ(engine->verdict_counts()["met"], 1);
}

TEST_F(OwnBaselineTest, IsNotMovedByWhatBecomesOfThePastNorByARestart) {
  take(relative_rules());
  pass(std::chrono::days{2});
  ASSERT_THAT(frozen(), SizeIs(1));
  deliveries(monday - std::chrono::days{7} + 12h, "north", 0, 50);
  deliveries(monday + std::chrono::days{7} + 12h, "north", 78, 22);

  pass(std::chrono::days{14});
  ASSERT_THAT(store->revisions("on_time", monday, now()).value(), SizeIs(1));
  service->stop({});
  settle();
  start();
  take(relative_rules());
  pass(24h);

  EXPECT_THAT(frozen(), SizeIs(1));
  EXPECT_EQ(engine->verdict_counts()["met"], 1);
}

TEST_F(OwnBaselineTest, IsWorkedOutAnewForAnotherDefinition) {
  take(relative_rules());
  pass(std::chrono::days{2});
  std::string text = relative_rules();
  const std::string counted = "ratio: delivered_at <= promised_at";
  take(text.replace(text.find(counted), counted.size(), "ratio: delivered_at < promised_at"));

  pass(std::chrono::days{2});

  EXPECT_THAT(frozen(), SizeIs(2));
}

TEST_F(OwnBaselineTest, ThatHistoryDoesNotReachIsNeverGuessed) {
  std::string text = relative_rules();
  take(text.replace(text.find("history: 8w"), 11, "history: 2w"));

  pass(std::chrono::days{21});

  EXPECT_THAT(frozen(), IsEmpty());
  EXPECT_EQ(engine->verdict_counts()["met"], 0);
}

}  // namespace
}  // namespace measured::daemon
