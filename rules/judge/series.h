#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "rules/model/measure.h"
#include "rules/tally.h"
#include "rules/time/instant.h"

namespace measured::rules {

// The tallies of consecutive periods added up.
struct WindowSum {
  Tally tally;
  int periods_present = 0;  // periods that had a bucket; the others had no row
};

// One measure's newest buckets for all its teams, as dense columns: judging a million windows reads
// memory in order and follows no pointer. Teams whose bucket edges coincide share a clock (one a
// time zone), so an edge is stored once. A clock's periods are numbered from 0 in time order
// without a hole; only the newest `depth` are kept. A ratio's or count's bucket takes 8 bytes,
// others 64, and the values of percentiles what their
// sketches take.
class SeriesTable {
 public:
  // `depth` is how many periods each series remembers: at least the measure's window, plus those
  // that one pull may bring at once.
  explicit SeriesTable(const Measure& measure, int depth = 32);

  int add_clock();  // numbered from 0
  // Opens the clock's next period. It starts where the newest one ended; the oldest falls out when
  // more than `depth` are open.
  void open_period(int clock, const Interval& period);

  // A team; numbered from 0. `parent` (a series made before, or none) then also counts this one's
  // cases: components are added, never averages.
  int add_series(int clock, std::optional<int> parent = std::nullopt);
  void reserve(int series);

  // Puts or replaces the bucket that starts at `start`. False when the clock keeps no such period:
  // it is older than the ring, not opened yet, or not an edge.
  bool put(int series, Instant start, const Tally& tally);
  // Removes it: the source no longer has such rows. False as above.
  bool erase(int series, Instant start);

  int size() const { return static_cast<int>(clock_of_.size()); }
  int depth() const { return depth_; }
  int clock_of(int series) const { return clock_of_[static_cast<std::size_t>(series)]; }
  int clocks() const { return static_cast<int>(clocks_.size()); }

  // Periods [first, end) are kept; both are 0 for a clock without any.
  std::int64_t first_period(int clock) const;
  std::int64_t end_period(int clock) const;
  const Interval& period(int clock, std::int64_t number) const;
  std::optional<std::int64_t> period_at(int clock, Instant start) const;

  // One team's own and its children's cases in one period; none where there was no row.
  std::optional<Tally> at(int series, std::int64_t number) const;
  // Over periods [from, to), which must be kept.
  WindowSum sum(int series, std::int64_t from, std::int64_t to) const;

  // Memory held, in bytes, for benches and metrics.
  std::size_t bytes() const;

 private:
  struct Clock {
    std::vector<Interval> ring;
    std::int64_t end = 0;
    std::int64_t put_last = 0;  // buckets come by start: the next one is likely of this period
  };
  struct Pair {
    std::uint32_t numerator = 0;
    std::uint32_t denominator = 0;  // 0: no bucket
  };
  enum class Form { ratio, count, wide };

  std::size_t slot(int series, std::int64_t number) const;
  std::optional<Pair> packed(const Tally& tally) const;
  Tally unpacked(const Pair& pair) const;
  std::optional<Tally> own_at(std::size_t slot) const;
  WindowSum own_sum(int series, std::int64_t from, std::int64_t to) const;
  void widen();

  int depth_;
  Form form_;
  std::vector<Clock> clocks_;
  std::vector<Pair> pairs_;  // series-major, used unless wide
  std::vector<Tally> wide_;  // series-major; n < 0: no bucket
  std::vector<int> clock_of_;
  std::vector<int> first_child_;   // -1: none
  std::vector<int> next_sibling_;  // -1: none
};

// How many periods a table of `measure` should remember: its window and what one week of downtime
// brings, at least 32.
int depth_for(const Measure& measure);

}  // namespace measured::rules
