#include <optional>

#include <gmock/gmock.h>

#include "tests/contract/store_contract.h"

namespace measured::daemon {
namespace {

using std::chrono::seconds;
using testing::AllOf;
using testing::Ge;
using testing::IsEmpty;
using testing::Le;
using testing::SizeIs;

class StoreOutbox : public StoreContract {
 protected:
  std::vector<OutboxRow> claim(std::int64_t rows_max = 100, std::vector<std::string> held = {}) {
    return ok(store->claim_due(at(1), at(1, 1), rows_max, held));
  }
  Store::Finished finished(std::int64_t number, const std::string& state, int attempt = 1) {
    return {number, state, at(2), {number, attempt, at(1), "retry", 503, "busy"}};
  }
};

TEST_P(StoreOutbox, SendsWaitingMessagesSoonerAndLeavesOthersAlone) {
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

TEST_P(StoreOutbox, KeepsBytesThatAreNoText) {
  OutboxRow odd = message("msg_a");
  odd.body = std::string("a\0b\xFF\r\n", 6);
  put({odd});

  EXPECT_EQ(claim()[0].body, odd.body);
}

TEST_P(StoreOutbox, ClaimsDueMessagesOldestFirstAndOnce) {
  put({message("late", "hook", at(0, 2)), message("early", "hook", at(0, 1)),
       message("future", "hook", at(1, 1))});

  const auto claimed = claim();

  ASSERT_THAT(claimed, SizeIs(2));
  EXPECT_EQ(claimed[0].id, "early");
  EXPECT_EQ(claimed[1].id, "late");
  EXPECT_THAT(claim(), IsEmpty());
  EXPECT_EQ(ok(store->outbox_row(claimed[0].number))->state, "claimed");
}

TEST_P(StoreOutbox, FreesAClaimWhoseTimeHasPassed) {
  put({message("a")});
  claim();

  EXPECT_THAT(ok(store->claim_due(at(1, 0) + seconds{3599}, at(9), 10, {})), IsEmpty());
  EXPECT_THAT(ok(store->claim_due(at(1, 1), at(9), 10, {})), SizeIs(1));
}

TEST_P(StoreOutbox, ClaimsNoMoreAtOnceThanMemoryIsGoodFor) {
  std::vector<OutboxRow> large;
  for (int i = 0; i < 20; ++i) {
    large.push_back(message("large" + std::to_string(i)));
    large.back().body = std::string(std::size_t{2} << 20, 'x');
  }
  put(large);

  const std::size_t first = claim().size();
  const std::size_t second = claim().size();

  EXPECT_THAT(first, AllOf(Ge(1U), Le(10U)));
  EXPECT_THAT(second, Ge(1U));
}

TEST_P(StoreOutbox, LetsChannelsTakeTurns) {
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

TEST_P(StoreOutbox, LeavesHeldChannelsAlone) {
  put({message("a", "hook"), message("b", "mail")});

  EXPECT_EQ(ok(store->next_due(std::vector<std::string>{"hook", "mail"})), std::nullopt);
  const auto claimed = claim(10, {"hook"});

  ASSERT_THAT(claimed, SizeIs(1));
  EXPECT_EQ(claimed[0].id, "b");
  EXPECT_EQ(ok(store->next_due()), at(0));
}

TEST_P(StoreOutbox, RecordsAttemptsAndTheNextDueTime) {
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

TEST_P(StoreOutbox, CountsNoAttemptWhereNothingWasSent) {
  put({message("a")});
  const std::int64_t number = claim()[0].number;

  ok(store->finish(std::vector{finished(number, "pending", 0)}));

  EXPECT_EQ(ok(store->outbox_row(number))->attempts, 0);
  EXPECT_EQ(ok(store->outbox_row(number))->last_error, "busy");
  EXPECT_THAT(ok(store->attempts(number)), IsEmpty());
}

TEST_P(StoreOutbox, NeverReopensWhatIsDelivered) {
  put({message("a")});
  const std::int64_t number = claim()[0].number;
  ok(store->finish(std::vector{finished(number, "delivered")}));

  ok(store->finish(std::vector{finished(number, "pending", 2)}));

  EXPECT_EQ(ok(store->outbox_row(number))->state, "delivered");
  EXPECT_EQ(ok(store->replay(std::vector{number}, at(5))), 0);
}

TEST_P(StoreOutbox, WritesNoticesWithTheResultsTheyAreAbout) {
  put({message("a")});
  const std::int64_t number = claim()[0].number;

  ok(store->finish(std::vector{finished(number, "dead")}, {{}, {}, {message("notice", "ops")}}));

  EXPECT_THAT(ok(store->outbox({"pending", "ops", 10})), SizeIs(1));
}

TEST_P(StoreOutbox, ReplaysDeadMessagesUnderTheirOwnIds) {
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

TEST_P(StoreOutbox, CountsAndFindsMessagesByStateAndChannel) {
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

TEST_P(StoreOutbox, RemembersTheStateOfChannels) {
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

MEASURED_ON_EVERY_STORE(StoreOutbox);

}  // namespace
}  // namespace measured::daemon
