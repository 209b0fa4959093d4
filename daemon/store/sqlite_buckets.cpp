#include <algorithm>
#include <tuple>

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

}  // namespace

rules::Result<std::vector<BucketRow>> SqliteStore::buckets(std::string_view measure,
                                                           std::string_view definition,
                                                           Interval span) {
  return guarded([&] {
    sqlite::Rows rows = connection_->query(
        "SELECT team.id, start_at, end_at, n, numerator, denominator, sum, sum_sq, pulled_at, "
        "definition FROM measure JOIN measure_version ON measure_version.measure = measure.key "
        "JOIN bucket ON bucket.measure_version = measure_version.key "
        "JOIN team ON team.key = bucket.team "
        "WHERE measure.id = ?1 AND (?2 = '' OR definition = ?2) "
        "AND start_at >= ?3 AND start_at < ?5 AND end_at > ?4",
        measure, definition, earliest_start(span), span.start, span.end);
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
        "after_numerator, after_denominator, after_sum, after_sum_sq, after_pulled_at "
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

}  // namespace measured::daemon
