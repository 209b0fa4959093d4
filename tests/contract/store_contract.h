#pragma once

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "daemon/store/store.h"
#include "tests/support/files.h"

// What every store must do, whatever it is kept in, is tested in store_*_contract_test.cpp, one
// file a table. What only a file can show (locks, damage, other programs' files) is in
// store_file_test.cpp.
namespace measured::daemon {

inline Instant at(std::int64_t day, std::int64_t hour = 0) {
  return Instant{std::chrono::days{20'000 + day} + std::chrono::hours{hour}};
}
inline Interval day(std::int64_t number) {
  return {at(number), at(number + 1)};
}

struct Engine {
  const char* name;
  const char* url;
};

class StoreContract : public testing::TestWithParam<Engine> {
 protected:
  void SetUp() override {
    auto opened = open_store(GetParam().url, folder.path(), StoreUse::daemon);
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

  tests::TempFolder folder;
  std::unique_ptr<Store> store;
};

// Runs the cases of one suite on every engine.
#define MEASURED_ON_EVERY_STORE(suite)                                                            \
  INSTANTIATE_TEST_SUITE_P(                                                                       \
      Engines, suite,                                                                             \
      testing::Values(Engine{"file", "sqlite:measured.db"}, Engine{"memory", "sqlite::memory:"}), \
      [](const auto& parameter) { return parameter.param.name; })

}  // namespace measured::daemon
