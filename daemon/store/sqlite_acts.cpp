// What people say about what they were told. An act and its row in the ledger are one transaction.
// A link does one thing once: its id is unique in the table that it writes to, so that a reader who
// presses twice, or a mail client that tries again, changes nothing the second time.

#include "daemon/store/sqlite_store.h"

namespace measured::daemon {
namespace {

// An empty link is none: two commands do not get into each other's way.
std::optional<std::string_view> link_of(const std::string& link) {
  return link.empty() ? std::nullopt : std::optional<std::string_view>(link);
}

MissRow read_miss(const sqlite::Rows& rows) {
  return {rows->integer(0), rows->text(1),    rows->text(2),
          rows->text(3),    rows->instant(4), rows->optional_instant(5)};
}

std::optional<double> read_number(const sqlite::Rows& rows, int column) {
  return rows->null(column) ? std::nullopt : std::optional(rows->real(column));
}

AcknowledgementRow read_acknowledgement(const sqlite::Rows& rows) {
  AcknowledgementRow row;
  row.number = rows->integer(0);
  row.miss = rows->integer(1);
  row.measure = rows->text(2);
  row.team = rows->text(3);
  row.note = rows->text(4);
  row.action = rows->text(5);
  row.until = rows->instant(6);
  row.window = {rows->instant(7), rows->instant(8)};
  row.value = read_number(rows, 9);
  row.goal = read_number(rows, 10);
  row.sure = rows->integer(11) != 0;
  row.author = rows->text(12);
  row.at = rows->instant(13);
  row.link = rows->text(14);
  row.withdrawn_at = rows->optional_instant(15);
  return row;
}

}  // namespace

// A verdict that cannot say how the target was done neither begins nor ends a miss.
void SqliteStore::write_misses(std::span<const StandingRow> standings) {
  sqlite::Statement& end = connection_->statement(
      "UPDATE miss SET ended_at = ? WHERE measure = ? AND team = ? AND ended_at IS NULL "
      "AND (verdict <> ? OR measure_version <> ?)");
  sqlite::Statement& begin = connection_->statement(
      "INSERT INTO miss (measure, team, measure_version, verdict, began_at) VALUES (?, ?, ?, ?, ?) "
      "ON CONFLICT DO NOTHING");
  for (const StandingRow& row : standings) {
    const bool bad = row.verdict == "missed" || row.verdict == "guardrail_broken";
    if (!bad && row.verdict != "met" && row.verdict != "watch") {
      continue;
    }
    const std::int64_t measure = measure_key(row.measure);
    const std::int64_t team = team_key(row.team);
    const std::int64_t version = version_key(row.measure, row.definition);
    end.run(row.since, measure, team, row.verdict, version);
    if (bad) {
      begin.run(measure, team, version, row.verdict, row.since);
    }
  }
}

rules::Result<std::vector<MissRow>> SqliteStore::open_misses(std::string_view measure,
                                                             std::string_view team) {
  return guarded([&] {
    sqlite::Rows rows = connection_->query(
        "SELECT number, measure.id, team.id, verdict, began_at, ended_at FROM miss "
        "JOIN measure ON measure.key = miss.measure JOIN team ON team.key = miss.team "
        "WHERE ended_at IS NULL AND (?1 = '' OR measure.id = ?1) AND (?2 = '' OR team.id = ?2) "
        "ORDER BY measure.id, team.id",
        measure, team);
    std::vector<MissRow> found;
    while (rows.next()) {
      found.push_back(read_miss(rows));
    }
    return found;
  });
}

rules::Result<bool> SqliteStore::acknowledge(const AcknowledgementRow& row,
                                             const LedgerRow& entry) {
  return guarded([&] {
    sqlite::Transaction transaction(*connection_);
    const bool is_new =
        connection_->run(
            "INSERT INTO acknowledgement (miss, note, action, until, window_start, window_end, "
            "value, goal, sure, author, at, link) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (link) DO NOTHING",
            row.miss, row.note, row.action, row.until, row.window.start, row.window.end, row.value,
            row.goal, std::int64_t{row.sure ? 1 : 0}, row.author, row.at, link_of(row.link)) == 1;
    if (is_new) {
      write_ledger({&entry, 1});
    }
    transaction.commit();
    return is_new;
  });
}

rules::Result<std::int64_t> SqliteStore::withdraw_acknowledgements(std::int64_t miss, Instant at,
                                                                   const LedgerRow& entry) {
  return guarded([&] {
    sqlite::Transaction transaction(*connection_);
    const std::int64_t withdrawn = connection_->run(
        "UPDATE acknowledgement SET withdrawn_at = ? WHERE miss = ? AND withdrawn_at IS NULL", at,
        miss);
    if (withdrawn > 0) {
      write_ledger({&entry, 1});
    }
    transaction.commit();
    return withdrawn;
  });
}

rules::Result<std::vector<AcknowledgementRow>> SqliteStore::acknowledgements(
    std::string_view measure) {
  return guarded([&] {
    sqlite::Rows rows = connection_->query(
        "SELECT acknowledgement.number, miss, measure.id, team.id, note, action, until, "
        "window_start, window_end, value, goal, sure, author, at, coalesce(link, ''), withdrawn_at "
        "FROM acknowledgement JOIN miss ON miss.number = acknowledgement.miss "
        "JOIN measure ON measure.key = miss.measure JOIN team ON team.key = miss.team "
        "WHERE ?1 = '' OR measure.id = ?1 ORDER BY acknowledgement.number",
        measure);
    std::vector<AcknowledgementRow> found;
    while (rows.next()) {
      found.push_back(read_acknowledgement(rows));
    }
    return found;
  });
}

rules::Result<bool> SqliteStore::annotate(const AnnotationRow& row, const LedgerRow& entry) {
  return guarded([&] {
    sqlite::Transaction transaction(*connection_);
    const auto team = row.team.empty() ? std::nullopt : std::optional(team_key(row.team));
    const bool is_new =
        connection_->run(
            "INSERT INTO annotation (measure, team, start_at, end_at, note, author, at, link) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (link) DO NOTHING",
            measure_key(row.measure), team, row.period.start, row.period.end, row.note, row.author,
            row.at, link_of(row.link)) == 1;
    if (is_new) {
      write_ledger({&entry, 1});
    }
    transaction.commit();
    return is_new;
  });
}

rules::Result<bool> SqliteStore::withdraw_annotation(std::int64_t number, Instant at,
                                                     const LedgerRow& entry) {
  return guarded([&] {
    sqlite::Transaction transaction(*connection_);
    const bool withdrawn =
        connection_->run(
            "UPDATE annotation SET withdrawn_at = ? WHERE number = ? AND withdrawn_at IS NULL", at,
            number) == 1;
    if (withdrawn) {
      write_ledger({&entry, 1});
    }
    transaction.commit();
    return withdrawn;
  });
}

rules::Result<std::vector<AnnotationRow>> SqliteStore::annotations(std::string_view measure,
                                                                   std::string_view team) {
  return guarded([&] {
    sqlite::Rows rows = connection_->query(
        "SELECT number, measure.id, coalesce(team.id, ''), start_at, end_at, note, author, at, "
        "coalesce(link, '') FROM annotation JOIN measure ON measure.key = annotation.measure "
        "LEFT JOIN team ON team.key = annotation.team "
        "WHERE withdrawn_at IS NULL AND (?1 = '' OR measure.id = ?1) "
        "AND (?2 = '' OR team.id IS NULL OR team.id = ?2) ORDER BY start_at, number",
        measure, team);
    std::vector<AnnotationRow> found;
    while (rows.next()) {
      found.push_back({rows->integer(0),
                       rows->text(1),
                       rows->text(2),
                       {rows->instant(3), rows->instant(4)},
                       rows->text(5),
                       rows->text(6),
                       rows->instant(7),
                       rows->text(8),
                       std::nullopt});
    }
    return found;
  });
}

rules::Result<void> SqliteStore::subscribe(const SubscriptionRow& row) {
  return guarded([&] {
    sqlite::Transaction transaction(*connection_);
    connection_->run(
        "INSERT INTO subscription (digest, reader, state, frequency, until, author, at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET state = excluded.state, "
        "frequency = excluded.frequency, until = excluded.until, author = excluded.author, "
        "at = excluded.at",
        row.digest, row.reader, row.state, row.frequency, row.until, row.author, row.at);
    transaction.commit();
  });
}

rules::Result<std::vector<SubscriptionRow>> SqliteStore::subscriptions(std::string_view digest) {
  return guarded([&] {
    sqlite::Rows rows = connection_->query(
        "SELECT digest, reader, state, frequency, until, author, at FROM subscription "
        "WHERE ?1 = '' OR digest = ?1 ORDER BY digest, reader",
        digest);
    std::vector<SubscriptionRow> found;
    while (rows.next()) {
      found.push_back({rows->text(0), rows->text(1), rows->text(2), rows->text(3),
                       rows->optional_instant(4), rows->text(5), rows->instant(6)});
    }
    return found;
  });
}

}  // namespace measured::daemon
