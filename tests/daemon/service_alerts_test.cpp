// What alerts send and what they only record: sources that are away, silences.
#include "daemon/work/declared_silences.h"
#include "tests/daemon/service_world.h"

namespace measured::daemon {
namespace {

class ServiceAlertsTest : public ServiceTest {
 protected:
  std::vector<std::string> events() {
    std::vector<std::string> bodies;
    const std::vector<EventRow> rows = store->events(0, 1000).value();
    for (const EventRow& row : rows) {
      bodies.push_back(row.body);
    }
    return bodies;
  }
};

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// The rules of two measures of one source, told of its failures.
std::string told_of_failures() {
  std::string text = with_another_measure();
  const std::string on = "on: [target.missed, data.stale]";
  return text.replace(text.find(on), on.size(), "on: [source.failed]");
}

TEST_F(ServiceAlertsTest, OneMessageTellsThatASourceIsAwayForAllThatReadFromItAndOneItsEnd) {
  take(told_of_failures());
  pass(24h);
  shop.failure = "connection refused";

  pass(24h);

  ASSERT_THAT(messages("hook"), SizeIs(1));
  EXPECT_THAT(messages("hook")[0].body, AllOf(HasSubstr("\"subject\":\"measure/on_time\""),
                                              HasSubstr("\"subjects\":[\"measure/returns\"]")));
  EXPECT_THAT(events(),
              ElementsAre(HasSubstr("\"folds\""), HasSubstr("\"folded_into\":\"source/shop\"")));
  shop.failure.clear();
  pass(24h);
  EXPECT_THAT(messages("hook"), SizeIs(2));
  EXPECT_THAT(events(), SizeIs(4));
}

TEST_F(ServiceAlertsTest, ARestartBetweenTellsNoSecondMessageOfTheSameSource) {
  take(told_of_failures());
  pass(24h);
  shop.failure = "connection refused";
  pass(4h + 30min);
  ASSERT_THAT(messages("hook"), SizeIs(1));

  service->stop({});
  settle();
  start();
  take(told_of_failures());
  pass(24h);

  EXPECT_THAT(messages("hook"), SizeIs(1));
}

TEST_F(ServiceAlertsTest, ASilenceIsInTheLedgerAndKeepsTheEventBack) {
  take(std::string(rules_text) +
       "silences:\n  strike: {teams: [north], from: 2026-11-01, until: 2026-12-01, reason: The "
       "carrier is on strike, by: J. Weber}\n");
  deliveries(monday + 12h, "north", 5, 15);

  pass(std::chrono::days{9});

  EXPECT_THAT(messages("hook"), IsEmpty());
  EXPECT_THAT(store->fact(silenced_fact("strike")).value(), "1");
  EXPECT_THAT(events(), ElementsAre(HasSubstr("\"silenced\":{\"by\":\"strike\"")));
  const std::vector<LedgerRow> rows = store->ledger("silence", "").value();
  ASSERT_THAT(rows, SizeIs(1));
  EXPECT_EQ(rows[0].author, "J. Weber");
  EXPECT_THAT(rows[0].body, HasSubstr("The carrier is on strike"));

  take(rules_text);
  ASSERT_THAT(store->ledger("silence", "").value(), SizeIs(2));
  EXPECT_THAT(store->ledger("silence", "").value()[1].body, HasSubstr("\"after\":null"));
}

TEST_F(ServiceAlertsTest, ASilenceThatACommandDeclaredHoldsUntilItIsEnded) {
  take(rules_text);
  rules::Silence strike;
  strike.id = "strike";
  strike.teams = {"north"};
  strike.span = {monday, monday + std::chrono::days{60}};
  strike.reason = "The carrier is on strike";
  LedgerRow row = silence_row(strike, now(), "ana");
  ASSERT_TRUE(store->append_ledger({&row, 1}));
  deliveries(monday + 12h, "north", 5, 15);
  deliveries(monday + std::chrono::days{7} + 12h, "north", 200, 0);
  deliveries(monday + std::chrono::days{14} + 12h, "north", 5, 15);

  pass(std::chrono::days{9});

  EXPECT_THAT(messages("hook"), IsEmpty());
  EXPECT_THAT(events(), ElementsAre(AllOf(HasSubstr("\"silenced\":{\"by\":\"strike\""),
                                          HasSubstr("The carrier is on strike"))));
  row = silence_end_row("strike", "settled", now(), "ana");
  ASSERT_TRUE(store->append_ledger({&row, 1}));

  pass(std::chrono::days{14});

  EXPECT_THAT(messages("hook"), SizeIs(2));  // that it was over, and the next miss
  EXPECT_TRUE(store->verify_ledger());
}

}  // namespace
}  // namespace measured::daemon
