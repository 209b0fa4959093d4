// The cases behind a miss: read when the digest is made, and never a reason for it not to come.
#include "daemon/cli/mail_text.h"
#include "tests/daemon/service_world.h"

namespace measured::daemon {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class ServiceCases : public ServiceTest {
 protected:
  ServiceCases() {
    rules_with_rows = rules_text;
    rules_with_rows.insert(rules_with_rows.find("    guardrail_waived"),
                           "    rows: {show: {order: id}, limit: 2}\n");
    deliveries(monday - 6 * 24h, "north", 5, 15);
    deliveries(monday - 6 * 24h, "south", 20, 0);
  }
  std::string mail_of(const std::string& manager) {
    for (const OutboxRow& row : messages("mail")) {
      if (row.recipient == manager) {
        return text_of_mail(row.body);
      }
    }
    return "";
  }
  std::string rules_with_rows;
};

TEST_F(ServiceCases, OfAMissAreInTheMailAndNowhereElse) {
  take(rules_with_rows);
  pass(std::chrono::days{3});

  EXPECT_THAT(mail_of("ana@example.com"), HasSubstr("On time at North hub: 15 cases, 2 shown"));
  EXPECT_THAT(mail_of("ana@example.com"), HasSubstr("order late at north"));
  EXPECT_THAT(mail_of("bea@example.com"), Not(HasSubstr("cases")));
  const auto told = store->last_told("monday", "ana@example.com", now() + 1h).value();
  ASSERT_TRUE(told);
  EXPECT_THAT(told->content, HasSubstr("15 cases, 2 shown"));
  EXPECT_THAT(told->content, Not(HasSubstr("late at north")));
}

TEST_F(ServiceCases, AreAskedForOnceAndOnlyOfTheTeamsAndTheWindowThatMissed) {
  take(rules_with_rows);
  pass(std::chrono::days{3});

  ASSERT_THAT(shop.asked_for_cases, SizeIs(1));
  EXPECT_THAT(shop.asked_for_cases[0].teams, ElementsAre("north"));
  EXPECT_THAT(shop.asked_for_cases[0].scan.edges, ElementsAre(monday - 7 * 24h, monday));
}

TEST_F(ServiceCases, ThatTheSourceDoesNotGiveCostTheDigestNothingElse) {
  shop.keeps_cases = "the database is down";
  take(rules_with_rows);
  pass(std::chrono::days{3});

  EXPECT_THAT(mail_of("ana@example.com"),
              HasSubstr("On time at North hub: the cases could not be read"));
  EXPECT_THAT(mail_of("ana@example.com"), Not(HasSubstr("database")));
  EXPECT_THAT(outcomes("digest/"), ElementsAre("done"));
  EXPECT_EQ(times_logged("event=cases_not_read"), 1);
  EXPECT_THAT(logged, HasSubstr("the database is down"));
}

TEST_F(ServiceCases, AreNotAskedForWhereTheDigestHidesThem) {
  rules_with_rows.insert(rules_with_rows.find("send: [mail]"), "hide: rows, ");
  take(rules_with_rows);
  pass(std::chrono::days{3});

  EXPECT_THAT(messages("mail"), SizeIs(2));
  EXPECT_THAT(shop.asked_for_cases, IsEmpty());
}

}  // namespace
}  // namespace measured::daemon
