#include <algorithm>
#include <tuple>
#include <unordered_map>

#include "daemon/store/bucket_writer.h"
#include "daemon/store/sqlite_store.h"

namespace measured::daemon {
namespace {

// Longer than any bucket (a fiscal year has at most 53 weeks): how far before a span the start of a
// bucket that reaches into it can lie.
constexpr std::chrono::days bucket_length_max{400};

// Where a bucket that reaches into `span` may start. A span without a start has no earlier one.
Instant earliest_start(const Interval& span) {
  return std::max(span.start, Instant::min() + bucket_length_max) - bucket_length_max;
}

// The place of each team in `teams`, by the team's key in the store.
std::vector<std::optional<std::size_t>> places_by_key(sqlite::Connection& connection,
                                                      std::span<const std::string_view> teams) {
  std::unordered_map<std::string_view, std::size_t> by_id;
  by_id.reserve(teams.size());
  for (std::size_t place = 0; place < teams.size(); ++place) {
    by_id.emplace(teams[place], place);
  }
  std::vector<std::optional<std::size_t>> places;
  sqlite::Rows rows = connection.query("SELECT key, id FROM team ORDER BY key");
  while (rows.next()) {
    const auto found = by_id.find(rows->text(1));
    if (found != by_id.end()) {
      places.resize(static_cast<std::size_t>(rows->integer(0)) + 1);
      places.back() = found->second;
    }
  }
  return places;
}

const std::string revisions_of_measure =
    "SELECT team.id, definition, start_at, end_at, before_n, before_numerator, "
    "before_denominator, before_sum, before_sum_sq, before_asked, before_spread, "
    "before_pulled_at, after_n, after_numerator, after_denominator, after_sum, after_sum_sq, "
    "after_asked, after_spread, after_pulled_at, scan "
    "FROM measure JOIN measure_version ON measure_version.measure = measure.key "
    "JOIN bucket_revision ON bucket_revision.measure_version = measure_version.key "
    "JOIN team ON team.key = bucket_revision.team WHERE measure.id = ? ";

const std::string revisions_between =
    revisions_of_measure + "AND after_pulled_at >= ? AND after_pulled_at < ? ORDER BY number";
const std::string revisions_since_scan = revisions_of_measure + "AND scan > ? ORDER BY number";

std::vector<RevisionRow> read_revisions(std::string_view measure, sqlite::Rows& rows) {
  std::vector<RevisionRow> found;
  while (rows.next()) {
    const Interval span{rows->instant(2), rows->instant(3)};
    const BucketRow old{std::string(measure), rows->text(0),    rows->text(1), span,
                        read_tally(rows, 4),  rows->instant(11)};
    BucketRow now = old;
    now.tally = read_tally(rows, 12);
    now.pulled_at = rows->instant(19);
    found.push_back({old, std::move(now), rows->integer(20)});
  }
  return found;
}

}  // namespace

rules::Result<std::vector<BucketRow>> SqliteStore::buckets(std::string_view measure,
                                                           std::string_view definition,
                                                           Interval span) {
  return guarded([&] {
    sqlite::Rows rows = connection_->query(
        "SELECT team.id, start_at, end_at, n, numerator, denominator, sum, sum_sq, asked, "
        "spread, pulled_at, definition FROM measure JOIN measure_version ON "
        "measure_version.measure = measure.key "
        "JOIN bucket ON bucket.measure_version = measure_version.key "
        "JOIN team ON team.key = bucket.team "
        "WHERE measure.id = ?1 AND (?2 = '' OR definition = ?2) "
        "AND start_at >= ?3 AND start_at < ?5 AND end_at > ?4",
        measure, definition, earliest_start(span), span.start, span.end);
    std::vector<BucketRow> found;
    while (rows.next()) {
      found.push_back({std::string(measure),
                       rows->text(0),
                       rows->text(11),
                       {rows->instant(1), rows->instant(2)},
                       read_tally(rows, 3),
                       rows->instant(10)});
    }
    std::ranges::sort(found, [](const BucketRow& a, const BucketRow& b) {
      return std::tie(a.team, a.span.start, a.definition) <
             std::tie(b.team, b.span.start, b.definition);
    });
    return found;
  });
}

rules::Result<void> SqliteStore::each_bucket(std::string_view measure, std::string_view definition,
                                             Interval span, std::span<const std::string_view> teams,
                                             const EachBucket& each) {
  return guarded([&] {
    const std::vector<std::optional<std::size_t>> places = places_by_key(*connection_, teams);
    sqlite::Rows rows = connection_->query(
        "SELECT team, start_at, n, numerator, denominator, sum, sum_sq, asked, spread FROM bucket "
        "WHERE measure_version = (SELECT measure_version.key FROM measure_version "
        "JOIN measure ON measure.key = measure_version.measure "
        "WHERE measure.id = ?1 AND definition = ?2) "
        "AND start_at >= ?3 AND start_at < ?5 AND end_at > ?4 ORDER BY start_at, team",
        measure, definition, earliest_start(span), span.start, span.end);
    while (rows.next()) {
      const auto key = static_cast<std::size_t>(rows->integer(0));
      if (key < places.size() && places[key]) {
        each(*places[key], rows->instant(1), read_tally(rows, 2));
      }
    }
  });
}

rules::Result<std::vector<RevisionRow>> SqliteStore::revisions(std::string_view measure,
                                                               Instant since, Instant until) {
  return guarded([&] {
    sqlite::Rows rows = connection_->query(revisions_between, measure, since, until);
    return read_revisions(measure, rows);
  });
}

rules::Result<std::vector<RevisionRow>> SqliteStore::revisions_after(std::string_view measure,
                                                                     std::int64_t scan) {
  return guarded([&] {
    sqlite::Rows rows = connection_->query(revisions_since_scan, measure, scan);
    return read_revisions(measure, rows);
  });
}

}  // namespace measured::daemon
