#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <span>
#include <string>

#include "daemon/store/records.h"
#include "rules/model/measure.h"
#include "rules/stats/integrity.h"

namespace measured::daemon {

// How final numbers of one measure and definition fared afterwards: what each period said when it
// was final for the first time, against what it says now.
struct Vintages {
  std::size_t final = 0;  // periods and teams that have been final
  rules::stats::RevisionBias bias;
  std::optional<double> size;  // mean of |now - first| over those revised, in the measure's unit
};
// `buckets` are what is known now, `revisions` all of that definition in the order they were found.
// An empty `teams` means every team.
Vintages vintages_of(const rules::Measure& measure, std::span<const BucketRow> buckets,
                     std::span<const RevisionRow> revisions,
                     const std::set<std::string>& teams = {});

}  // namespace measured::daemon
