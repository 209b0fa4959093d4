// A scan replaces what the store knows about its measures between two instants. Old and new buckets
// are both brought into the table's own order and walked once side by side, so that each is read
// and written once, in the order of the table's pages.

#include <algorithm>
#include <functional>
#include <tuple>

#include <fmt/format.h>

#include "daemon/store/sqlite_store.h"
#include "daemon/store/text_list.h"

namespace measured::daemon {
namespace {

// Longer than any bucket (a fiscal year has at most 53 weeks): how far before a span the start of a
// bucket that reaches into it can lie.
constexpr std::chrono::days bucket_length_max{400};

// A bucket with the key of its team; the measure version is the same for all of a batch.
struct Cell {
  std::int64_t team = 0;
  Interval span{};
  Tally tally;
  Instant pulled_at{};
};

bool before(const Cell& a, const Cell& b) {
  return std::tie(a.span.start, a.team) < std::tie(b.span.start, b.team);
}

// Reads n, numerator, denominator, sum, sum_sq from `column` on.
Tally read_tally(const sqlite::Rows& rows, int column) {
  return {rows->integer(column), rows->real(column + 1), rows->real(column + 2),
          rows->real(column + 3), rows->real(column + 4)};
}

std::vector<Cell> stored_cells(sqlite::Connection& connection, std::int64_t version,
                               const Interval& span) {
  sqlite::Rows rows = connection.query(
      "SELECT team, start_at, end_at, n, numerator, denominator, sum, sum_sq, pulled_at FROM "
      "bucket "
      "WHERE measure_version = ? AND start_at >= ? AND start_at < ? ORDER BY start_at, team",
      version, span.start, span.end);
  std::vector<Cell> cells;
  while (rows.next()) {
    cells.push_back({rows->integer(0),
                     {rows->instant(1), rows->instant(2)},
                     read_tally(rows, 3),
                     rows->instant(8)});
  }
  return cells;
}

// Writes one measure's buckets of a scan and counts what changed.
class BucketWriter {
 public:
  BucketWriter(sqlite::Connection& connection, std::int64_t version, Instant ended_at)
      : connection_(connection), version_(version), ended_at_(ended_at) {}

  struct Revised {
    Cell before, after;
  };
  std::vector<Revised> revised;
  std::vector<Cell> removed;
  std::int64_t changed = 0;

  // Both sorted by `before`, without repeats.
  void merge(const std::vector<Cell>& stored, const std::vector<Cell>& pulled) {
    auto old = stored.begin();
    for (const Cell& cell : pulled) {
      for (; old != stored.end() && before(*old, cell); ++old) {
        remove(*old);
      }
      const bool known = old != stored.end() && !before(cell, *old);
      if (!known) {
        ++changed;
      } else if (old->tally != cell.tally || old->span != cell.span) {
        ++changed;
        revise(*old, cell);
      }
      write(cell);
      old += known ? 1 : 0;
    }
    for (; old != stored.end(); ++old) {
      remove(*old);
    }
  }

 private:
  void write(const Cell& cell) {
    insert_.run(version_, cell.span.start, cell.team, cell.span.end, cell.tally.n,
                cell.tally.numerator, cell.tally.denominator, cell.tally.sum, cell.tally.sum_sq,
                cell.pulled_at);
  }

  // The source has no such rows any more.
  void remove(const Cell& cell) {
    connection_.run("DELETE FROM bucket WHERE measure_version = ? AND start_at = ? AND team = ?",
                    version_, cell.span.start, cell.team);
    ++changed;
    removed.push_back(cell);
    revise(cell, {cell.team, cell.span, {}, ended_at_});
  }

