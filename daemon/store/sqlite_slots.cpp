#include <fmt/format.h>

#include "daemon/store/sqlite_store.h"

namespace measured::daemon {
namespace {

// Columns: job, nominal, started_at, ended_at, outcome, detail.
SlotRow read_slot(const sqlite::Rows& rows) {
  return {rows->text(0), rows->instant(1), rows->instant(2), rows->optional_instant(3),
          rows->text(4), rows->text(5)};
}

}  // namespace

rules::Result<bool> SqliteStore::claim_slot(const SlotRow& slot) {
  return guarded([&] {
    sqlite::Transaction transaction(*connection_);
    const std::int64_t made = connection_->run(
        "INSERT INTO slot (job, nominal, started_at, ended_at, outcome, detail) "
        "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        slot.job, slot.nominal, slot.started_at, slot.ended_at, slot.outcome, slot.detail);
    transaction.commit();
    return made == 1;
  });
}

rules::Result<void> SqliteStore::finish_slot(const SlotRow& slot) {
  const rules::Result<std::int64_t> changed = guarded([&] {
    sqlite::Transaction transaction(*connection_);
    const std::int64_t rows = connection_->run(
        "UPDATE slot SET ended_at = ?, outcome = ?, detail = ? WHERE job = ? AND nominal = ?",
        slot.ended_at, slot.outcome, slot.detail, slot.job, slot.nominal);
    transaction.commit();
    return rows;
  });
  if (!changed) {
    return tl::unexpected(changed.error());
  }
  if (*changed == 0) {
    return rules::give_up(fmt::format("store '{}': slot '{}' of {} was never claimed", path_,
                                      slot.job, rules::to_text(slot.nominal)));
  }
  return {};
}

rules::Result<std::optional<Instant>> SqliteStore::last_slot(std::string_view job) {
  return guarded([&] {
    sqlite::Rows rows = connection_->query("SELECT max(nominal) FROM slot WHERE job = ?", job);
    rows.next();
    return rows->optional_instant(0);
  });
}

rules::Result<std::vector<SlotRow>> SqliteStore::slots(std::string_view job,
                                                       std::int64_t rows_max) {
  return guarded([&] {
    sqlite::Rows rows = job.empty()
                            ? connection_->query(
                                  "SELECT job, nominal, started_at, ended_at, outcome, detail "
                                  "FROM slot ORDER BY nominal DESC, job LIMIT ?",
                                  rows_max)
                            : connection_->query(
                                  "SELECT job, nominal, started_at, ended_at, outcome, detail "
                                  "FROM slot WHERE job = ? ORDER BY nominal DESC LIMIT ?",
                                  job, rows_max);
    std::vector<SlotRow> found;
    while (rows.next()) {
      found.push_back(read_slot(rows));
    }
    return found;
  });
}

rules::Result<std::vector<SlotRow>> SqliteStore::abandon_running(Instant) {
  return guarded([&] {
    sqlite::Transaction transaction(*connection_);
    std::vector<SlotRow> found;
    {
      sqlite::Rows rows = connection_->query(
          "SELECT job, nominal, started_at, ended_at, outcome, detail "
          "FROM slot WHERE outcome = 'running' ORDER BY job, nominal");
      while (rows.next()) {
        found.push_back(read_slot(rows));
      }
    }
    transaction.commit();
    return found;
  });
}

}  // namespace measured::daemon
