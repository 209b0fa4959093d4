#include <optional>

#include <gmock/gmock.h>

#include "tests/contract/store_contract.h"

namespace measured::daemon {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class StoreSlots : public StoreContract {};

TEST_P(StoreSlots, GivesASlotToOneClaimOnly) {
  const SlotRow slot{"pull/orders", at(1), at(1, 1), std::nullopt, "running", ""};

  EXPECT_TRUE(ok(store->claim_slot(slot)));
  EXPECT_FALSE(ok(store->claim_slot(slot)));

  EXPECT_EQ(ok(store->last_slot("pull/orders")), at(1));
  EXPECT_EQ(ok(store->last_slot("pull/other")), std::nullopt);
}

TEST_P(StoreSlots, ListsSlotsNewestFirstWithTheirOutcomes) {
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

TEST_P(StoreSlots, RefusesToFinishASlotThatWasNeverClaimed) {
  const auto result = store->finish_slot({"b", at(1), at(1), at(1), "done", ""});

  ASSERT_FALSE(result.has_value());
  EXPECT_THAT(result.error().message, HasSubstr("never claimed"));
}

TEST_P(StoreSlots, MarksRunsThatAKillCutShort) {
  ok(store->claim_slot({"a", at(1), at(1), std::nullopt, "running", ""}));
  ok(store->claim_slot({"b", at(1), at(1), at(1), "done", ""}));

  const auto abandoned = ok(store->abandon_running(at(5)));

  ASSERT_THAT(abandoned, SizeIs(1));
  EXPECT_EQ(abandoned[0].job, "a");
  // A second kill before they are done again must find them too.
  EXPECT_THAT(ok(store->abandon_running(at(6))), SizeIs(1));
}

MEASURED_ON_EVERY_STORE(StoreSlots);

}  // namespace
}  // namespace measured::daemon
