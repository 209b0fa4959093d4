#include <optional>

#include <gmock/gmock.h>

#include "tests/contract/store_contract.h"

namespace measured::daemon {
namespace {

using std::chrono::days;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// Everything is kept for ten days; it is day 100.
class StorePrune : public StoreContract {
 protected:
  Pruned prune(std::int64_t rows_max = 1000) {
    const Retention ten{days{10}, days{10}, days{10}, days{10}, days{10}};
    return ok(store->prune(ten, at(100), rows_max));
  }
  void end(std::int64_t number, const std::string& state) {
    ok(store->finish(std::vector<Store::Finished>{
        {number, state, at(1), {number, 1, at(1), "retry", 503, "busy"}}}));
  }
  void slot(const std::string& job, std::int64_t number, const std::string& outcome) {
    ok(store->claim_slot({job, at(number), at(number), std::nullopt, outcome, ""}));
  }
  void tell(const std::string& reader, std::int64_t number) {
    ok(store->commit_digest(std::vector<Store::Told>{{"monday", reader, at(number), "{}"}}, {}));
  }
};

TEST_P(StorePrune, TakesOldDeliveredMessagesAndNoOthers) {
  put({message("delivered"), message("dead"), message("waiting"), message("new", "hook", at(95))});
  end(1, "delivered");
  end(2, "dead");
  end(4, "delivered");

  EXPECT_EQ(prune().messages, 1);

  EXPECT_THAT(ok(store->outbox({})), SizeIs(3));
  EXPECT_THAT(ok(store->attempts(1)), IsEmpty());
}

TEST_P(StorePrune, KeepsAnEventForAsLongAsAMessageCarriesIt) {
  const auto event = [](const std::string& id) {
    return EventRow{id, 0, "t", "m", "a", at(1), "body of " + id};
  };
  ok(store->commit_judged(
      {{}, {event("told"), event("silent"), event("sent")}, {message("told"), message("sent")}}));
  end(2, "delivered");

  EXPECT_EQ(prune().events, 2);

  const auto events = ok(store->events(0, 10));
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0].id, "told");
  EXPECT_EQ(ok(store->outbox_row(1))->body, "body of told");
}

TEST_P(StorePrune, NeverGivesAnEventTheNumberOfOneThatIsGone) {
  ok(store->commit_judged({{}, {{"a", 0, "t", "m", "a", at(1), ""}}, {}}));
  prune();

  ok(store->commit_judged({{}, {{"b", 0, "t", "m", "a", at(2), ""}}, {}}));

  EXPECT_EQ(ok(store->events(0, 10)).at(0).sequence, 2);
}

TEST_P(StorePrune, KeepsTheLastSlotOfEachJobAndThoseThatRun) {
  slot("pull/a", 1, "running");
  slot("pull/a", 2, "done");
  slot("pull/a", 3, "done");
  slot("pull/gone", 1, "done");
  slot("digest", 95, "done");
  slot("digest", 96, "done");

  EXPECT_EQ(prune().slots, 1);

  EXPECT_EQ(ok(store->last_slot("pull/a")), at(3));
  EXPECT_EQ(ok(store->last_slot("pull/gone")), at(1));
  EXPECT_THAT(ok(store->slots("digest", 10)), SizeIs(2));
  EXPECT_THAT(ok(store->abandon_running(at(100))), SizeIs(1));
}

TEST_P(StorePrune, KeepsTheLastScanOfEachGroupAndWhatItBrought) {
  ScanCommit commit;
  commit.record.group = "orders";
  commit.record.measures = {"on_time"};
  commit.record.span = {at(0), at(10)};
  commit.record.ended_at = at(11);
  commit.record.unknown_teams = {{"on_time", "Z9", 4, at(1)}};
  commit.buckets = {{"on_time", "a", "d1", day(1), {1, 0, 0, 0, 0}, at(11)}};
  ok(store->commit_scan(commit));
  const std::int64_t last = ok(store->commit_scan(commit)).scan;

  EXPECT_EQ(prune().scans, 1);

  EXPECT_TRUE(ok(store->last_scan("orders")).has_value());
  EXPECT_THAT(ok(store->buckets("on_time", "d1", {at(0), at(10)})), SizeIs(1));
  EXPECT_THAT(ok(store->unknown_teams("on_time", "d1", {at(0), at(10)})), SizeIs(1));
  EXPECT_EQ(ok(store->commit_scan(commit)).scan, last + 1);
}

TEST_P(StorePrune, KeepsWhatEachReaderWasToldLast) {
  tell("ana", 1);
  tell("ana", 8);
  tell("bea", 1);

  EXPECT_EQ(prune().digests, 1);

  EXPECT_EQ(ok(store->last_told("monday", "ana", at(50)))->nominal, at(8));
  EXPECT_EQ(ok(store->last_told("monday", "bea", at(50)))->nominal, at(1));
}

TEST_P(StorePrune, TakesTheOldestFirstAndNoMoreAtATimeThanItIsTold) {
  for (std::int64_t i = 1; i <= 6; ++i) {
    slot("pull/a", i, "done");
  }

  EXPECT_EQ(prune(2).slots, 2);
  const auto left = ok(store->slots("pull/a", 10));
  ASSERT_THAT(left, SizeIs(4));
  EXPECT_EQ(left.back().nominal, at(3));
  EXPECT_EQ(prune(2).slots, 2);
  EXPECT_EQ(prune(2).slots, 1);
  EXPECT_EQ(prune(2), Pruned{});
}

MEASURED_ON_EVERY_STORE(StorePrune);

}  // namespace
}  // namespace measured::daemon
