// A scan and what it brought are one transaction: its record, how far the pulls of each measure
// have come, and its buckets.

#include <algorithm>
#include <functional>
#include <set>

#include <fmt/format.h>

#include "daemon/store/bucket_writer.h"
#include "daemon/store/sqlite_store.h"
#include "daemon/store/text_list.h"

namespace measured::daemon {
namespace {

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
  return number;
}

// What matched no team in the scan's span, in place of what was known of it.
void write_unknown(sqlite::Connection& connection, std::int64_t version, const std::string& measure,
                   const ScanRecord& record) {
  if (!record.counts_unknown) {
    return;
  }
  connection.run(
      "DELETE FROM unknown_team WHERE measure_version = ? AND start_at >= ? AND start_at < ?",
      version, record.span.start, record.span.end);
  for (const ScanRecord::Unknown& unknown : record.unknown_teams) {
    if (unknown.measure == measure) {
      connection.run(
          "INSERT INTO unknown_team (measure_version, start_at, value, n) VALUES (?, ?, ?, ?)",
          version, unknown.start, unknown.value, unknown.n);
    }
  }
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
        "INSERT INTO pull_state (measure_version, zone, failed_at, mapping) VALUES (?, ?, ?, '') "
        "ON CONFLICT DO UPDATE SET failed_at = excluded.failed_at",
        version, record.zone, record.started_at);
    return;
  }
  // Under another mapping the watermark begins again: the history is on its way.
  connection.run(
      "INSERT INTO pull_state (measure_version, zone, watermark, asked_from, good_at, mapping) "
      "VALUES (?, ?, ?, ?, ?, ?) "
      "ON CONFLICT DO UPDATE SET "
      "watermark = CASE WHEN mapping = excluded.mapping "
      "THEN max(coalesce(watermark, excluded.watermark), excluded.watermark) "
      "ELSE excluded.watermark END, "
      "asked_from = min(coalesce(asked_from, excluded.asked_from), excluded.asked_from), "
      "good_at = max(coalesce(good_at, excluded.good_at), excluded.good_at), failed_at = NULL, "
      "mapping = excluded.mapping",
      version, record.zone, scan.watermark, record.span.start, known_until(record), record.mapping);
}

// What earlier scans have read when it was final, under the same mapping of teams.
KnownFinal known_final(sqlite::Connection& connection, std::int64_t version,
                       const ScanRecord& record) {
  sqlite::Rows rows = connection.query(
      "SELECT asked_from, watermark, good_at FROM pull_state WHERE measure_version = ? AND "
      "zone = ? AND mapping = ? AND watermark IS NOT NULL",
      version, record.zone, record.mapping);
  return rows.next() ? KnownFinal{{rows->instant(0), rows->instant(1)}, rows->instant(2)}
                     : KnownFinal{};
}

std::vector<StoredCell> cells_of_teams(std::vector<StoredCell> cells,
                                       const std::set<std::int64_t>& teams) {
  if (!teams.empty()) {
    std::erase_if(cells, [&](const StoredCell& cell) { return !teams.contains(cell.team); });
  }
  return cells;
}

