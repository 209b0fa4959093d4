// What may go. The newest row of its kind is what the daemon stands on, so each statement asks for
// a newer one of the same job, group or reader before it takes a row; scan numbers, which are part
// of ids, go on rising for the same reason.

#include "daemon/store/sqlite_store.h"

namespace measured::daemon {

rules::Result<Pruned> SqliteStore::prune(const Retention& retention, Instant now,
                                         std::int64_t rows_max) {
  return guarded([&] {
    Pruned pruned;
    sqlite::Transaction transaction(*connection_);
    pruned.messages = connection_->run(
        "DELETE FROM outbox WHERE number IN (SELECT number FROM outbox "
        "WHERE state = 'delivered' AND created_at < ? ORDER BY number LIMIT ?)",
        now - retention.messages, rows_max);
    pruned.slots = connection_->run(
        "DELETE FROM slot WHERE (job, nominal) IN (SELECT job, nominal FROM slot AS old "
        "WHERE nominal < ? AND outcome <> 'running' AND EXISTS "
        "(SELECT 1 FROM slot WHERE job = old.job AND nominal > old.nominal) "
        "ORDER BY nominal LIMIT ?)",
        now - retention.slots, rows_max);
    pruned.scans = connection_->run(
        "DELETE FROM scan WHERE number IN (SELECT number FROM scan AS old "
        "WHERE ended_at < ? AND EXISTS "
        "(SELECT 1 FROM scan WHERE group_key = old.group_key AND number > old.number) "
        "ORDER BY number LIMIT ?)",
        now - retention.scans, rows_max);
    // A message may have the body of its event.
    pruned.events = connection_->run(
        "DELETE FROM event WHERE sequence IN (SELECT sequence FROM event "
        "WHERE at < ? AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.id = event.id) "
        "ORDER BY sequence LIMIT ?)",
        now - retention.events, rows_max);
    pruned.digests = connection_->run(
        "DELETE FROM told WHERE (digest, reader, nominal) IN "
        "(SELECT digest, reader, nominal FROM told AS old WHERE nominal < ? AND EXISTS "
        "(SELECT 1 FROM told WHERE digest = old.digest AND reader = old.reader AND "
        "nominal > old.nominal) ORDER BY nominal LIMIT ?)",
        now - retention.digests, rows_max);
    transaction.commit();
    return pruned;
  });
}

}  // namespace measured::daemon
