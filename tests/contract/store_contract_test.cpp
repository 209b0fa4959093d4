// What every store must do, whatever it is kept in. What only a file can show (locks, damage, other
// programs' files) is in store_file_test.cpp.

#include <memory>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/store/store.h"
#include "tests/support/temp_folder.h"

namespace measured::daemon {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Instant at(std::int64_t day, std::int64_t hour = 0) {
  return Instant{days{20'000 + day} + hours{hour}};
}
Interval day(std::int64_t number) {
  return {at(number), at(number + 1)};
}

struct Engine {
  const char* name;
  const char* url;
};

class StoreContract : public testing::TestWithParam<Engine> {
 protected:
  StoreContract() { reopen(); }

  void reopen() {
    store.reset();
    auto opened = open_store(GetParam().url, folder.path().string(), StoreUse::daemon);
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    store = std::move(*opened);
  }
  // The value of what must have worked.
  template <class Value>
  Value ok(rules::Result<Value> result) {
    EXPECT_TRUE(result.has_value()) << (result ? "" : result.error().message);
    return result ? *result : Value{};
  }
  void ok(const rules::Result<void>& result) {
    EXPECT_TRUE(result.has_value()) << (result ? "" : result.error().message);
  }

  BucketRow bucket(const std::string& team, std::int64_t start, std::int64_t n,
                   Instant pulled_at = at(100)) {
    return {"on_time", team, "d1", day(start), {n, 0.5 * static_cast<double>(n), 1.0, 0.1, 1e300},
            pulled_at};
  }
  ScanCommit scan(std::vector<BucketRow> buckets, Interval span = {at(0), at(10)}) {
    ScanCommit commit;
    commit.record.group = "orders";
    commit.record.measures = {"on_time"};
    commit.record.span = span;
    commit.record.started_at = at(100);
    commit.record.ended_at = at(100, 1);
    commit.buckets = std::move(buckets);
    commit.watermark = span.end;
    return commit;
  }
  std::vector<BucketRow> all(std::string_view definition = "") {
    return ok(store->buckets("on_time", definition, {at(-1000), at(1000)}));
  }
  OutboxRow message(const std::string& id, const std::string& channel = "hook",
                    Instant due_at = at(0)) {
    OutboxRow row;
    row.id = id;
    row.channel = channel;
    row.content_type = "text/plain";
    row.body = "body of " + id;
    row.subject = "subject";
    row.created_at = due_at;
    row.due_at = due_at;
    return row;
  }
  void put(std::vector<OutboxRow> messages) {
    ok(store->commit_judged({{}, {}, std::move(messages)}));
  }
  std::vector<OutboxRow> claim(std::int64_t rows_max = 100, std::vector<std::string> held = {}) {
    return ok(store->claim_due(at(1), at(1, 1), rows_max, held));
  }
  Store::Finished finished(std::int64_t number, const std::string& state, int attempt = 1) {
    return {number, state, at(2), {number, attempt, at(1), "retry", 503, "busy"}};
  }

  tests::TempFolder folder;
  std::unique_ptr<Store> store;
};

// --- buckets

TEST_P(StoreContract, GivesBucketsBackAsTheyCame) {
  const std::vector<BucketRow> rows = {bucket("a", 0, 1), bucket("a", 1, 2), bucket("b", 0, 3)};

  const Store::Committed committed = ok(store->commit_scan(scan({rows[2], rows[0], rows[1]})));

  EXPECT_EQ(committed.changed, 3);
  EXPECT_THAT(committed.revisions, IsEmpty());
  EXPECT_EQ(all(), rows);
  EXPECT_EQ(ok(store->pull_state("on_time", "d1")).watermark, at(10));
}

TEST_P(StoreContract, FindsBucketsThatOverlapTheSpanAndNoOthers) {
  ok(store->commit_scan(scan({bucket("a", 0, 1), bucket("a", 1, 2), bucket("a", 2, 3)})));

  const auto found = ok(store->buckets("on_time", "d1", {at(0, 23), at(1, 1)}));

  EXPECT_THAT(found, ElementsAre(bucket("a", 0, 1), bucket("a", 1, 2)));
  EXPECT_THAT(ok(store->buckets("on_time", "d1", {at(1), at(2)})), ElementsAre(bucket("a", 1, 2)));
  EXPECT_THAT(ok(store->buckets("on_time", "other", {at(0), at(9)})), IsEmpty());
  EXPECT_THAT(ok(store->buckets("unheard_of", "", {at(0), at(9)})), IsEmpty());
}

TEST_P(StoreContract, FindsAFiscalYearThatBeganLongBeforeTheSpan) {
  BucketRow year = bucket("a", 0, 1);
  year.span = {at(0), at(371)};
  ok(store->commit_scan(scan({year})));

  EXPECT_THAT(ok(store->buckets("on_time", "", day(370))), ElementsAre(year));
}

TEST_P(StoreContract, KeepsWhatWasSaidBeforeWhenAClosedBucketDiffers) {
  ok(store->commit_scan(scan({bucket("a", 0, 1), bucket("a", 1, 2)})));
  const BucketRow now = bucket("a", 1, 5, at(101));

  const auto committed = ok(store->commit_scan(scan({bucket("a", 0, 1, at(101)), now})));

  EXPECT_EQ(committed.changed, 1);
  ASSERT_THAT(committed.revisions, SizeIs(1));
  EXPECT_EQ(committed.revisions[0].before, bucket("a", 1, 2));
  EXPECT_EQ(committed.revisions[0].after, now);
  EXPECT_THAT(all(), ElementsAre(bucket("a", 0, 1, at(101)), now));
  EXPECT_THAT(ok(store->revisions("on_time", at(101), at(102))), SizeIs(1));
  EXPECT_EQ(ok(store->revisions("on_time", at(101), at(102)))[0].before, bucket("a", 1, 2));
  EXPECT_THAT(ok(store->revisions("on_time", at(102), at(103))), IsEmpty());
}

TEST_P(StoreContract, LetsAnOpenBucketGrowWithoutCallingItRevised) {
  ok(store->commit_scan(scan({bucket("a", 5, 1, at(5, 12))})));

  const auto committed = ok(store->commit_scan(scan({bucket("a", 5, 2, at(5, 13))})));

  EXPECT_EQ(committed.changed, 1);
  EXPECT_THAT(committed.revisions, IsEmpty());
}

TEST_P(StoreContract, RemovesBucketsThatTheSourceNoLongerHas) {
  ok(store->commit_scan(
      scan({bucket("a", 0, 1), bucket("b", 0, 2), bucket("b", 20, 3)}, {at(0), at(30)})));

  const auto committed = ok(store->commit_scan(scan({bucket("a", 0, 1)})));

  EXPECT_THAT(all(), ElementsAre(bucket("a", 0, 1), bucket("b", 20, 3)));
  ASSERT_THAT(committed.revisions, SizeIs(1));
  EXPECT_EQ(committed.revisions[0].before, bucket("b", 0, 2));
  EXPECT_EQ(committed.revisions[0].after.tally, Tally{});
}

TEST_P(StoreContract, RemovesTheLastBucketsOfAMeasureThatCountsNothingAnyMore) {
  ok(store->commit_scan(scan({bucket("a", 0, 1)})));

  ok(store->commit_scan(scan({})));

  EXPECT_THAT(all(), IsEmpty());
}

TEST_P(StoreContract, KeepsTheSeriesOfAnOldDefinition) {
  ok(store->commit_scan(scan({bucket("a", 0, 1)})));
  BucketRow redefined = bucket("a", 0, 9);
  redefined.definition = "d2";

  const auto committed = ok(store->commit_scan(scan({redefined})));

  EXPECT_THAT(committed.revisions, IsEmpty());
  EXPECT_THAT(all("d1"), ElementsAre(bucket("a", 0, 1)));
  EXPECT_THAT(all("d2"), ElementsAre(redefined));
  EXPECT_THAT(all(), SizeIs(2));
}

TEST_P(StoreContract, LeavesTheOldSeriesAloneWhenANewDefinitionCountsNothing) {
  ok(store->commit_scan(scan({bucket("a", 0, 1)})));
  ScanCommit empty = scan({});
  empty.record.definitions = {"d2"};

  ok(store->commit_scan(empty));

  EXPECT_THAT(all(), ElementsAre(bucket("a", 0, 1)));
}

TEST_P(StoreContract, ChangesNothingForTheSameScanTwice) {
  const ScanCommit same = scan({bucket("a", 0, 1), bucket("b", 3, 2)});
  ok(store->commit_scan(same));

  const auto again = ok(store->commit_scan(same));

  EXPECT_EQ(again.changed, 0);
  EXPECT_THAT(again.revisions, IsEmpty());
  EXPECT_THAT(all(), SizeIs(2));
}

TEST_P(StoreContract, KeepsBucketsAndWatermarkWhenAScanFails) {
  ok(store->commit_scan(scan({bucket("a", 0, 1)})));
  ScanCommit failed = scan({}, {at(0), at(20)});
  failed.record.error = "column 'shiped_at' does not exist";

  ok(store->commit_scan(failed));

  EXPECT_THAT(all(), ElementsAre(bucket("a", 0, 1)));
  EXPECT_EQ(ok(store->pull_state("on_time", "d1")).watermark, at(10));
  EXPECT_EQ(ok(store->last_scan("orders"))->error, failed.record.error);
}

TEST_P(StoreContract, RefusesAScanThatContradictsItself) {
  EXPECT_FALSE(store->commit_scan(scan({bucket("a", 50, 1)})).has_value());
  EXPECT_FALSE(store->commit_scan(scan({bucket("a", 0, 1), bucket("a", 0, 2)})).has_value());
  BucketRow other = bucket("a", 0, 1);
  other.measure = "other";
  EXPECT_FALSE(store->commit_scan(scan({other})).has_value());

  EXPECT_THAT(all(), IsEmpty());
  EXPECT_EQ(ok(store->last_scan("orders")), std::nullopt);
  // A team first met in a refused scan can be stored by the next.
  ok(store->commit_scan(scan({bucket("a", 0, 1)})));
  EXPECT_THAT(all(), SizeIs(1));
}

TEST_P(StoreContract, RemembersTheLastScanWhole) {
  ScanCommit commit = scan({});
  commit.record.rows_skipped = 3;
  commit.record.notes = {"row 7: no \"date\"", "row 9"};
  commit.record.unknown_teams = {{"on_time", "Z9", 4}, {"on_time", std::nullopt, 1}};
  ok(store->commit_scan(scan({})));
  ok(store->commit_scan(commit));

  const auto last = ok(store->last_scan("orders"));

  ASSERT_TRUE(last.has_value());
  EXPECT_EQ(last->measures, commit.record.measures);
  EXPECT_EQ(last->span, commit.record.span);
  EXPECT_EQ(last->started_at, at(100));
  EXPECT_EQ(last->rows_skipped, 3);
  EXPECT_EQ(last->notes, commit.record.notes);
  ASSERT_THAT(last->unknown_teams, SizeIs(2));
  EXPECT_EQ(last->unknown_teams[0].value, "Z9");
  EXPECT_EQ(last->unknown_teams[1].value, std::nullopt);
  EXPECT_EQ(ok(store->last_scan("other")), std::nullopt);
  EXPECT_EQ(ok(store->pull_state("other", "d1")), PullState{});
}

TEST_P(StoreContract, KnowsHowFarThePullsOfADefinitionHaveCome) {
  ScanCommit good = scan({bucket("a", 0, 1)});
  ScanCommit later = scan({}, {at(5), at(10)});
  later.record.started_at = at(101);
  later.watermark = at(7);
  ScanCommit failed = scan({});
  failed.record.definitions = {"d1"};
  failed.record.error = "connection refused";
  failed.record.started_at = at(102);

  ok(store->commit_scan(good));
  ok(store->commit_scan(later));
  ok(store->commit_scan(failed));

  EXPECT_EQ(ok(store->pull_state("on_time", "d1")), (PullState{at(10), at(0), at(101), at(102)}));
  EXPECT_EQ(ok(store->pull_state("on_time", "d2")), PullState{});
}

TEST_P(StoreContract, ForgetsAFailureWithTheNextScanThatWorks) {
  ScanCommit failed = scan({});
  failed.record.definitions = {"d1"};
  failed.record.error = "connection refused";

  ok(store->commit_scan(failed));
  ok(store->commit_scan(scan({bucket("a", 0, 1)})));

  EXPECT_EQ(ok(store->pull_state("on_time", "d1")).failed_at, std::nullopt);
}

TEST_P(StoreContract, SendsWaitingMessagesSoonerAndLeavesOthersAlone) {
  Store::Judged judged;
  judged.messages = {message("a"), message("b")};
  judged.messages[0].due_at = at(50);
  judged.messages[1].due_at = at(50);
  ok(store->commit_judged(judged));

  EXPECT_EQ(ok(store->retry_now(std::vector<std::int64_t>{1, 99}, at(1))), 1);

  const auto due = claim();
  ASSERT_THAT(due, SizeIs(1));
  EXPECT_EQ(due[0].id, "a");
}

TEST_P(StoreContract, KeepsFactsWithTheJudgementTheyBelongTo) {
  Store::Judged judged;
  judged.facts = {{"freshness/on_time", "fresh"}};

  ok(store->commit_judged(judged));

  EXPECT_EQ(ok(store->fact("freshness/on_time")), "fresh");
}

// --- slots

TEST_P(StoreContract, GivesASlotToOneClaimOnly) {
  const SlotRow slot{"pull/orders", at(1), at(1, 1), std::nullopt, "running", ""};

  EXPECT_TRUE(ok(store->claim_slot(slot)));
  EXPECT_FALSE(ok(store->claim_slot(slot)));

  EXPECT_EQ(ok(store->last_slot("pull/orders")), at(1));
  EXPECT_EQ(ok(store->last_slot("pull/other")), std::nullopt);
}

TEST_P(StoreContract, ListsSlotsNewestFirstWithTheirOutcomes) {
  for (std::int64_t i = 0; i < 3; ++i) {
    ok(store->claim_slot({"b", at(i), at(i), std::nullopt, "running", ""}));
    ok(store->finish_slot({"b", at(i), at(i), at(i, 1), "done", "12 rows"}));
  }
  ok(store->claim_slot({"a", at(2), at(3), at(3), "skipped", "older than 7 days"}));

  const auto all_jobs = ok(store->slots("", 3));

  ASSERT_THAT(all_jobs, SizeIs(3));
  EXPECT_EQ(all_jobs[0].job, "a");
  EXPECT_EQ(all_jobs[0].outcome, "skipped");
  EXPECT_EQ(all_jobs[1].nominal, at(2));
  EXPECT_EQ(all_jobs[1].ended_at, at(2, 1));
  EXPECT_EQ(all_jobs[1].detail, "12 rows");
  EXPECT_EQ(all_jobs[2].nominal, at(1));
  EXPECT_THAT(ok(store->slots("b", 100)), SizeIs(3));
}

TEST_P(StoreContract, RefusesToFinishASlotThatWasNeverClaimed) {
  const auto result = store->finish_slot({"b", at(1), at(1), at(1), "done", ""});

  ASSERT_FALSE(result.has_value());
  EXPECT_THAT(result.error().message, testing::HasSubstr("never claimed"));
}

TEST_P(StoreContract, MarksRunsThatAKillCutShort) {
  ok(store->claim_slot({"a", at(1), at(1), std::nullopt, "running", ""}));
  ok(store->claim_slot({"b", at(1), at(1), at(1), "done", ""}));

  const auto abandoned = ok(store->abandon_running(at(5)));

  ASSERT_THAT(abandoned, SizeIs(1));
  EXPECT_EQ(abandoned[0].job, "a");
  EXPECT_EQ(ok(store->slots("a", 1))[0].outcome, "failed");
  EXPECT_EQ(ok(store->slots("a", 1))[0].ended_at, at(5));
  EXPECT_THAT(ok(store->abandon_running(at(6))), IsEmpty());
}

// --- judgements

TEST_P(StoreContract, KeepsTheNewestStandingOfEachMeasureAndTeam) {
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

TEST_P(StoreContract, NumbersEventsInOrderAndWritesTheNumberIntoBodies) {
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

TEST_P(StoreContract, KeepsAnEventAndAMessageThatExistAlready) {
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

TEST_P(StoreContract, KeepsBytesThatAreNoText) {
  OutboxRow odd = message("msg_a");
  odd.body = std::string("a\0b\xFF\r\n", 6);
  put({odd});

  EXPECT_EQ(claim()[0].body, odd.body);
}

TEST_P(StoreContract, RemembersWhatAReaderWasToldBefore) {
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

// --- outbox

TEST_P(StoreContract, ClaimsDueMessagesOldestFirstAndOnce) {
  put({message("late", "hook", at(0, 2)), message("early", "hook", at(0, 1)),
       message("future", "hook", at(1, 1))});

  const auto claimed = claim();

  ASSERT_THAT(claimed, SizeIs(2));
  EXPECT_EQ(claimed[0].id, "early");
  EXPECT_EQ(claimed[1].id, "late");
  EXPECT_THAT(claim(), IsEmpty());
  EXPECT_EQ(ok(store->outbox_row(claimed[0].number))->state, "claimed");
}

TEST_P(StoreContract, FreesAClaimWhoseTimeHasPassed) {
  put({message("a")});
  claim();

  EXPECT_THAT(ok(store->claim_due(at(1, 0) + seconds{3599}, at(9), 10, {})), IsEmpty());
  EXPECT_THAT(ok(store->claim_due(at(1, 1), at(9), 10, {})), SizeIs(1));
}

TEST_P(StoreContract, LetsChannelsTakeTurns) {
  std::vector<OutboxRow> flood;
  for (int i = 0; i < 20; ++i) {
    flood.push_back(message("flood" + std::to_string(i), "loud"));
  }
  flood.push_back(message("one", "quiet", at(0, 5)));
  put(flood);

  const auto claimed = claim(4);

  ASSERT_THAT(claimed, SizeIs(4));
  EXPECT_EQ(claimed[0].id, "flood0");
  EXPECT_EQ(claimed[1].id, "one");
  EXPECT_EQ(claimed[3].id, "flood2");
}

TEST_P(StoreContract, LeavesHeldChannelsAlone) {
  put({message("a", "hook"), message("b", "mail")});

  EXPECT_EQ(ok(store->next_due(std::vector<std::string>{"hook", "mail"})), std::nullopt);
  const auto claimed = claim(10, {"hook"});

  ASSERT_THAT(claimed, SizeIs(1));
  EXPECT_EQ(claimed[0].id, "b");
  EXPECT_EQ(ok(store->next_due()), at(0));
}

TEST_P(StoreContract, RecordsAttemptsAndTheNextDueTime) {
  put({message("a")});
  const std::int64_t number = claim()[0].number;

  ok(store->finish(std::vector{finished(number, "pending")}));

  auto row = ok(store->outbox_row(number));
  EXPECT_EQ(row->state, "pending");
  EXPECT_EQ(row->attempts, 1);
  EXPECT_EQ(row->last_error, "busy");
  EXPECT_EQ(row->due_at, at(2));
  EXPECT_EQ(ok(store->next_due()), at(2));
  const auto attempts = ok(store->attempts(number));
  ASSERT_THAT(attempts, SizeIs(1));
  EXPECT_EQ(attempts[0].status, 503);
  EXPECT_EQ(attempts[0].result, "retry");

  ok(store->finish(std::vector{finished(number, "delivered", 2)}));
  row = ok(store->outbox_row(number));
  EXPECT_EQ(row->state, "delivered");
  EXPECT_EQ(row->last_error, "");
  EXPECT_EQ(ok(store->next_due()), std::nullopt);
}

TEST_P(StoreContract, CountsNoAttemptWhereNothingWasSent) {
  put({message("a")});
  const std::int64_t number = claim()[0].number;

  ok(store->finish(std::vector{finished(number, "pending", 0)}));

  EXPECT_EQ(ok(store->outbox_row(number))->attempts, 0);
  EXPECT_EQ(ok(store->outbox_row(number))->last_error, "busy");
  EXPECT_THAT(ok(store->attempts(number)), IsEmpty());
}

TEST_P(StoreContract, NeverReopensWhatIsDelivered) {
  put({message("a")});
  const std::int64_t number = claim()[0].number;
  ok(store->finish(std::vector{finished(number, "delivered")}));

  ok(store->finish(std::vector{finished(number, "pending", 2)}));

  EXPECT_EQ(ok(store->outbox_row(number))->state, "delivered");
  EXPECT_EQ(ok(store->replay(std::vector{number}, at(5))), 0);
}

TEST_P(StoreContract, WritesNoticesWithTheResultsTheyAreAbout) {
  put({message("a")});
  const std::int64_t number = claim()[0].number;

  ok(store->finish(std::vector{finished(number, "dead")}, {{}, {}, {message("notice", "ops")}}));

  EXPECT_THAT(ok(store->outbox({"pending", "ops", 10})), SizeIs(1));
}

TEST_P(StoreContract, ReplaysDeadMessagesUnderTheirOwnIds) {
  OutboxRow digest = message("a");
  digest.expires_at = at(0, 5);
  put({digest, message("b")});
  const auto claimed = claim();
  ok(store->finish(std::vector{finished(claimed[0].number, "dead", 10)}));

  EXPECT_EQ(ok(store->replay(std::vector{claimed[0].number, claimed[1].number, std::int64_t{999}},
                             at(1))),
            1);

  const auto again = claim();
  ASSERT_THAT(again, SizeIs(1));
  EXPECT_EQ(again[0].id, "a");
  EXPECT_EQ(again[0].body, digest.body);
  EXPECT_EQ(again[0].attempts, 0);
  EXPECT_EQ(again[0].expires_at, std::nullopt);
}

TEST_P(StoreContract, CountsAndFindsMessagesByStateAndChannel) {
  put({message("a", "hook", at(0, 3)), message("b", "hook", at(0, 2)),
       message("c", "mail", at(0, 4)), message("d", "hook", at(5))});
  const auto claimed = claim();
  ok(store->finish(
      std::vector{finished(claimed[0].number, "delivered"), finished(claimed[1].number, "dead")}));

  const Store::Counts every = ok(store->counts(""));

  EXPECT_EQ(every.pending, 1);
  EXPECT_EQ(every.claimed, 1);
  EXPECT_EQ(every.delivered, 1);
  EXPECT_EQ(every.dead, 1);
  EXPECT_EQ(every.oldest_pending, at(5));
  EXPECT_EQ(ok(store->counts("mail")).pending, 0);
  EXPECT_EQ(ok(store->counts("mail")).oldest_pending, std::nullopt);
  EXPECT_THAT(ok(store->outbox({"dead", "", 10})), SizeIs(1));
  EXPECT_THAT(ok(store->outbox({"", "hook", 10})), SizeIs(3));
  EXPECT_THAT(ok(store->outbox({"", "", 2})), SizeIs(2));
}

TEST_P(StoreContract, PrunesOldDeliveredMessagesAndKeepsDeadOnes) {
  put({message("a"), message("b"), message("c"), message("new", "hook", at(0, 20))});
  const auto claimed = claim();
  ok(store->finish(std::vector{
      finished(claimed[0].number, "delivered"), finished(claimed[1].number, "dead"),
      finished(claimed[2].number, "pending"), finished(claimed[3].number, "delivered")}));

  EXPECT_EQ(ok(store->prune(at(0, 10))), 1);

  EXPECT_THAT(ok(store->outbox({})), SizeIs(3));
  EXPECT_THAT(ok(store->attempts(claimed[0].number)), IsEmpty());
}

TEST_P(StoreContract, RemembersTheStateOfChannels) {
  ok(store->set_channel_state("mail", "held", "535 wrong password", at(1)));
  ok(store->set_channel_state("hook", "disabled", "410 gone", at(2)));
  ok(store->set_channel_state("mail", "ok", "", at(3)));

  const auto states = ok(store->channel_states());

  ASSERT_THAT(states, SizeIs(2));
  EXPECT_EQ(states[0].channel, "hook");
  EXPECT_EQ(states[0].reason, "410 gone");
  EXPECT_EQ(states[1].state, "ok");
  EXPECT_EQ(states[1].at, at(3));
}

// --- ledger and facts

TEST_P(StoreContract, ChainsTheLedger) {
  const std::vector<LedgerRow> rows = {{0, at(1), "target", "m", "{\"after\":0.95}", "ana", ""},
                                       {0, at(1), "definition", "n", "{}", "ben", ""}};
  ok(store->append_ledger(rows));
  ok(store->append_ledger(rows));

  const auto ledger = ok(store->ledger("", ""));

  ASSERT_THAT(ledger, SizeIs(4));
  EXPECT_EQ(ledger[3].number, 4);
  EXPECT_EQ(ledger[2].body, rows[0].body);
  EXPECT_THAT(ledger[0].hash, SizeIs(64));
  EXPECT_NE(ledger[0].hash, ledger[2].hash);
  EXPECT_THAT(ok(store->ledger("target", "")), SizeIs(2));
  EXPECT_THAT(ok(store->ledger("", "n")), SizeIs(2));
  EXPECT_THAT(ok(store->ledger("target", "n")), IsEmpty());
  ok(store->verify_ledger());
}

TEST_P(StoreContract, KeepsSmallFacts) {
  EXPECT_EQ(ok(store->fact("instance")), std::nullopt);

  ok(store->set_fact("instance", "i1"));
  ok(store->set_fact("instance", "i2"));
  ok(store->set_fact("empty", ""));

  EXPECT_EQ(ok(store->fact("instance")), "i2");
  EXPECT_EQ(ok(store->fact("empty")), "");
}

INSTANTIATE_TEST_SUITE_P(Engines, StoreContract,
                         testing::Values(Engine{"file", "sqlite:measured.db"},
                                         Engine{"memory", "sqlite::memory:"}),
                         [](const auto& parameter) { return parameter.param.name; });

}  // namespace
}  // namespace measured::daemon