  // A bucket that had not ended when it was pulled has only grown: nobody was told it was whole.
  void revise(const Cell& old, const Cell& now) {
    if (old.pulled_at < old.span.end) {
      return;
    }
    revised.push_back({old, now});
    connection_.run(
        "INSERT INTO bucket_revision (measure_version, start_at, team, end_at, before_n, "
        "before_numerator, before_denominator, before_sum, before_sum_sq, before_pulled_at, "
        "after_n, "
        "after_numerator, after_denominator, after_sum, after_sum_sq, after_pulled_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        version_, old.span.start, old.team, old.span.end, old.tally.n, old.tally.numerator,
        old.tally.denominator, old.tally.sum, old.tally.sum_sq, old.pulled_at, now.tally.n,
        now.tally.numerator, now.tally.denominator, now.tally.sum, now.tally.sum_sq, now.pulled_at);
  }

  sqlite::Connection& connection_;
  std::int64_t version_;
  Instant ended_at_;
  sqlite::Statement& insert_ = connection_.statement(
      "INSERT INTO bucket (measure_version, start_at, team, end_at, n, numerator, denominator, "
      "sum, "
      "sum_sq, pulled_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
      "ON CONFLICT DO UPDATE SET end_at = excluded.end_at, n = excluded.n, "
      "numerator = excluded.numerator, denominator = excluded.denominator, sum = excluded.sum, "
      "sum_sq = excluded.sum_sq, pulled_at = excluded.pulled_at");
};

std::int64_t write_record(sqlite::Connection& connection, const ScanRecord& record) {
  const std::string measures = to_json(record.measures);
  const std::string notes = to_json(record.notes);
  std::int64_t number = 0;
  {
    sqlite::Rows rows = connection.query(
        "INSERT INTO scan (group_key, measures, start_at, end_at, started_at, ended_at, error, "
        "rows_skipped, notes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING number",
        record.group, measures, record.span.start, record.span.end, record.started_at,
        record.ended_at, record.error, record.rows_skipped, notes);
    rows.next();
    number = rows->integer(0);
    rows.next();  // an INSERT is done when it has been stepped to its end
  }
  for (const ScanRecord::Unknown& unknown : record.unknown_teams) {
    connection.run("INSERT INTO unknown_team (scan, measure, value, n) VALUES (?, ?, ?, ?)", number,
                   unknown.measure, unknown.value, unknown.n);
  }
  return number;
}

// One measure of a scan: where its buckets stand, and what was pulled.
struct Pulled {
  std::string measure;
  std::string definition;  // empty: the newest that the store knows
  std::vector<const BucketRow*> rows;
};

// The scan's buckets by measure. A Failure for a scan that contradicts itself: a mistake of the
// caller, said rather than half obeyed.
rules::Result<std::vector<Pulled>> by_measure(const ScanCommit& scan) {
  const ScanRecord& record = scan.record;
  if (!record.error.empty() && !scan.buckets.empty()) {
    return rules::give_up(fmt::format("scan '{}': failed, and brings buckets", record.group));
  }
  std::vector<Pulled> pulled;
  std::unordered_map<std::string_view, std::size_t> place;
  for (std::size_t i = 0; i < record.measures.size(); ++i) {
    const bool stated = i < record.definitions.size();
    pulled.push_back({record.measures[i], stated ? record.definitions[i] : std::string(), {}});
    place.emplace(record.measures[i], i);
  }
  for (const BucketRow& row : scan.buckets) {
    const auto found = place.find(row.measure);
    if (found == place.end() || !record.span.contains(row.span.start)) {
      return rules::give_up(
          fmt::format("scan '{}': measure '{}' at {}: a bucket that was not asked for",
                      record.group, row.measure, rules::to_text(row.span.start)));
    }
    Pulled& one = pulled[found->second];
    if (one.definition.empty()) {
      one.definition = row.definition;
    }
    if (one.definition != row.definition) {
      return rules::give_up(fmt::format("scan '{}': measure '{}' comes under two definitions",
                                        record.group, row.measure));
    }
    one.rows.push_back(&row);
  }
  return pulled;
}

void write_pull_state(sqlite::Connection& connection, std::int64_t version,
                      const ScanCommit& scan) {
  const ScanRecord& record = scan.record;
  if (!record.error.empty()) {
    connection.run(
        "INSERT INTO pull_state (measure_version, failed_at) VALUES (?, ?) "
        "ON CONFLICT DO UPDATE SET failed_at = excluded.failed_at",
        version, record.started_at);
    return;
  }
  connection.run(
      "INSERT INTO pull_state (measure_version, watermark, asked_from, good_at) VALUES (?, ?, ?, "
      "?) "
      "ON CONFLICT DO UPDATE SET "
      "watermark = max(coalesce(watermark, excluded.watermark), excluded.watermark), "
      "asked_from = min(coalesce(asked_from, excluded.asked_from), excluded.asked_from), "
      "good_at = excluded.good_at, failed_at = NULL",
      version, scan.watermark, record.span.start, record.started_at);
}

std::string newest_definition(sqlite::Connection& connection, const std::string& measure) {
  sqlite::Rows rows = connection.query(
      "SELECT definition FROM measure_version JOIN measure ON measure.key = "
      "measure_version.measure "
      "WHERE measure.id = ? ORDER BY measure_version.key DESC LIMIT 1",
      measure);
  return rows.next() ? rows->text(0) : std::string();
}

std::string team_id(sqlite::Connection& connection, std::int64_t key) {
  sqlite::Rows rows = connection.query("SELECT id FROM team WHERE key = ?", key);
  rows.next();
  return rows->text(0);
}

}  // namespace

rules::Result<Store::Committed> SqliteStore::commit_scan(const ScanCommit& scan) {
  const rules::Result<std::vector<Pulled>> pulled = by_measure(scan);
  if (!pulled) {
    return tl::unexpected(pulled.error());
  }
  const ScanRecord& record = scan.record;
  std::string twice;  // a measure with two buckets for one team and start
  rules::Result<Committed> committed = guarded([&] {
    sqlite::Transaction transaction(*connection_);
    Committed result;
    result.scan = write_record(*connection_, record);
    for (const Pulled& one : *pulled) {
      const std::string definition =
          one.definition.empty() ? newest_definition(*connection_, one.measure) : one.definition;
      if (definition.empty()) {
        continue;  // never seen, and nothing came: there is no series yet
      }
      const std::int64_t version = version_key(one.measure, definition);
      write_pull_state(*connection_, version, scan);
      if (!record.error.empty()) {
        continue;
      }
      std::vector<Cell> cells;
      cells.reserve(one.rows.size());
      for (const BucketRow* row : one.rows) {
        cells.push_back({team_key(row->team), row->span, row->tally, row->pulled_at});
      }
      std::ranges::sort(cells, before);
      if (std::ranges::adjacent_find(cells, std::not_fn(before)) != cells.end()) {
        twice = one.measure;
        return result;
      }
      BucketWriter writer(*connection_, version, record.ended_at);
      writer.merge(stored_cells(*connection_, version, record.span), cells);
      result.changed += writer.changed;
      for (const Cell& gone : writer.removed) {
        result.removed.push_back({one.measure, team_id(*connection_, gone.team), definition,
                                  gone.span, gone.tally, gone.pulled_at});
      }
      for (const auto& [old, now] : writer.revised) {
        const std::string team = team_id(*connection_, old.team);
        result.revisions.push_back(
            {{one.measure, team, definition, old.span, old.tally, old.pulled_at},
             {one.measure, team, definition, now.span, now.tally, now.pulled_at}});
      }
    }
    transaction.commit();
    return result;
  });
  if (!twice.empty()) {
    forget_keys();
    return rules::give_up(fmt::format(
        "scan '{}': measure '{}' has two buckets for one team and start", record.group, twice));
  }
  return committed;
}

rules::Result<PullState> SqliteStore::pull_state(std::string_view measure,
                                                 std::string_view definition) {
  return guarded([&] {
    sqlite::Rows rows = connection_->query(
        "SELECT watermark, asked_from, good_at, failed_at FROM pull_state "
        "JOIN measure_version ON measure_version.key = pull_state.measure_version "
        "JOIN measure ON measure.key = measure_version.measure "
        "WHERE measure.id = ? AND definition = ?",
        measure, definition);
    PullState state;
    if (rows.next()) {
      const auto at = [&](int column) {
        return rows->null(column) ? std::nullopt : std::optional(rows->instant(column));
      };
      state = {at(0), at(1), at(2), at(3)};
    }
    return state;
  });
}

rules::Result<std::vector<BucketRow>> SqliteStore::buckets(std::string_view measure,
                                                           std::string_view definition,
                                                           Interval span) {
  return guarded([&] {
    sqlite::Rows rows = connection_->query(
        "SELECT team.id, start_at, end_at, n, numerator, denominator, sum, sum_sq, pulled_at, "
        "definition "
        "FROM measure JOIN measure_version ON measure_version.measure = measure.key "
        "JOIN bucket ON bucket.measure_version = measure_version.key "
        "JOIN team ON team.key = bucket.team "
        "WHERE measure.id = ?1 AND (?2 = '' OR definition = ?2) "
        "AND start_at >= ?3 AND start_at < ?5 AND end_at > ?4",
        measure, definition, span.start - bucket_length_max, span.start, span.end);
    std::vector<BucketRow> found;
    while (rows.next()) {
      found.push_back({std::string(measure),
                       rows->text(0),
                       rows->text(9),
                       {rows->instant(1), rows->instant(2)},
                       read_tally(rows, 3),
                       rows->instant(8)});
    }
    std::ranges::sort(found, [](const BucketRow& a, const BucketRow& b) {
      return std::tie(a.team, a.span.start, a.definition) <
             std::tie(b.team, b.span.start, b.definition);
    });
    return found;
  });
}

rules::Result<std::vector<RevisionRow>> SqliteStore::revisions(std::string_view measure,
                                                               Instant since, Instant until) {
  return guarded([&] {
    sqlite::Rows rows = connection_->query(
        "SELECT team.id, definition, start_at, end_at, before_n, before_numerator, "
        "before_denominator, before_sum, before_sum_sq, before_pulled_at, after_n, "
        "after_numerator, "
        "after_denominator, after_sum, after_sum_sq, after_pulled_at "
        "FROM measure JOIN measure_version ON measure_version.measure = measure.key "
        "JOIN bucket_revision ON bucket_revision.measure_version = measure_version.key "
        "JOIN team ON team.key = bucket_revision.team "
        "WHERE measure.id = ? AND after_pulled_at >= ? AND after_pulled_at < ? ORDER BY number",
        measure, since, until);
    std::vector<RevisionRow> found;
    while (rows.next()) {
      const Interval span{rows->instant(2), rows->instant(3)};
      const BucketRow old{std::string(measure), rows->text(0),   rows->text(1), span,
                          read_tally(rows, 4),  rows->instant(9)};
      BucketRow now = old;
      now.tally = read_tally(rows, 10);
      now.pulled_at = rows->instant(15);
      found.push_back({old, std::move(now)});
    }
    return found;
  });
}

rules::Result<std::optional<ScanRecord>> SqliteStore::last_scan(std::string_view group) {
  return guarded([&]() -> std::optional<ScanRecord> {
    ScanRecord record;
    std::int64_t number = 0;
    {
      sqlite::Rows rows = connection_->query(
          "SELECT number, measures, start_at, end_at, started_at, ended_at, error, rows_skipped, "
          "notes "
          "FROM scan WHERE group_key = ? ORDER BY number DESC LIMIT 1",
          group);
      if (!rows.next()) {
        return std::nullopt;
      }
      number = rows->integer(0);
      record.group = group;
      record.measures = texts_from_json(rows->text(1));
      record.span = {rows->instant(2), rows->instant(3)};
      record.started_at = rows->instant(4);
      record.ended_at = rows->instant(5);
      record.error = rows->text(6);
      record.rows_skipped = rows->integer(7);
      record.notes = texts_from_json(rows->text(8));
    }
    sqlite::Rows rows = connection_->query(
        "SELECT measure, value, n FROM unknown_team WHERE scan = ? ORDER BY number", number);
    while (rows.next()) {
      record.unknown_teams.push_back({rows->text(0),
                                      rows->null(1) ? std::nullopt : std::optional(rows->text(1)),
                                      rows->integer(2)});
    }
    return record;
  });
}

}  // namespace measured::daemon
