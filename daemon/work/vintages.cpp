#include "daemon/work/vintages.h"

#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include "rules/judge/verdict.h"

namespace measured::daemon {
namespace {

// One team's period, then and now.
struct Vintage {
  std::optional<double> first, now;
};
using Key = std::pair<std::string, Instant>;

std::optional<double> value_in(const rules::Measure& measure, const Tally& tally) {
  return tally.n > 0 ? rules::value_of(measure, tally) : std::nullopt;
}

}  // namespace

Vintages vintages_of(const rules::Measure& measure, std::span<const BucketRow> buckets,
                     std::span<const RevisionRow> revisions, const std::set<std::string>& teams) {
  const auto counts = [&](const BucketRow& row) {
    return row.definition == measure.definition && (teams.empty() || teams.contains(row.team));
  };
  const auto is_final = [&](const BucketRow& row) {
    return row.pulled_at >= row.span.end + measure.settle;
  };
  std::map<Key, Vintage> known;
  for (const RevisionRow& row : revisions) {
    if (counts(row.before) && is_final(row.before)) {
      Vintage& vintage =
          known
              .try_emplace({row.before.team, row.before.span.start},
                           Vintage{value_in(measure, row.before.tally), std::nullopt})
              .first->second;
      vintage.now = value_in(measure, row.after.tally);
    }
  }
  for (const BucketRow& row : buckets) {
    if (counts(row) && is_final(row)) {
      const std::optional<double> now = value_in(measure, row.tally);
      known.try_emplace({row.team, row.span.start}, Vintage{now, now}).first->second.now = now;
    }
  }
  Vintages out;
  out.final = known.size();
  std::vector<std::optional<double>> first;
  std::vector<std::optional<double>> now;
  double moved = 0;
  for (const auto& [key, vintage] : known) {
    first.push_back(vintage.first);
    now.push_back(vintage.now);
    if (vintage.first && vintage.now) {
      moved += std::abs(*vintage.now - *vintage.first);
    }
  }
  out.bias = rules::stats::revision_bias(first, now, measure.better, std::nullopt);
  if (out.bias.revised > 0) {
    out.size = moved / static_cast<double>(out.bias.revised);
  }
  return out;
}

}  // namespace measured::daemon
