// Percentiles, contacts of customers and hand-offs of cases: the source counts how often each value
// came, and here the counts become tallies. Nothing depends on the order of the rows.
#include "connectors/sources/spread_rows.h"

#include <algorithm>

#include "connectors/sources/statement.h"

namespace measured::connectors {
namespace {

bool inside(const rules::KindParts& parts, double value) {
  return value >= parts.at_least.value_or(value) && value <= parts.at_most.value_or(value);
}

}  // namespace

void SpreadRows::add(const SpreadRow& row, ScanShape shape) {
  if (shape == ScanShape::entities) {
    const auto count = static_cast<double>(row.count);
    entities_.push_back({row.value, row.count, row.returned});
    sum_ += row.value * count;
    sum_sq_ += row.value * row.value * count;
    return;
  }
  const auto bin = static_cast<std::int64_t>(row.value);
  if (bin == below_zero_bin) {
    sketch_.negative += row.count;
    return;
  }
  sum_ += row.sum;
  sum_sq_ += row.sum_sq;
  sketch_.n += row.count;
  sketch_.min = std::min(sketch_.min.value_or(row.min), row.min);
  sketch_.max = std::max(sketch_.max.value_or(row.max), row.max);
  if (bin == zero_bin) {
    sketch_.zero += row.count;
  } else {
    bins_[static_cast<std::int32_t>(bin)] += row.count;
  }
}

rules::Tally SpreadRows::tally(const ScanMeasure& measure) const {
  rules::Tally tally;
  rules::stats::Sketch sketch = sketch_;
  for (const auto& [index, count] : bins_) {
    sketch.buckets.push_back({index, count});
  }
  for (const Entities& entities : entities_) {
    sketch.add(entities.value, entities.count);
    const std::int64_t hits = measure.parts.returns                   ? entities.returned
                              : inside(measure.parts, entities.value) ? entities.count
                                                                      : 0;
    tally.numerator += static_cast<double>(hits);
    tally.denominator += static_cast<double>(entities.count);
  }
  tally.n = sketch.n;
  tally.sum = sum_;
  tally.sum_sq = sum_sq_;
  tally.spread = rules::Spread(std::move(sketch));
  return tally;
}

std::vector<ScanCell> cells_of(
    const std::vector<ScanMeasure>& measures,
    const std::map<std::pair<std::optional<std::string>, std::uint32_t>, SpreadRows>& rows) {
  std::vector<ScanCell> cells;
  for (std::size_t i = 0; i < measures.size(); ++i) {
    for (const auto& [key, spread] : rows) {
      rules::Tally tally = spread.tally(measures[i]);
      if (tally.n > 0) {
        cells.push_back({static_cast<std::uint32_t>(i), key.second, key.first, std::move(tally)});
      }
    }
  }
  return cells;
}

}  // namespace measured::connectors
