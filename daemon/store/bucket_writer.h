#pragma once

#include <cstdint>
#include <vector>

#include "daemon/store/records.h"
#include "daemon/store/sqlite.h"

namespace measured::daemon {

// A bucket with the key of its team; the measure version is the same for all of a batch.
struct StoredCell {
  std::int64_t team = 0;
  Interval span{};
  Tally tally;
  Instant pulled_at{};
};

// The order of the table: by start, then by team.
bool before(const StoredCell& a, const StoredCell& b);

// n, numerator, denominator, sum, sum_sq, asked and spread, from `column` on.
Tally read_tally(const sqlite::Rows& rows, int column);

// What the store holds of one measure version for buckets that start in `span`, in order.
std::vector<StoredCell> stored_cells(sqlite::Connection& connection, std::int64_t version,
                                     const Interval& span);

// What was known before a scan: the span that was pulled when it was final, and when last. A bucket
// in it that had no row, and has one now, is a revision too.
struct KnownFinal {
  Interval span{};
  Instant read_at{};
};

// Writes one measure's buckets of a scan and counts what changed. Inside a transaction.
class BucketWriter {
 public:
  BucketWriter(sqlite::Connection& connection, std::int64_t version, std::int64_t scan,
               Instant ended_at, const KnownFinal& known);

  struct Revised {
    StoredCell before, after;
  };
  std::vector<Revised> revised;
  std::vector<StoredCell> removed;
  std::int64_t changed = 0;

  // Replaces `stored` by `pulled`, both sorted by `before`, without repeats.
  void merge(const std::vector<StoredCell>& stored, const std::vector<StoredCell>& pulled);

 private:
  void write(const StoredCell& cell);
  void remove(const StoredCell& cell);
  void revise(const StoredCell& old, const StoredCell& now);

  sqlite::Connection& connection_;
  std::int64_t version_;
  std::int64_t scan_;
  Instant ended_at_;
  KnownFinal known_;
  sqlite::Statement& insert_;
};

}  // namespace measured::daemon
