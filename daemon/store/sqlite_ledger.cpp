// The ledger says who moved a target, when and why, and must not be quietly improved afterwards.
// Each row carries the SHA-256 of the row before it and of itself, so a row that is changed,
// removed or slipped in breaks every hash after it. The end cannot be cut off unnoticed either: the
// highest number ever given is kept apart from the rows. Triggers refuse what can be refused; the
// hashes show what a person with the file in hand did all the same. Who recomputes every hash is
// not stopped by this, and a copy of the last hash elsewhere (in each digest, say) shows even that.

#include <fmt/format.h>

#include "daemon/store/sqlite_store.h"
#include "rules/hash.h"

namespace measured::daemon {
namespace {

// Each part goes in with its length, so that no text can be moved from one part to the next.
std::string hash_of(const std::string& previous, const LedgerRow& row) {
  std::string bytes;
  const auto add = [&](std::string_view part) {
    fmt::format_to(std::back_inserter(bytes), "{}:{},", part.size(), part);
  };
  add(previous);
  add(std::to_string(row.number));
  add(std::to_string(row.at.time_since_epoch().count()));
  add(row.kind);
  add(row.subject);
  add(row.body);
  add(row.author);
  return rules::hex(rules::sha256(bytes));
}

LedgerRow read_ledger(const sqlite::Rows& rows) {
  return {rows->integer(0), rows->instant(1), rows->text(2), rows->text(3),
          rows->text(4),    rows->text(5),    rows->text(6)};
}

}  // namespace

void SqliteStore::write_ledger(std::span<const LedgerRow> rows) {
  std::int64_t number = 0;
  std::string previous;
  {
    sqlite::Rows last =
        connection_->query("SELECT number, hash FROM ledger ORDER BY number DESC LIMIT 1");
    if (last.next()) {
      number = last->integer(0);
      previous = last->text(1);
    }
  }
  {
    // Goes on after the highest number ever given, so that a hole left by a removal stays one.
    sqlite::Rows given =
        connection_->query("SELECT seq FROM sqlite_sequence WHERE name = 'ledger'");
    number = given.next() ? given->integer(0) : number;
  }
  for (LedgerRow row : rows) {
    row.number = ++number;
    row.hash = hash_of(previous, row);
    connection_->run(
        "INSERT INTO ledger (number, at, kind, subject, body, author, hash) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        row.number, row.at, row.kind, row.subject, row.body, row.author, row.hash);
    previous = row.hash;
  }
}

rules::Result<void> SqliteStore::append_ledger(std::span<const LedgerRow> rows) {
  return guarded([&] {
    sqlite::Transaction transaction(*connection_);
    write_ledger(rows);
    transaction.commit();
  });
}

rules::Result<std::vector<LedgerRow>> SqliteStore::ledger(std::string_view kind,
                                                          std::string_view subject) {
  return guarded([&] {
    sqlite::Rows rows = connection_->query(
        "SELECT number, at, kind, subject, body, author, hash FROM ledger "
        "WHERE (?1 = '' OR kind = ?1) AND (?2 = '' OR subject = ?2) ORDER BY number",
        kind, subject);
    std::vector<LedgerRow> found;
    while (rows.next()) {
      found.push_back(read_ledger(rows));
    }
    return found;
  });
}

rules::Result<void> SqliteStore::verify_ledger() {
  std::string problem;
  const rules::Result<void> read = guarded([&] {
    std::int64_t number = 0;
    std::string previous;
    sqlite::Rows rows = connection_->query(
        "SELECT number, at, kind, subject, body, author, hash FROM ledger ORDER BY number");
    while (rows.next()) {
      const LedgerRow row = read_ledger(rows);
      if (row.number != ++number) {
        problem = fmt::format("row {} is missing", number);
        return;
      }
      if (row.hash != hash_of(previous, row)) {
        problem =
            fmt::format("row {} does not follow from the rows before it: it was changed", number);
        return;
      }
      previous = row.hash;
    }
    sqlite::Rows last = connection_->query("SELECT seq FROM sqlite_sequence WHERE name = 'ledger'");
    if (last.next() && last->integer(0) != number) {
      problem = fmt::format("row {} is missing", number + 1);
    }
  });
  if (!read) {
    return read;
  }
  if (!problem.empty()) {
    return rules::give_up(fmt::format("store '{}': ledger: {}", path_, problem));
  }
  return {};
}

}  // namespace measured::daemon
