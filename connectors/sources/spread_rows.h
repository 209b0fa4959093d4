#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "connectors/scan.h"
#include "rules/tally.h"

namespace measured::connectors {

// One row of a statement that is grouped by team, bucket and value.
struct SpreadRow {
  double value = 0;           // values: the bin; entities: contacts or hand-offs
  std::int64_t count = 0;     // of values, customers or cases
  std::int64_t returned = 0;  // of the cases, those that came back to a former owner
  double sum = 0;             // of the values in the bin, and of their squares
  double sum_sq = 0;
  double min = 0;
  double max = 0;
};

// All rows of one team and bucket, in any order.
class SpreadRows {
 public:
  void add(const SpreadRow& row, ScanShape shape);

  // What one measure makes of them; n is 0 where it counts none of them.
  rules::Tally tally(const ScanMeasure& measure) const;

 private:
  struct Entities {
    double value = 0;
    std::int64_t count = 0;
    std::int64_t returned = 0;
  };
  std::map<std::int32_t, std::int64_t> bins_;
  std::vector<Entities> entities_;
  rules::stats::Sketch sketch_;  // without the bins
  double sum_ = 0;
  double sum_sq_ = 0;
};

// Sorted by measure, team (null first) and bucket.
std::vector<ScanCell> cells_of(
    const std::vector<ScanMeasure>& measures,
    const std::map<std::pair<std::optional<std::string>, std::uint32_t>, SpreadRows>& rows);

}  // namespace measured::connectors
