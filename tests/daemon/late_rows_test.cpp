// Rows that come when nobody waits for them any more, and what is told of them.

#include "tests/daemon/service_world.h"

namespace measured::daemon {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

std::string listening(const std::string& event) {
  std::string text = rules_text;
  const std::string on = "[target.missed, data.stale]";
  return text.replace(text.find(on), on.size(), "[" + event + "]");
}

class LateRowsTest : public ServiceTest {
 protected:
  // The week from `monday` is final, met and told; then ten misses of it come in.
  void late_misses(const std::string& text) {
    take(text);
    deliveries(monday + 12h, "north", 19, 1);
    pass(std::chrono::days{8} + 6h);
    ASSERT_EQ(engine->verdict_counts()["met"], 1);
    deliveries(monday + 13h, "north", 0, 10);
  }
};

TEST_F(LateRowsTest, AreFoundByTheWeeklySecondLookWithoutAnybodyAsking) {
  late_misses(listening("data.revised"));

  pass(std::chrono::days{8});

  EXPECT_EQ(store->revisions("on_time", monday, now()).value().size(), 1U);
  ASSERT_THAT(messages("hook"), SizeIs(1));
  EXPECT_THAT(messages("hook")[0].body, HasSubstr("measured.integrity.flagged"));
  EXPECT_THAT(shop.scans, Not(IsEmpty()));
}

TEST_F(LateRowsTest, ThatTurnAVerdictAreAnEventOfItsOwnKind) {
  late_misses(listening("target.revised"));

  pass(std::chrono::days{8});

  ASSERT_THAT(messages("hook"), SizeIs(1));
  const std::string body = messages("hook")[0].body;
  EXPECT_THAT(body, HasSubstr("\"type\":\"measured.target.revised\""));
  EXPECT_THAT(body, HasSubstr("\"verdict\":\"missed\""));
  EXPECT_THAT(body, HasSubstr("\"previous\":{\"state\":\"met\",\"verdict\":\"met\""));
  EXPECT_THAT(body, HasSubstr("\"was\":0.95"));
  const auto turned = store->revised_verdicts("on_time", monday, now()).value();
  ASSERT_THAT(turned, SizeIs(1));
  EXPECT_EQ(turned[0].before_verdict, "met");
  EXPECT_EQ(turned[0].after_verdict, "missed");
}

// A kill between storing a scan and judging it, as a store that takes the one and refuses the
// other.
TEST_F(LateRowsTest, AreToldAfterADaemonThatWasKilledBeforeItJudgedThem) {
  const std::string both = listening("data.revised, target.revised");
  late_misses(both);
  refuse("event");
  pass(std::chrono::days{8});
  ASSERT_THAT(store->revisions("on_time", monday, now()).value(), SizeIs(1));
  ASSERT_THAT(messages("hook"), IsEmpty());
  ASSERT_THAT(store->revised_verdicts("on_time", monday, now()).value(), IsEmpty());

  service->stop({});
  settle();
  take_again();
  start();
  take(both);
  pass(std::chrono::days{1});

  ASSERT_THAT(messages("hook"), SizeIs(2));
  EXPECT_THAT(messages("hook")[0].body, HasSubstr("measured.integrity.flagged"));
  EXPECT_THAT(messages("hook")[1].body, HasSubstr("\"type\":\"measured.target.revised\""));
  EXPECT_THAT(messages("hook")[1].body, HasSubstr("\"previous\":{\"state\":\"met\""));
  EXPECT_THAT(store->revised_verdicts("on_time", monday, now()).value(), SizeIs(1));

  service->stop({});
  settle();
  start();
  take(both);
  pass(std::chrono::days{2});
  EXPECT_THAT(messages("hook"), SizeIs(2));  // and not again
}

TEST_F(LateRowsTest, AreToldWithWhatWasToldBefore) {
  late_misses(rules_text);

  pass(std::chrono::days{12});

  const auto mails = messages("mail");
  const auto told = std::find_if(mails.begin(), mails.end(), [](const OutboxRow& mail) {
    return mail.body.find("we told you") != std::string::npos;
  });
  ASSERT_NE(told, mails.end());
  EXPECT_THAT(told->recipient, "ana@example.com");
}

TEST_F(LateRowsTest, AreNotLookedForWhereTheRulesSayNever) {
  std::string text = rules_text;
  const std::string settle = "    settle: 1d\n";
  late_misses(text.insert(text.find(settle), "    recheck: 0s\n"));

  pass(std::chrono::days{30});

  EXPECT_THAT(store->revisions("on_time", monday, now()).value(), IsEmpty());
}

TEST_F(LateRowsTest, ASecondLookThatFailsLeavesThePullsAlone) {
  late_misses(listening("source.failed"));
  // Only the second look reads weeks that are over.
  shop.fails_before = monday + std::chrono::days{7};

  pass(std::chrono::days{8});

  EXPECT_THAT(messages("hook"), IsEmpty());
  EXPECT_EQ(times_logged("too long ago"), 1);
}

TEST_F(ServiceTest, AReviewDayIsToldOnceAlsoAfterARestart) {
  std::string text = listening("target.review");
  const std::string target = "at_least: 90%}";
  text.replace(text.find(target), target.size(), "at_least: 90%, review: 2026-11-05}");
  take(text);
  pass(std::chrono::days{10});
  ASSERT_THAT(messages("hook"), SizeIs(1));
  EXPECT_THAT(messages("hook")[0].body, HasSubstr("measured.target.review"));

  service->stop({});
  settle();
  start();
  take(text);
  pass(std::chrono::days{10});

  EXPECT_THAT(messages("hook"), SizeIs(1));
}

TEST_F(ServiceTest, AChangedDefinitionIsToldInTheNextDigestAndNoOther) {
  take(rules_text);
  deliveries(monday - 4 * 24h, "north", 19, 1);
  pass(std::chrono::days{3});
  std::string text = rules_text;
  const std::string counted = "ratio: delivered_at <= promised_at";
  take(text.replace(text.find(counted), counted.size(), "ratio: delivered_at < promised_at"));

  pass(std::chrono::days{14});

  int told = 0;
  for (const OutboxRow& mail : messages("mail")) {
    told += mail.recipient == "ana@example.com" &&
                    mail.body.find("counted differently since") != std::string::npos
                ? 1
                : 0;
  }
  EXPECT_EQ(told, 1);
}

// Six weeks are final and met by a hair; then, week after week, late rows make each of them better.
TEST_F(LateRowsTest, ThatAlwaysMakeFinalNumbersBetterAreAskedAboutOnce) {
  take(listening("integrity.flattered"));
  for (int week = 0; week < 7; ++week) {
    deliveries(monday + std::chrono::days{7 * week} + 12h, "north", 18, 2);
  }
  pass(std::chrono::days{8 * 7});
  for (int week = 0; week < 7; ++week) {
    deliveries(monday + std::chrono::days{7 * week} + 13h, "north", 20, 0);
  }

  pass(std::chrono::days{15});

  ASSERT_THAT(messages("hook"), SizeIs(1));
  const std::string body = messages("hook")[0].body;
  EXPECT_THAT(body, HasSubstr("\"kind\":\"integrity.flattered\""));
  EXPECT_THAT(body, HasSubstr("\"worse\":0}"));
}

}  // namespace
}  // namespace measured::daemon
