// A scan replaces what the store knows about its measures between two instants. Old and new buckets
// are both brought into the table's own order and walked once side by side, so that each is read
// and written once, in the order of the table's pages.

#include "daemon/store/bucket_writer.h"

#include <optional>
#include <string>
#include <tuple>
#include <utility>

namespace measured::daemon {

namespace stats = rules::stats;

bool before(const StoredCell& a, const StoredCell& b) {
  return std::tie(a.span.start, a.team) < std::tie(b.span.start, b.team);
}

Tally read_tally(const sqlite::Rows& rows, int column) {
  Tally tally{rows->integer(column),
              rows->real(column + 1),
              rows->real(column + 2),
              rows->real(column + 3),
              rows->real(column + 4),
              rows->integer(column + 5),
              {}};
  if (!rows->null(column + 6)) {
    std::optional<stats::Sketch> sketch = stats::parse_sketch(rows->text(column + 6));
    tally.spread = sketch ? rules::Spread(std::move(*sketch)) : rules::Spread{};
  }
  return tally;
}

// Of the values; none where the kind keeps none. It must live as long as it is bound.
std::optional<std::string> spread_text(const Tally& tally) {
  return tally.spread ? std::optional(stats::to_text(*tally.spread.get())) : std::nullopt;
}

std::vector<StoredCell> stored_cells(sqlite::Connection& connection, std::int64_t version,
                                     const Interval& span) {
  sqlite::Rows rows = connection.query(
      "SELECT team, start_at, end_at, n, numerator, denominator, sum, sum_sq, asked, spread, "
      "pulled_at "
      "FROM bucket WHERE measure_version = ? AND start_at >= ? AND start_at < ? "
      "ORDER BY start_at, team",
      version, span.start, span.end);
  std::vector<StoredCell> cells;
  while (rows.next()) {
    cells.push_back({rows->integer(0),
                     {rows->instant(1), rows->instant(2)},
                     read_tally(rows, 3),
                     rows->instant(10)});
  }
  return cells;
}

BucketWriter::BucketWriter(sqlite::Connection& connection, std::int64_t version, std::int64_t scan,
                           Instant ended_at, const KnownFinal& known)
    : connection_(connection),
      version_(version),
      scan_(scan),
      ended_at_(ended_at),
      known_(known),
      insert_(connection.statement(
          "INSERT INTO bucket (measure_version, start_at, team, end_at, n, numerator, denominator, "
          "sum, sum_sq, asked, spread, pulled_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
          "ON CONFLICT DO UPDATE SET end_at = excluded.end_at, n = excluded.n, "
          "numerator = excluded.numerator, denominator = excluded.denominator, sum = excluded.sum, "
          "sum_sq = excluded.sum_sq, asked = excluded.asked, spread = excluded.spread, "
          "pulled_at = excluded.pulled_at")) {}

void BucketWriter::merge(const std::vector<StoredCell>& stored,
                         const std::vector<StoredCell>& pulled) {
  auto old = stored.begin();
  for (const StoredCell& cell : pulled) {
    for (; old != stored.end() && before(*old, cell); ++old) {
      remove(*old);
    }
    const bool known = old != stored.end() && !before(cell, *old);
    if (!known) {
      ++changed;
      if (cell.span.start >= known_.span.start && cell.span.end <= known_.span.end) {
        revise({cell.team, cell.span, {}, known_.read_at}, cell);
      }
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

void BucketWriter::write(const StoredCell& cell) {
  const std::optional<std::string> spread = spread_text(cell.tally);
  insert_.run(version_, cell.span.start, cell.team, cell.span.end, cell.tally.n,
              cell.tally.numerator, cell.tally.denominator, cell.tally.sum, cell.tally.sum_sq,
              cell.tally.asked, spread, cell.pulled_at);
}

// The source has no such rows any more.
void BucketWriter::remove(const StoredCell& cell) {
  connection_.run("DELETE FROM bucket WHERE measure_version = ? AND start_at = ? AND team = ?",
                  version_, cell.span.start, cell.team);
  ++changed;
  removed.push_back(cell);
  revise(cell, {cell.team, cell.span, {}, ended_at_});
}

// A bucket that had not ended when it was pulled has only grown: nobody was told it was whole.
void BucketWriter::revise(const StoredCell& old, const StoredCell& now) {
  if (old.pulled_at < old.span.end) {
    return;
  }
  revised.push_back({old, now});
  const std::optional<std::string> old_spread = spread_text(old.tally);
  const std::optional<std::string> new_spread = spread_text(now.tally);
  connection_.run(
      "INSERT INTO bucket_revision (measure_version, start_at, team, end_at, before_n, "
      "before_numerator, before_denominator, before_sum, before_sum_sq, before_asked, "
      "before_spread, before_pulled_at, after_n, after_numerator, after_denominator, after_sum, "
      "after_sum_sq, after_asked, after_spread, after_pulled_at, scan) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      version_, old.span.start, old.team, old.span.end, old.tally.n, old.tally.numerator,
      old.tally.denominator, old.tally.sum, old.tally.sum_sq, old.tally.asked, old_spread,
      old.pulled_at, now.tally.n, now.tally.numerator, now.tally.denominator, now.tally.sum,
      now.tally.sum_sq, now.tally.asked, new_spread, now.pulled_at, scan_);
}

}  // namespace measured::daemon
