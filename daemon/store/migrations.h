#pragma once

#include <span>
#include <string_view>

#include "daemon/store/sqlite.h"

namespace measured::daemon {

// Marks a file as ours in SQLite's header: "msrd".
inline constexpr int application_id = 0x6D737264;

// The schema, one script a step; step i takes a store from version i to i + 1 (`user_version`). A
// step that has been released is never changed: what is wrong with it is put right by the next one.
std::span<const std::string_view> migrations();

// Brings a store to the newest version, each step in a transaction of its own, so that a killed
// process leaves one version or the next. Throws sqlite::Error.
void migrate(sqlite::Connection& connection);

// The version that this program writes.
int schema_version();

}  // namespace measured::daemon
