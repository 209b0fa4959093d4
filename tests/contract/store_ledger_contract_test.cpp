#include <optional>

#include <gmock/gmock.h>

#include "tests/contract/store_contract.h"

namespace measured::daemon {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class StoreLedger : public StoreContract {};

TEST_P(StoreLedger, ChainsTheLedger) {
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

TEST_P(StoreLedger, KeepsSmallFacts) {
  EXPECT_EQ(ok(store->fact("instance")), std::nullopt);

  ok(store->set_fact("instance", "i1"));
  ok(store->set_fact("instance", "i2"));
  ok(store->set_fact("empty", ""));

  EXPECT_EQ(ok(store->fact("instance")), "i2");
  EXPECT_EQ(ok(store->fact("empty")), "");
}

MEASURED_ON_EVERY_STORE(StoreLedger);

}  // namespace
}  // namespace measured::daemon
