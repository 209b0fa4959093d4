#pragma once

#include <cstdint>
#include <vector>

#include "daemon/store/records.h"
#include "daemon/store/sqlite.h"

namespace measured::daemon {

// A bucket with the key of its team; the measure version is the same for all of a batch.
struct Cell {
  std::int64_t team = 0;
  Interval span{};
  Tally tally;
  Instant pulled_at{};
};

// The order of the table: by start, then by team.
bool before(const Cell& a, const Cell& b);

// n, numerator, denominator, sum and sum_sq, from `column` on.
Tally read_tally(const sqlite::Rows& rows, int column);

// What the store holds of one measure version for buckets that start in `span`, in order.
std::vector<Cell> stored_cells(sqlite::Connection& connection, std::int64_t version,
                               const Interval& span);

// Writes one measure's buckets of a scan and counts what changed. Inside a transaction.
class BucketWriter {
 public:
  BucketWriter(sqlite::Connection& connection, std::int64_t version, Instant ended_at);

  struct Revised {
    Cell before, after;
  };
  std::vector<Revised> revised;
  std::vector<Cell> removed;
  std::int64_t changed = 0;

  // Replaces `stored` by `pulled`, both sorted by `before`, without repeats.
  void merge(const std::vector<Cell>& stored, const std::vector<Cell>& pulled);

 private:
  void write(const Cell& cell);
  void remove(const Cell& cell);
  void revise(const Cell& old, const Cell& now);

  sqlite::Connection& connection_;
  std::int64_t version_;
  Instant ended_at_;
  sqlite::Statement& insert_;
};

}  // namespace measured::daemon
