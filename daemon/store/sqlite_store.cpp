#include "daemon/store/sqlite_store.h"

namespace measured::daemon {

SqliteStore::SqliteStore(std::string path, std::unique_ptr<sqlite::Connection> connection,
                         LockFile lock)
    : path_(std::move(path)), lock_(std::move(lock)), connection_(std::move(connection)) {}

std::int64_t SqliteStore::measure_key(const std::string& id) {
  if (const auto known = measure_keys_.find(id); known != measure_keys_.end()) {
    return known->second;
  }
  connection_->run("INSERT INTO measure (id) VALUES (?) ON CONFLICT DO NOTHING", id);
  sqlite::Rows rows = connection_->query("SELECT key FROM measure WHERE id = ?", id);
  rows.next();
  return measure_keys_[id] = rows->integer(0);
}

std::int64_t SqliteStore::team_key(const std::string& id) {
  if (const auto known = team_keys_.find(id); known != team_keys_.end()) {
    return known->second;
  }
  connection_->run("INSERT INTO team (id) VALUES (?) ON CONFLICT DO NOTHING", id);
  sqlite::Rows rows = connection_->query("SELECT key FROM team WHERE id = ?", id);
  rows.next();
  return team_keys_[id] = rows->integer(0);
}

std::int64_t SqliteStore::version_key(const std::string& measure, const std::string& definition) {
  const std::string name = measure + '\n' + definition;
  if (const auto known = version_keys_.find(name); known != version_keys_.end()) {
    return known->second;
  }
  const std::int64_t key = measure_key(measure);
  connection_->run(
      "INSERT INTO measure_version (measure, definition) VALUES (?, ?) ON CONFLICT DO NOTHING", key,
      definition);
  sqlite::Rows rows = connection_->query(
      "SELECT key FROM measure_version WHERE measure = ? AND definition = ?", key, definition);
  rows.next();
  return version_keys_[name] = rows->integer(0);
}

void SqliteStore::forget_keys() {
  measure_keys_.clear();
  team_keys_.clear();
  version_keys_.clear();
}

}  // namespace measured::daemon
