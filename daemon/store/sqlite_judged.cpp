// A verdict that changed, the event that says so and the messages that carry it are one
// transaction: after any crash either all of them exist or none does.

#include <fmt/format.h>

#include "daemon/store/sqlite_store.h"

namespace measured::daemon {
namespace {

constexpr std::string_view placeholder = "{sequence}";

// `body` with the sequence in place of the placeholder: 20 digits, so that texts sort as numbers
// do.
std::string with_sequence(const std::string& body, std::int64_t sequence) {
  std::string out;
  std::size_t from = 0;
  for (std::size_t at = body.find(placeholder); at != std::string::npos;
       at = body.find(placeholder, from)) {
    out.append(body, from, at - from);
    fmt::format_to(std::back_inserter(out), "{:020}", sequence);
    from = at + placeholder.size();
  }
  return out.append(body, from);
}

// The events of one transaction under their ids, for the messages that carry them.
struct Numbered {
  std::int64_t sequence = 0;
  const std::string* body = nullptr;  // as given; null when the event existed before
};
using NumberedEvents = std::unordered_map<std::string_view, Numbered>;

NumberedEvents write_events(sqlite::Connection& connection, std::span<const EventRow> events) {
  NumberedEvents numbered;
  if (events.empty()) {
    return numbered;
  }
  std::int64_t sequence = 0;
  {
    sqlite::Rows last = connection.query("SELECT seq FROM sqlite_sequence WHERE name = 'event'");
    sequence = last.next() ? last->integer(0) : 0;
  }
  sqlite::Statement& insert = connection.statement(
      "INSERT INTO event (sequence, id, type, measure, team, at, body) VALUES (?, ?, ?, ?, ?, ?, "
      "?) "
      "ON CONFLICT (id) DO NOTHING");
  for (const EventRow& event : events) {
    const std::string body = with_sequence(event.body, sequence + 1);
    insert.run(sequence + 1, event.id, event.type, event.measure, event.team, event.at, body);
    if (connection.changes() == 1) {
      ++sequence;
      numbered.emplace(event.id, Numbered{sequence, &event.body});
      continue;
    }
    sqlite::Rows known = connection.query("SELECT sequence FROM event WHERE id = ?", event.id);
    known.next();
    numbered.emplace(event.id, Numbered{known->integer(0), nullptr});
  }
  return numbered;
}

std::int64_t write_messages(sqlite::Connection& connection, std::span<const OutboxRow> messages,
                            const NumberedEvents& events) {
  sqlite::Statement& insert = connection.statement(
      "INSERT INTO outbox (id, channel, recipient, state, due_at, attempts, created_at, "
      "expires_at, "
      "content_type, subject, last_error, body, notice) VALUES (?, ?, ?, 'pending', ?, 0, ?, ?, ?, "
      "?, '', ?, ?) "
      "ON CONFLICT (id, channel, recipient) DO NOTHING");
  std::int64_t made = 0;
  for (const OutboxRow& message : messages) {
    const auto event = events.find(message.id);
    std::optional<std::string> body;  // none: the event's own, which is stored already
    if (event == events.end()) {
      body = message.body;
    } else if (event->second.body == nullptr || *event->second.body != message.body) {
      body = with_sequence(message.body, event->second.sequence);
    }
    insert.run(message.id, message.channel, message.recipient, message.due_at, message.created_at,
               message.expires_at, message.content_type, message.subject, body,
               std::int64_t{message.notice ? 1 : 0});
    made += connection.changes();
  }
  return made;
}

}  // namespace

std::int64_t SqliteStore::write_judged(const Judged& judged) {
  sqlite::Statement& upsert = connection_->statement(
      "INSERT INTO standing (measure, team, measure_version, verdict, since, window_start, "
      "window_end, "
      "transition, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
      "ON CONFLICT DO UPDATE SET measure_version = excluded.measure_version, "
      "verdict = excluded.verdict, since = excluded.since, window_start = excluded.window_start, "
      "window_end = excluded.window_end, transition = excluded.transition, state = excluded.state");
  for (const StandingRow& row : judged.standings) {
    upsert.run(measure_key(row.measure), team_key(row.team),
               version_key(row.measure, row.definition), row.verdict, row.since, row.window.start,
               row.window.end, row.transition, row.state);
  }
  write_misses(judged.standings);
  write_charts(judged.charts);
  write_revised_verdicts(judged.revised_verdicts);
  for (const auto& [name, value] : judged.facts) {
    write_fact(name, value);
  }
  const NumberedEvents events = write_events(*connection_, judged.events);
  return write_messages(*connection_, judged.messages, events);
}

rules::Result<std::int64_t> SqliteStore::commit_judged(const Judged& judged) {
  return guarded([&] {
    sqlite::Transaction transaction(*connection_);
    const std::int64_t made = write_judged(judged);
    transaction.commit();
    return made;
  });
}

rules::Result<std::vector<StandingRow>> SqliteStore::standings() {
  return guarded([&] {
    sqlite::Rows rows = connection_->query(
        "SELECT measure.id, team.id, definition, verdict, since, window_start, window_end, "
        "transition, "
        "state FROM standing JOIN measure ON measure.key = standing.measure "
        "JOIN team ON team.key = standing.team "
        "JOIN measure_version ON measure_version.key = standing.measure_version "
        "ORDER BY measure.id, team.id");
    std::vector<StandingRow> found;
    while (rows.next()) {
      found.push_back({rows->text(0),
                       rows->text(1),
                       rows->text(2),
                       rows->text(3),
                       rows->instant(4),
                       {rows->instant(5), rows->instant(6)},
                       rows->integer(7),
                       rows->text(8)});
    }
    return found;
  });
}

rules::Result<std::vector<EventRow>> SqliteStore::events(std::int64_t after_sequence,
                                                         std::int64_t rows_max) {
  return guarded([&] {
    sqlite::Rows rows = connection_->query(
        "SELECT id, sequence, type, measure, team, at, body FROM event WHERE sequence > ? "
        "ORDER BY sequence LIMIT ?",
        after_sequence, rows_max);
    std::vector<EventRow> found;
    while (rows.next()) {
      found.push_back({rows->text(0), rows->integer(1), rows->text(2), rows->text(3), rows->text(4),
                       rows->instant(5), rows->text(6)});
    }
    return found;
  });
}

rules::Result<void> SqliteStore::commit_digest(std::span<const Told> told, const Judged& with) {
  return guarded([&] {
    sqlite::Transaction transaction(*connection_);
    for (const Told& row : told) {
      // What a reader was told stays what it was: each occurrence of a digest is told once.
      connection_->run(
          "INSERT INTO told (digest, reader, nominal, content) VALUES (?, ?, ?, ?) "
          "ON CONFLICT DO NOTHING",
          row.digest, row.reader, row.nominal, row.content);
    }
    write_judged(with);
    transaction.commit();
  });
}

rules::Result<std::optional<Store::Told>> SqliteStore::last_told(std::string_view digest,
                                                                 std::string_view reader,
                                                                 Instant before) {
  return guarded([&]() -> std::optional<Told> {
    sqlite::Rows rows = connection_->query(
        "SELECT nominal, content FROM told WHERE digest = ? AND reader = ? AND nominal < ? "
        "ORDER BY nominal DESC LIMIT 1",
        digest, reader, before);
    if (!rows.next()) {
      return std::nullopt;
    }
    return Told{std::string(digest), std::string(reader), rows->instant(0), rows->text(1)};
  });
}

}  // namespace measured::daemon
