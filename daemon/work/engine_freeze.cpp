// Targets relative to a team's own past: worked out at the first judging at which all of that past
// is final, and in force from then on.
#include <algorithm>

#include "daemon/work/engine.h"
#include "daemon/work/own_baselines.h"

namespace measured::daemon {

// Whether every team's part of the baseline has been read, and was final then.
bool Engine::covers(const Course& course, const rules::Measure& measure,
                    const rules::OwnBaseline& baseline) const {
  return !course.reaches.empty() &&
         std::all_of(course.reaches.begin(), course.reaches.end(), [&](const auto& one) {
           const auto& [name, reach] = one;
           const rules::Zone zone = rules::Zone::load(name.empty() ? measure.time_zone : name)
                                        .value_or(rules_->defaults.time_zone);
           const Interval span = span_of(baseline, zone);
           return reach.pulled.from <= span.start && reach.watermark &&
                  *reach.watermark >= span.end;
         });
}

rules::Result<void> Engine::freeze_targets(const std::vector<std::string>& measures, Instant now) {
  std::vector<LedgerRow> rows;
  for (const std::string& id : measures) {
    const rules::Measure& measure = *rules_->measure(id);
    for (const rules::DatedTarget& target : measure.targets) {
      const bool wanted = target.baseline && target.teams.empty() &&
                          covers(courses_.at(id), measure, *target.baseline);
      if (!wanted) {
        continue;
      }
      const auto buckets = store_.buckets(id, measure.definition, {Instant::min(), Instant::max()});
      if (!buckets) {
        return tl::unexpected(buckets.error());
      }
      rows.push_back(freeze(*rules_, measure, target, *buckets, now));
    }
  }
  // Where no team has enough cases there is nothing to freeze, now or later.
  std::erase_if(rows, [](const LedgerRow& row) {
    return row.body.find(R"("teams":{})") != std::string::npos;
  });
  if (rows.empty()) {
    return {};
  }
  if (const auto written = store_.append_ledger(rows); !written) {
    return written;
  }
  std::map<std::string, Course, std::less<>> before = std::move(courses_);
  if (const auto loaded = load(rules_, now); !loaded) {
    return loaded;
  }
  for (auto& [id, course] : before) {
    courses_.at(id).revisions = std::move(course.revisions);
    courses_.at(id).revised_verdicts = std::move(course.revised_verdicts);
  }
  return {};
}

}  // namespace measured::daemon
