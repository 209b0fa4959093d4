// Opening a store is where a wrong path, a full disk or a copied file is met, so everything that
// can be wrong with the file is found here, before the first write to it, and said in one sentence.

#include <filesystem>

#include <fmt/format.h>

#include "daemon/store/migrations.h"
#include "daemon/store/sqlite_store.h"
#include "daemon/store/store.h"

namespace measured::daemon {
namespace {

using sqlite::Access;
using sqlite::Connection;

// How long a write waits for another process (a command, a backup) to finish its own.
constexpr std::chrono::milliseconds busy_timeout{5000};

enum class Found { empty, ours };

// What kind of file this is; a Failure for one that must not be touched.
rules::Result<Found> identify(Connection& connection, const std::string& path) {
  const int application = std::stoi(connection.value("PRAGMA application_id"));
  const int version = std::stoi(connection.value("PRAGMA user_version"));
  if (application != application_id) {
    // A process killed while it made the store leaves a database without a single table.
    if (application == 0 && version == 0 &&
        connection.value("SELECT count(*) FROM sqlite_schema") == "0") {
      return Found::empty;
    }
    return rules::give_up(fmt::format(
        "store '{}': this is another program's database; name a file of its own", path));
  }
  if (version > schema_version()) {
    return rules::give_up(fmt::format(
        "store '{}': its schema is version {}, and this program knows versions up to {}; run the "
        "newer program that wrote it",
        path, version, schema_version()));
  }
  return Found::ours;
}

rules::Result<void> check_whole(Connection& connection, const std::string& path) {
  const std::string answer = connection.value("PRAGMA quick_check(1)");
  if (answer != "ok") {
    return rules::give_up(fmt::format(
        "store '{}': the file is damaged; restore it from a backup ({})", path, answer));
  }
  return {};
}

bool owns(StoreUse use) {
  return use == StoreUse::daemon || use == StoreUse::replay;
}

void configure(Connection& connection, StoreUse use) {
  if (owns(use)) {
    connection.script("PRAGMA journal_mode = WAL");
  }
  if (use == StoreUse::replay) {
    connection.script("PRAGMA synchronous = OFF");  // one that a power cut ends is run again
  } else if (use != StoreUse::look) {
    // FULL: a commit that returned survives a power cut. NORMAL loses the last ones in WAL mode.
    connection.script("PRAGMA synchronous = FULL");
    // A large transaction's log is cut back to this size afterwards.
    connection.script("PRAGMA journal_size_limit = 67108864");
  }
  connection.script("PRAGMA foreign_keys = ON");
  connection.script("PRAGMA temp_store = MEMORY");
  connection.script("PRAGMA cache_size = -8000");
}

rules::Result<std::unique_ptr<Store>> open_file(const std::string& path, StoreUse use) {
  LockFile lock;
  if (owns(use)) {
    std::error_code ignored;  // the lock file says what is wrong with the folder
    std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ignored);
    rules::Result<LockFile> taken = LockFile::take(path + ".lock");
    if (!taken) {
      return tl::unexpected(rules::Failure{
          taken.error().retry, fmt::format("store '{}': {}", path, taken.error().message)});
    }
    lock = std::move(*taken);
  } else if (std::error_code error; !std::filesystem::exists(path, error)) {
    return rules::give_up(
        fmt::format("store '{}': there is no such file; 'measured run' makes it", path));
  }
  const Access access = use == StoreUse::look      ? Access::read
                        : use == StoreUse::command ? Access::write
                                                   : Access::create;
  auto connection = std::make_unique<Connection>(path, access, busy_timeout);
  const rules::Result<Found> found = identify(*connection, path);
  if (!found) {
    return tl::unexpected(found.error());
  }
  if (use != StoreUse::look) {
    if (auto whole = check_whole(*connection, path); !whole) {
      return tl::unexpected(whole.error());
    }
  }
  configure(*connection, use);
  if (owns(use)) {
    migrate(*connection);
  } else if (std::stoi(connection->value("PRAGMA user_version")) != schema_version()) {
    return rules::give_up(fmt::format(
        "store '{}': it was made by an older program; start 'measured run' once to update it",
        path));
  }
  auto store = std::make_unique<SqliteStore>(path, std::move(connection), std::move(lock));
  if (owns(use)) {
    store->release_claims();
  }
  return store;
}

rules::Result<std::unique_ptr<Store>> open_memory() {
  auto connection = std::make_unique<Connection>(":memory:", Access::create, busy_timeout);
  connection->script("PRAGMA foreign_keys = ON");
  migrate(*connection);
  return std::make_unique<SqliteStore>(":memory:", std::move(connection), LockFile());
}

}  // namespace

rules::Result<std::unique_ptr<Store>> open_store(std::string_view url,
                                                 const std::string& base_folder, StoreUse use) {
  constexpr std::string_view scheme = "sqlite:";
  if (!url.starts_with(scheme) || url == scheme) {
    return rules::give_up(fmt::format("store '{}': write 'sqlite:PATH'", url));
  }
  const std::string_view name = url.substr(scheme.size());
  const std::string path = (std::filesystem::path(base_folder) / name).string();
  try {
    return name == ":memory:" ? open_memory() : open_file(path, use);
  } catch (const sqlite::Error& error) {
    return tl::unexpected(sqlite::failure_of(error, path));
  }
}

}  // namespace measured::daemon
