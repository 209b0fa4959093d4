#include <gmock/gmock.h>

#include "tests/contract/store_contract.h"

namespace measured::daemon {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;

class StoreActs : public StoreContract {
 protected:
  void stand(const std::string& verdict, Instant since, const std::string& definition = "d1",
             const std::string& team = "north") {
    StandingRow row;
    row.measure = "on_time";
    row.team = team;
    row.definition = definition;
    row.verdict = verdict;
    row.since = since;
    row.state = "{}";
    ok(store->commit_judged({{row}, {}, {}}));
  }

  AcknowledgementRow acknowledgement(const std::string& link = "") {
    AcknowledgementRow row;
    row.miss = ok(store->open_misses("on_time", "north")).at(0).number;
    row.measure = "on_time";
    row.team = "north";
    row.note = "the carrier is on strike";
    row.action = "second carrier from Monday";
    row.until = at(30);
    row.window = {at(1), at(8)};
    row.value = 0.9;
    row.goal = 0.95;
    row.sure = true;
    row.author = "Ana";
    row.at = at(9);
    row.link = link;
    return row;
  }

  AnnotationRow annotation(const std::string& team, std::int64_t on, const std::string& link = "") {
    return {0, "on_time", team, day(on), "strike", "Ana", at(9), link, std::nullopt};
  }

  static LedgerRow entry(const std::string& kind) {
    return {0, at(9), kind, "on_time", "{}", "Ana", ""};
  }
};

TEST_P(StoreActs, AMissLastsFromTheVerdictThatBeganItToTheOneThatMeetsTheTarget) {
  stand("missed", at(1));
  stand("missed", at(1));
  stand("too_few", at(2));
  stand("missed", at(3));

  const auto open = ok(store->open_misses("", ""));
  ASSERT_THAT(open, SizeIs(1));
  EXPECT_EQ(open[0].verdict, "missed");
  EXPECT_EQ(open[0].began_at, at(1));

  stand("met", at(4));
  EXPECT_THAT(ok(store->open_misses("", "")), IsEmpty());

  stand("missed", at(5));
  EXPECT_EQ(ok(store->open_misses("on_time", "north")).at(0).began_at, at(5));
}

TEST_P(StoreActs, ABrokenGuardrailAndANewDefinitionAreOtherMisses) {
  stand("missed", at(1));
  const std::int64_t first = ok(store->open_misses("", "")).at(0).number;
  stand("guardrail_broken", at(2));
  const std::int64_t second = ok(store->open_misses("", "")).at(0).number;
  stand("guardrail_broken", at(3), "d2");
  const std::int64_t third = ok(store->open_misses("", "")).at(0).number;

  EXPECT_NE(first, second);
  EXPECT_NE(second, third);
  EXPECT_THAT(ok(store->open_misses("", "")), SizeIs(1));
}

TEST_P(StoreActs, AnAcknowledgementStandsInTheLedger) {
  stand("missed", at(1));

  EXPECT_TRUE(ok(store->acknowledge(acknowledgement(), entry("acknowledgement"))));

  AcknowledgementRow expected = acknowledgement();
  expected.number = 1;
  EXPECT_THAT(ok(store->acknowledgements("on_time")), ElementsAre(expected));
  EXPECT_THAT(ok(store->ledger("acknowledgement", "on_time")), SizeIs(1));
  ok(store->verify_ledger());
}

TEST_P(StoreActs, ALinkActsOnce) {
  stand("missed", at(1));

  EXPECT_TRUE(ok(store->acknowledge(acknowledgement("l1"), entry("acknowledgement"))));
  EXPECT_FALSE(ok(store->acknowledge(acknowledgement("l1"), entry("acknowledgement"))));
  EXPECT_TRUE(ok(store->acknowledge(acknowledgement("l2"), entry("acknowledgement"))));
  EXPECT_TRUE(ok(store->acknowledge(acknowledgement(), entry("acknowledgement"))));
  EXPECT_TRUE(ok(store->acknowledge(acknowledgement(), entry("acknowledgement"))));
  EXPECT_TRUE(ok(store->annotate(annotation("north", 1, "l1"), entry("annotation"))));
  EXPECT_FALSE(ok(store->annotate(annotation("north", 2, "l1"), entry("annotation"))));

  EXPECT_THAT(ok(store->acknowledgements("")), SizeIs(4));
  EXPECT_THAT(ok(store->annotations("", "")), SizeIs(1));
  EXPECT_THAT(ok(store->ledger("", "on_time")), SizeIs(5));
}

TEST_P(StoreActs, WhatIsWithdrawnStaysInTheRecord) {
  stand("missed", at(1));
  ok(store->acknowledge(acknowledgement(), entry("acknowledgement")));
  const std::int64_t miss = ok(store->open_misses("", "")).at(0).number;

  EXPECT_EQ(ok(store->withdraw_acknowledgements(miss, at(10), entry("acknowledgement"))), 1);
  EXPECT_EQ(ok(store->withdraw_acknowledgements(miss, at(11), entry("acknowledgement"))), 0);

  EXPECT_EQ(ok(store->acknowledgements("")).at(0).withdrawn_at, at(10));
  EXPECT_THAT(ok(store->ledger("acknowledgement", "")), SizeIs(2));
}

TEST_P(StoreActs, AnnotationsComeByPeriodWithThoseOfEveryTeam) {
  ok(store->annotate(annotation("north", 5), entry("annotation")));
  ok(store->annotate(annotation("", 3), entry("annotation")));
  ok(store->annotate(annotation("south", 4), entry("annotation")));

  const auto north = ok(store->annotations("on_time", "north"));

  ASSERT_THAT(north, SizeIs(2));
  EXPECT_EQ(north[0].period, day(3));
  EXPECT_EQ(north[0].team, "");
  EXPECT_EQ(north[1].team, "north");
  EXPECT_THAT(ok(store->annotations("other", "")), IsEmpty());

  EXPECT_TRUE(ok(store->withdraw_annotation(north[0].number, at(10), entry("annotation"))));
  EXPECT_FALSE(ok(store->withdraw_annotation(north[0].number, at(10), entry("annotation"))));
  EXPECT_THAT(ok(store->annotations("on_time", "north")), SizeIs(1));
}

TEST_P(StoreActs, KeepsWhatAReaderWantedLast) {
  ok(store->subscribe({"monday", "ana@b.org", "paused", "", at(20), "ana@b.org", at(1)}));
  ok(store->subscribe({"monday", "ana@b.org", "active", "monthly", std::nullopt, "ops", at(2)}));
  ok(store->subscribe({"friday", "ben@b.org", "unsubscribed", "", std::nullopt, "", at(3)}));

  const auto monday = ok(store->subscriptions("monday"));

  ASSERT_THAT(monday, SizeIs(1));
  EXPECT_EQ(monday[0].frequency, "monthly");
  EXPECT_EQ(monday[0].until, std::nullopt);
  EXPECT_THAT(ok(store->subscriptions("")), SizeIs(2));
}

MEASURED_ON_EVERY_STORE(StoreActs);

}  // namespace
}  // namespace measured::daemon
