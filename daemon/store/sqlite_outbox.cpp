// The outbox is asked the same small questions all day long while it may hold a hundred thousand
// messages, so each of them is answered from the index (channel, state, when it is free): what is
// due in a channel, when the next is, how many there are.

#include <algorithm>

#include "daemon/store/sqlite_store.h"

namespace measured::daemon {
namespace {

// Columns of a whole message, in the order `read_message` reads them. The body of an event's own
// message stands with the event.
constexpr std::string_view message =
    "SELECT outbox.id, number, channel, recipient, content_type, coalesce(outbox.body, "
    "event.body), "
    "subject, created_at, due_at, expires_at, attempts, state, last_error, notice "
    "FROM outbox LEFT JOIN event ON outbox.body IS NULL AND event.id = outbox.id ";
const std::string one_message = std::string(message) + "WHERE number = ?";
const std::string some_messages =
    std::string(message) +
    "WHERE (?1 = '' OR state = ?1) AND (?2 = '' OR channel = ?2) ORDER BY number LIMIT ?3";

// A thousand digests with pictures would be more than a small machine has to spare.
constexpr std::size_t claim_bytes_max = 16U << 20;

OutboxRow read_message(const sqlite::Rows& rows) {
  OutboxRow row;
  row.id = rows->text(0);
  row.number = rows->integer(1);
  row.channel = rows->text(2);
  row.recipient = rows->text(3);
  row.content_type = rows->text(4);
  row.body = rows->text(5);
  row.subject = rows->text(6);
  row.created_at = rows->instant(7);
  row.due_at = rows->instant(8);
  row.expires_at = rows->optional_instant(9);
  row.attempts = static_cast<int>(rows->integer(10));
  row.state = rows->text(11);
  row.last_error = rows->text(12);
  row.notice = rows->integer(13) != 0;
  return row;
}

// Numbers of what is free to be sent in one channel, oldest first.
std::vector<std::int64_t> due_in(sqlite::Connection& connection, const std::string& channel,
                                 Instant now, std::int64_t rows_max) {
  struct Due {
    std::int64_t at, number;
  };
  std::vector<Due> due;
  for (const std::string_view state : {"pending", "claimed"}) {
    sqlite::Rows rows = connection.query(
        "SELECT number, coalesce(claimed_until, due_at) FROM outbox "
        "WHERE channel = ? AND state = ? AND coalesce(claimed_until, due_at) <= ? "
        "ORDER BY coalesce(claimed_until, due_at), number LIMIT ?",
        channel, state, now, rows_max);
    while (rows.next()) {
      due.push_back({rows->integer(1), rows->integer(0)});
    }
  }
  std::ranges::sort(due, [](const Due& a, const Due& b) {
    return std::pair(a.at, a.number) < std::pair(b.at, b.number);
  });
  std::vector<std::int64_t> numbers;
  for (const Due& one : due) {
    numbers.push_back(one.number);
  }
  return numbers;
}

// One of each in turn, until `rows_max` are taken.
std::vector<std::int64_t> in_turns(const std::vector<std::vector<std::int64_t>>& channels,
                                   std::int64_t rows_max) {
  std::vector<std::int64_t> taken;
  for (std::size_t i = 0; std::ssize(taken) < rows_max; ++i) {
    bool any = false;
    for (const std::vector<std::int64_t>& numbers : channels) {
      if (i < numbers.size() && std::ssize(taken) < rows_max) {
        taken.push_back(numbers[i]);
        any = true;
      }
    }
    if (!any) {
      break;
    }
  }
  return taken;
}

}  // namespace

std::vector<std::string> SqliteStore::open_channels(std::span<const std::string> held) {
  // One step in the index a channel, however many messages each has.
  sqlite::Rows rows = connection_->query(
      "WITH RECURSIVE next (channel) AS ("
      "SELECT min(channel) FROM outbox UNION ALL "
      "SELECT (SELECT min(channel) FROM outbox WHERE channel > next.channel) FROM next "
      "WHERE next.channel IS NOT NULL) "
      "SELECT channel FROM next WHERE channel IS NOT NULL");
  std::vector<std::string> channels;
  while (rows.next()) {
    std::string channel = rows->text(0);
    if (std::ranges::find(held, channel) == held.end()) {
      channels.push_back(std::move(channel));
    }
  }
  return channels;
}

rules::Result<std::vector<OutboxRow>> SqliteStore::claim_due(Instant now, Instant until,
                                                             std::int64_t rows_max,
                                                             std::span<const std::string> held) {
  return guarded([&] {
    std::vector<OutboxRow> claimed;
    sqlite::Transaction transaction(*connection_);
    std::vector<std::vector<std::int64_t>> due;
    for (const std::string& channel : open_channels(held)) {
      due.push_back(due_in(*connection_, channel, now, rows_max));
    }
    sqlite::Statement& claim = connection_->statement(
        "UPDATE outbox SET state = 'claimed', claimed_until = ? WHERE number = ?");
    std::size_t bytes = 0;
    for (const std::int64_t number : in_turns(due, rows_max)) {
      if (bytes >= claim_bytes_max) {
        break;  // the rest is due at the next call
      }
      claim.run(until, number);
      sqlite::Rows rows = connection_->query(one_message, number);
      rows.next();
      claimed.push_back(read_message(rows));
      bytes += claimed.back().body.size();
    }
    if (!claimed.empty()) {
      transaction.commit();
    }
    return claimed;
  });
}

rules::Result<void> SqliteStore::finish(std::span<const Finished> finished, const Judged& notices) {
  return guarded([&] {
    sqlite::Transaction transaction(*connection_);
    sqlite::Statement& update = connection_->statement(
        "UPDATE outbox SET state = ?, due_at = ?, claimed_until = NULL, "
        "attempts = CASE WHEN ?3 > 0 THEN ?3 ELSE attempts END, "
        "last_error = CASE WHEN ?1 = 'delivered' THEN '' WHEN ?4 <> '' THEN ?4 ELSE last_error END "
        "WHERE number = ?5 AND state IN ('pending', 'claimed')");
    for (const Finished& one : finished) {
      const AttemptRow& attempt = one.attempt;
      update.run(one.state, one.due_at, attempt.attempt, attempt.detail, one.number);
      if (attempt.attempt > 0) {
        connection_->run(
            "INSERT INTO attempt (outbox, at, attempt, result, status, detail) "
            "SELECT number, ?, ?, ?, ?, ? FROM outbox WHERE number = ? ON CONFLICT DO NOTHING",
            attempt.at, attempt.attempt, attempt.result, attempt.status, attempt.detail,
            one.number);
      }
    }
    write_judged(notices);
    transaction.commit();
  });
}

rules::Result<std::optional<Instant>> SqliteStore::next_due(std::span<const std::string> held) {
  return guarded([&] {
    std::optional<Instant> next;
    for (const std::string& channel : open_channels(held)) {
      for (const std::string_view state : {"pending", "claimed"}) {
        sqlite::Rows rows = connection_->query(
            "SELECT min(coalesce(claimed_until, due_at)) FROM outbox WHERE channel = ? AND state = "
            "?",
            channel, state);
        if (rows.next() && !rows->null(0) && (!next || rows->instant(0) < *next)) {
          next = rows->instant(0);
        }
      }
    }
    return next;
  });
}

rules::Result<std::vector<OutboxRow>> SqliteStore::outbox(const OutboxFilter& filter) {
  return guarded([&] {
    sqlite::Rows rows =
        connection_->query(some_messages, filter.state, filter.channel, filter.rows_max);
    std::vector<OutboxRow> found;
    while (rows.next()) {
      found.push_back(read_message(rows));
    }
    return found;
  });
}

rules::Result<std::optional<OutboxRow>> SqliteStore::outbox_row(std::int64_t number) {
  return guarded([&] {
    sqlite::Rows rows = connection_->query(one_message, number);
    return rows.next() ? std::optional(read_message(rows)) : std::nullopt;
  });
}

rules::Result<std::vector<AttemptRow>> SqliteStore::attempts(std::int64_t outbox) {
  return guarded([&] {
    sqlite::Rows rows = connection_->query(
        "SELECT attempt, at, result, status, detail FROM attempt WHERE outbox = ? "
        "ORDER BY at, attempt",
        outbox);
    std::vector<AttemptRow> found;
    while (rows.next()) {
      found.push_back({outbox, static_cast<int>(rows->integer(0)), rows->instant(1), rows->text(2),
                       static_cast<int>(rows->integer(3)), rows->text(4)});
    }
    return found;
  });
}

rules::Result<std::int64_t> SqliteStore::retry_now(std::span<const std::int64_t> numbers,
                                                   Instant now) {
  return guarded([&] {
    sqlite::Transaction transaction(*connection_);
    std::int64_t due = 0;
    for (const std::int64_t number : numbers) {
      due += connection_->run("UPDATE outbox SET due_at = ? WHERE number = ? AND state = 'pending'",
                              now, number);
    }
    transaction.commit();
    return due;
  });
}

rules::Result<std::int64_t> SqliteStore::replay(std::span<const std::int64_t> numbers,
                                                Instant now) {
  return guarded([&] {
    sqlite::Transaction transaction(*connection_);
    std::int64_t replayed = 0;
    for (const std::int64_t number : numbers) {
      replayed += connection_->run(
          "UPDATE outbox SET state = 'pending', due_at = ?, claimed_until = NULL, attempts = 0, "
          "expires_at = NULL WHERE number = ? AND state = 'dead'",
          now, number);
    }
    transaction.commit();
    return replayed;
  });
}

rules::Result<Store::Counts> SqliteStore::counts(std::string_view channel) {
  return guarded([&] {
    Counts counts;
    {
      sqlite::Rows rows = connection_->query(
          "SELECT state, count(*) FROM outbox WHERE ?1 = '' OR channel = ?1 GROUP BY state",
          channel);
      while (rows.next()) {
        const std::string state = rows->text(0);
        std::int64_t& count = state == "pending"     ? counts.pending
                              : state == "claimed"   ? counts.claimed
                              : state == "delivered" ? counts.delivered
                                                     : counts.dead;
        count = rows->integer(1);
      }
    }
    // Numbers rise with time, so the oldest is the smallest.
    sqlite::Rows oldest = connection_->query(
        "SELECT created_at FROM outbox WHERE number = (SELECT min(number) FROM outbox "
        "WHERE state = 'pending' AND (?1 = '' OR channel = ?1))",
        channel);
    if (oldest.next()) {
      counts.oldest_pending = oldest->instant(0);
    }
    return counts;
  });
}

rules::Result<void> SqliteStore::set_channel_state(std::string_view channel, std::string_view state,
                                                   std::string_view reason, Instant at) {
  return guarded([&] {
    sqlite::Transaction transaction(*connection_);
    connection_->run(
        "INSERT INTO channel_state (channel, state, reason, at) VALUES (?, ?, ?, ?) "
        "ON CONFLICT DO UPDATE SET state = excluded.state, reason = excluded.reason, at = "
        "excluded.at",
        channel, state, reason, at);
    transaction.commit();
  });
}

rules::Result<std::vector<Store::ChannelState>> SqliteStore::channel_states() {
  return guarded([&] {
    sqlite::Rows rows =
        connection_->query("SELECT channel, state, reason, at FROM channel_state ORDER BY channel");
    std::vector<ChannelState> states;
    while (rows.next()) {
      states.push_back({rows->text(0), rows->text(1), rows->text(2), rows->instant(3)});
    }
    return states;
  });
}

void SqliteStore::release_claims() {
  sqlite::Transaction transaction(*connection_);
  connection_->run(
      "UPDATE outbox SET state = 'pending', claimed_until = NULL WHERE state = 'claimed'");
  transaction.commit();
}

}  // namespace measured::daemon