std::string newest_definition(sqlite::Connection& connection, const std::string& measure) {
  sqlite::Rows rows = connection.query(
      "SELECT definition FROM measure_version JOIN measure ON "
      "measure.key = measure_version.measure "
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
    std::set<std::int64_t> scope;  // teams; empty: every one
    for (const std::string& team : record.teams) {
      scope.insert(team_key(team));
    }
    for (const Pulled& one : *pulled) {
      const std::string definition =
          one.definition.empty() ? newest_definition(*connection_, one.measure) : one.definition;
      if (definition.empty()) {
        continue;  // never seen, and nothing came: there is no series yet
      }
      const std::int64_t version = version_key(one.measure, definition);
      const KnownFinal known = known_final(*connection_, version, record);
      write_pull_state(*connection_, version, scan);
      if (!record.error.empty()) {
        continue;
      }
      write_unknown(*connection_, version, one.measure, record);
      std::vector<StoredCell> cells;
      cells.reserve(one.rows.size());
      for (const BucketRow* row : one.rows) {
        cells.push_back({team_key(row->team), row->span, row->tally, row->pulled_at});
      }
      std::ranges::sort(cells, before);
      if (std::ranges::adjacent_find(cells, std::not_fn(before)) != cells.end()) {
        twice = one.measure;
        return result;
      }
      BucketWriter writer(*connection_, version, result.scan, record.ended_at, known);
      writer.merge(cells_of_teams(stored_cells(*connection_, version, record.span), scope), cells);
      result.changed += writer.changed;
      for (const StoredCell& gone : writer.removed) {
        result.removed.push_back({one.measure, team_id(*connection_, gone.team), definition,
                                  gone.span, gone.tally, gone.pulled_at});
      }
      for (const auto& [old, now] : writer.revised) {
        const std::string team = team_id(*connection_, old.team);
        result.revisions.push_back(
            {{one.measure, team, definition, old.span, old.tally, old.pulled_at},
             {one.measure, team, definition, now.span, now.tally, now.pulled_at},
             result.scan});
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
                                                 std::string_view definition,
                                                 std::string_view zone) {
  return guarded([&] {
    sqlite::Rows rows = connection_->query(
        "SELECT watermark, asked_from, good_at, failed_at, mapping FROM pull_state "
        "JOIN measure_version ON measure_version.key = pull_state.measure_version "
        "JOIN measure ON measure.key = measure_version.measure "
        "WHERE measure.id = ? AND definition = ? AND zone = ?",
        measure, definition, zone);
    PullState state;
    if (rows.next()) {
      const auto at = [&](int column) {
        return rows->null(column) ? std::nullopt : std::optional(rows->instant(column));
      };
      state = {at(0), at(1), at(2), at(3), rows->text(4)};
    }
    return state;
  });
}

rules::Result<std::optional<ScanRecord>> SqliteStore::last_scan(std::string_view group) {
  return guarded([&]() -> std::optional<ScanRecord> {
    ScanRecord record;
    {
      sqlite::Rows rows = connection_->query(
          "SELECT number, measures, start_at, end_at, started_at, ended_at, error, rows_skipped, "
          "notes FROM scan WHERE group_key = ? ORDER BY number DESC LIMIT 1",
          group);
      if (!rows.next()) {
        return std::nullopt;
      }
      record.group = group;
      record.measures = texts_from_json(rows->text(1));
      record.span = {rows->instant(2), rows->instant(3)};
      record.started_at = rows->instant(4);
      record.ended_at = rows->instant(5);
      record.error = rows->text(6);
      record.rows_skipped = rows->integer(7);
      record.notes = texts_from_json(rows->text(8));
    }
    return record;
  });
}

rules::Result<std::vector<ScanRecord::Unknown>> SqliteStore::unknown_teams(
    std::string_view measure, std::string_view definition, Interval span) {
  return guarded([&] {
    sqlite::Rows rows = connection_->query(
        "SELECT value, sum(n), min(start_at) FROM unknown_team "
        "JOIN measure_version ON measure_version.key = unknown_team.measure_version "
        "JOIN measure ON measure.key = measure_version.measure "
        "WHERE measure.id = ? AND definition = ? AND start_at >= ? AND start_at < ? "
        "GROUP BY value ORDER BY sum(n) DESC, value",
        measure, definition, span.start, span.end);
    std::vector<ScanRecord::Unknown> found;
    while (rows.next()) {
      found.push_back({std::string(measure),
                       rows->null(0) ? std::nullopt : std::optional(rows->text(0)),
                       rows->integer(1), rows->instant(2)});
    }
    return found;
  });
}

}  // namespace measured::daemon
