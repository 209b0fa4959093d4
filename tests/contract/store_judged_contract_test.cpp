#include <gmock/gmock.h>

#include "tests/contract/store_contract.h"

namespace measured::daemon {
namespace {

using testing::SizeIs;

class StoreJudgements : public StoreContract {};

TEST_P(StoreJudgements, KeepsFactsWithTheJudgementTheyBelongTo) {
  Store::Judged judged;
  judged.facts = {{"freshness/on_time", "fresh"}};

  ok(store->commit_judged(judged));

  EXPECT_EQ(ok(store->fact("freshness/on_time")), "fresh");
}

TEST_P(StoreJudgements, KeepsTheNewestStandingOfEachMeasureAndTeam) {
  const StandingRow first{"m", "b", "d1", "met", at(1), day(0), 1, "{}"};
  const StandingRow second{"m", "b", "d2", "missed", at(2), day(1), 2, "{\"periods\":1}"};
  ok(store->commit_judged({{first, {"m", "a", "d1", "met", at(1), day(0), 1, "{}"}}, {}, {}}));

  ok(store->commit_judged({{second}, {}, {}}));

  const auto standings = ok(store->standings());
  ASSERT_THAT(standings, SizeIs(2));
  EXPECT_EQ(standings[0].team, "a");
  EXPECT_EQ(standings[1].verdict, "missed");
  EXPECT_EQ(standings[1].definition, "d2");
  EXPECT_EQ(standings[1].window, day(1));
  EXPECT_EQ(standings[1].transition, 2);
  EXPECT_EQ(standings[1].state, "{\"periods\":1}");
}

TEST_P(StoreJudgements, KeepsTheNewestChartOfEachMeasureAndTeam) {
  Store::Judged judged;
  judged.charts = {{"m", "b", "d1", "provisional", at(1), "{}"},
                   {"m", "a", "d1", "firm", at(1), "{}"},
                   {"other", "a", "d1", "firm", at(1), "{}"}};
  ok(store->commit_judged(judged));
  judged.charts = {{"m", "b", "d2", "firm", at(2), "{\"from\":1}"}};

  ok(store->commit_judged(judged));

  const auto charts = ok(store->charts("m"));
  ASSERT_THAT(charts, SizeIs(2));
  EXPECT_EQ(charts[0].team, "a");
  EXPECT_EQ(charts[1].status, "firm");
  EXPECT_EQ(charts[1].definition, "d2");
  EXPECT_EQ(charts[1].newest_end, at(2));
  EXPECT_EQ(charts[1].state, "{\"from\":1}");
  EXPECT_THAT(ok(store->charts("")), SizeIs(3));
}

TEST_P(StoreJudgements, NumbersEventsInOrderAndWritesTheNumberIntoBodies) {
  const std::string body = R"({"sequence":"{sequence}"})";
  OutboxRow same = message("msg_b");
  same.body = body;
  OutboxRow other = message("msg_b", "mail");
  other.body = "event {sequence}, again {sequence}";

  ok(store->commit_judged(
      {{},
       {{"msg_a", 0, "t", "m", "a", at(1), body}, {"msg_b", 0, "t", "m", "b", at(1), body}},
       {same, other}}));
  ok(store->commit_judged({{}, {{"msg_c", 0, "t", "m", "c", at(1), body}}, {}}));

  const auto events = ok(store->events(0, 10));
  ASSERT_THAT(events, SizeIs(3));
  EXPECT_EQ(events[0].id, "msg_a");
  EXPECT_EQ(events[1].sequence, events[0].sequence + 1);
  EXPECT_GT(events[2].sequence, events[1].sequence);
  EXPECT_EQ(events[1].body, R"({"sequence":"00000000000000000002"})");
  const auto messages = ok(store->outbox({}));
  ASSERT_THAT(messages, SizeIs(2));
  EXPECT_EQ(messages[0].body, events[1].body);
  EXPECT_EQ(messages[1].body, "event 00000000000000000002, again 00000000000000000002");
  EXPECT_THAT(ok(store->events(events[1].sequence, 10)), SizeIs(1));
}

TEST_P(StoreJudgements, KeepsAnEventAndAMessageThatExistAlready) {
  const EventRow event{"msg_a", 0, "t", "m", "a", at(1), "first {sequence}"};
  ok(store->commit_judged({{}, {event}, {message("msg_a")}}));
  EventRow changed = event;
  changed.body = "second {sequence}";
  OutboxRow again = message("msg_a");
  again.body = "second {sequence}";
  OutboxRow elsewhere = message("msg_a", "mail");
  elsewhere.body = "mail {sequence}";

  EXPECT_EQ(ok(store->commit_judged({{}, {changed}, {again, elsewhere}})), 1);

  EXPECT_THAT(ok(store->events(0, 10)), SizeIs(1));
  const auto messages = ok(store->outbox({}));
  ASSERT_THAT(messages, SizeIs(2));
  EXPECT_EQ(messages[0].body, "body of msg_a");
  EXPECT_EQ(messages[1].body, "mail 00000000000000000001");
}

TEST_P(StoreJudgements, KeepsVerdictsThatRevisionsTurnedOver) {
  const VerdictRevisionRow first{"m", "a", "d1", day(0), "met", 0.96, "missed", 0.94, at(5)};
  const VerdictRevisionRow second{"m", "b", "d1", day(1), "no_data", std::nullopt, "met", 1, at(6)};
  Store::Judged judged;
  judged.revised_verdicts = {first, second};
  ok(store->commit_judged(judged));

  EXPECT_EQ(ok(store->revised_verdicts("m", at(5), at(7))), (std::vector{first, second}));
  EXPECT_EQ(ok(store->revised_verdicts("m", at(6), at(7))), (std::vector{second}));
  EXPECT_THAT(ok(store->revised_verdicts("n", at(0), at(9))), SizeIs(0));
}

TEST_P(StoreJudgements, RemembersWhatAReaderWasToldBefore) {
  for (std::int64_t week = 0; week < 3; ++week) {
    const std::vector<Store::Told> told = {{"weekly", "ana", at(7 * week), std::to_string(week)}};
    ok(store->commit_digest(told, {{}, {}, {message("msg_" + std::to_string(week), "mail")}}));
  }
  const std::vector<Store::Told> again = {{"weekly", "ana", at(7), "other"}};
  ok(store->commit_digest(again, {}));

  EXPECT_EQ(ok(store->last_told("weekly", "ana", at(14)))->content, "1");
  EXPECT_EQ(ok(store->last_told("weekly", "ana", at(15)))->content, "2");
  EXPECT_FALSE(ok(store->last_told("weekly", "ana", at(0))).has_value());
  EXPECT_FALSE(ok(store->last_told("weekly", "ben", at(99))).has_value());
  EXPECT_THAT(ok(store->outbox({})), SizeIs(3));
}

MEASURED_ON_EVERY_STORE(StoreJudgements);

}  // namespace
}  // namespace measured::daemon
