#include "daemon/store/sqlite_store.h"

namespace measured::daemon {

void SqliteStore::write_fact(std::string_view name, std::string_view value) {
  connection_->run(
      "INSERT INTO fact (name, value) VALUES (?, ?) "
      "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
      name, value);
}

rules::Result<std::optional<std::string>> SqliteStore::fact(std::string_view name) {
  return guarded([&] {
    sqlite::Rows rows = connection_->query("SELECT value FROM fact WHERE name = ?", name);
    return rows.next() ? std::optional(rows->text(0)) : std::nullopt;
  });
}

rules::Result<void> SqliteStore::set_fact(std::string_view name, std::string_view value) {
  return guarded([&] {
    sqlite::Transaction transaction(*connection_);
    write_fact(name, value);
    transaction.commit();
  });
}

}  // namespace measured::daemon
