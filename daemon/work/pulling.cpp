// Pulling, without the pulling: what to ask a source for, and what to make of its answer.
//
// A bucket is asked for again until a pull has seen it final; from then on never, short of a
// backfill. The watermark says how far that is. It is kept for each measure and definition, because
// a measure that joins a group, or changes what it counts, needs its history while its neighbours
// do not.
#include "daemon/work/pulling.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "rules/hash.h"

namespace measured::daemon {
namespace {

// Measures of one group that start at the same instant.
using Starts = std::map<Instant, std::vector<const rules::Measure*>>;

Starts starts_of(const connectors::ScanGroup& group, const Watermark& watermark, Instant now) {
  Starts starts;
  for (const rules::Measure* measure : group.measures) {
    const std::optional<Instant> known = watermark(*measure);
    const Instant from = known.value_or(now - measure->history);
    starts[bucket_of(measure->period, group.zone, std::min(from, now)).start].push_back(measure);
  }
  return starts;
}

// The start of the first bucket that is not final at `now` for the slowest of `measures`.
Instant first_unsettled(const std::vector<Instant>& edges,
                        const std::vector<const rules::Measure*>& measures, Instant now) {
  std::chrono::seconds settle{0};
  for (const rules::Measure* measure : measures) {
    settle = std::max(settle, measure->settle);
  }
  const auto unsettled =
      std::find_if(edges.begin() + 1, edges.end(), [&](Instant end) { return end + settle > now; });
  return unsettled == edges.end() ? edges.back() : *(unsettled - 1);
}

std::map<std::string, const rules::Team*, std::less<>> teams_by_value(const rules::RuleSet& rules) {
  std::map<std::string, const rules::Team*, std::less<>> teams;
  for (const rules::Team& team : rules.teams) {
    for (const std::string& value : team.match) {
      teams.emplace(value, &team);
    }
  }
  if (rules.teams.size() == 1) {
    teams.emplace("", &rules.teams.front());  // a source without a team column
  }
  return teams;
}

// Rows of one measure that belong to no team: by value, then by bucket.
using Strangers = std::map<std::optional<std::string>, std::map<std::uint32_t, std::int64_t>>;

constexpr std::string_view other_values = "…";

// The values with most rows, and under "…" all the others: every row stays counted.
Strangers keep_largest(const Strangers& strangers, std::size_t kept) {
  std::vector<std::pair<std::int64_t, std::optional<std::string>>> sizes;
  for (const auto& [value, buckets] : strangers) {
    std::int64_t n = 0;
    for (const auto& [bucket, rows] : buckets) {
      n += rows;
    }
    sizes.emplace_back(-n, value);
  }
  std::sort(sizes.begin(), sizes.end());
  Strangers largest;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const std::optional<std::string>& value = sizes[i].second;
    for (const auto& [bucket, rows] : strangers.at(value)) {
      largest[i < kept ? value : std::string(other_values)][bucket] += rows;
    }
  }
  return largest;
}

const rules::Measure& measure_of(const connectors::ScanGroup& group, const std::string& id) {
  return **std::find_if(group.measures.begin(), group.measures.end(),
                        [&](const rules::Measure* measure) { return measure->id == id; });
}

// Whether each team's own midnight bounds its buckets, so that a scan is for the teams of one zone.
bool own_zones(const connectors::ScanGroup& group) {
  return group.measures.front()->time_zone == "team";
}

bool is_for(const connectors::ScanGroup& group, const rules::Team& team) {
  return !own_zones(group) || team.zone == group.zone;
}

// Rows of no team come with the scan of every zone; one of them counts them.
bool counts_strangers(const connectors::ScanGroup& group, const rules::RuleSet& rules) {
  return !own_zones(group) ||
         std::none_of(rules.teams.begin(), rules.teams.end(), [&](const rules::Team& team) {
           return team.zone.name() < group.zone.name();
         });
}

ScanRecord record_of(const PullStep& step, Instant started, Instant ended) {
  ScanRecord record;
  // A second look has a record of its own, so that the newest of the group is that of its pulls.
  record.group = step.group.key + (step.recheck ? "/recheck" : "");
  record.zone = zone_of(step.group);
  for (const connectors::ScanMeasure& measure : step.scan.measures) {
    record.measures.push_back(measure.id);
    record.definitions.push_back(measure_of(step.group, measure.id).definition);
  }
  record.span = step.span;
  record.started_at = started;
  record.ended_at = ended;
  return record;
}

// Percentiles come back with a row for each bin of each team and bucket, so their steps are as much
// shorter: 25 days of 200 teams with 100 bins each stay below what a source hands over at once.
constexpr int shorter_for_bins = 16;

int buckets_a_step(const connectors::ScanGroup& part, const std::vector<Instant>& edges,
                   const PullLimits& limits) {
  const connectors::Scan scan = connectors::plan_scan(part, edges);
  const bool bins = !scan.measures.empty() &&
                    connectors::shape_of(scan.measures.front()) == connectors::ScanShape::values;
  return std::max(bins ? limits.buckets_a_step / shorter_for_bins : limits.buckets_a_step, 1);
}

// Steps that read the measures of `part` over the buckets that meet `span`.
void add_steps(const connectors::ScanGroup& group, const connectors::ScanGroup& part,
               const Interval& span, Instant now, const PullLimits& limits,
               std::vector<PullStep>& steps) {
  const std::vector<Instant> edges =
      bucket_edges(part.measures.front()->period, group.zone, span.start, span.end);
  const Instant unsettled = first_unsettled(edges, part.measures, now);
  const auto stride = static_cast<std::size_t>(buckets_a_step(part, edges, limits));
  for (std::size_t first = 0; first + 1 < edges.size(); first += stride) {
    const std::size_t last = std::min(first + stride, edges.size() - 1);
    std::vector<Instant> own(edges.begin() + static_cast<std::ptrdiff_t>(first),
                             edges.begin() + static_cast<std::ptrdiff_t>(last) + 1);
    PullStep step;
    step.group = group;
    step.span = {own.front(), own.back()};
    step.watermark = std::min(unsettled, own.back());
    step.scan = connectors::plan_scan(part, std::move(own));
    steps.push_back(std::move(step));
  }
}

}  // namespace

std::string zone_of(const connectors::ScanGroup& group) {
  return own_zones(group) ? group.zone.name() : "";
}

std::string mapping_of(const connectors::ScanGroup& group, const rules::RuleSet& rules) {
  std::string text;
  for (const rules::Team& team : rules.teams) {
    if (is_for(group, team)) {
      text += team.id + "\n";
      for (const std::string& value : team.match) {
        text += "=" + value + "\n";
      }
    }
  }
  return rules::hex(rules::sha256(text));
}

std::vector<PullStep> plan_pull(const connectors::ScanGroup& group, const Watermark& watermark,
                                Instant now, const PullLimits& limits) {
  std::vector<PullStep> steps;
  for (const auto& [start, measures] : starts_of(group, watermark, now)) {
    const connectors::ScanGroup part{group.key, group.zone, measures};
    add_steps(group, part, {start, now + std::chrono::seconds{1}}, now, limits, steps);
  }
  return steps;
}

std::vector<PullStep> plan_recheck(const connectors::ScanGroup& group, const Interval& span,
                                   Instant now, const PullLimits& limits) {
  std::vector<PullStep> steps;
  add_steps(group, group, span, now, limits, steps);
  for (PullStep& step : steps) {
    step.recheck = true;
  }
  return steps;
}

ScanCommit commit_of(const PullStep& step, const connectors::ScanResult& result,
                     const rules::RuleSet& rules, Instant started, Instant ended,
                     const PullLimits& limits) {
  const auto teams = teams_by_value(rules);
  ScanCommit commit;
  commit.record = record_of(step, started, ended);
  commit.record.rows_skipped = result.rows_skipped;
  commit.record.notes = result.notes;
  if (result.filled && started > result.filled->at + result.filled->expected) {
    commit.record.filled_until = result.filled->at;
  }
  commit.watermark = step.watermark;
  commit.record.mapping = mapping_of(step.group, rules);
  commit.record.counts_unknown = counts_strangers(step.group, rules);
  for (const rules::Team& team : rules.teams) {
    if (own_zones(step.group) && is_for(step.group, team)) {
      commit.record.teams.push_back(team.id);
    }
  }

  std::map<std::tuple<std::uint32_t, std::string, std::uint32_t>, Tally> tallies;
  std::map<std::uint32_t, Strangers> unknown;  // by measure
  for (const connectors::ScanCell& cell : result.cells) {
    const auto team = cell.team ? teams.find(*cell.team) : teams.end();
    if (team == teams.end()) {
      if (commit.record.counts_unknown) {
        unknown[cell.measure][cell.team][cell.bucket] += cell.tally.n;
      }
      continue;
    }
    if (is_for(step.group, *team->second)) {  // the rest are another scan's
      tallies[{cell.measure, team->second->id, cell.bucket}] += cell.tally;
    }
  }
  for (const auto& [key, tally] : tallies) {
    const auto& [measure, team, bucket] = key;
    const Interval span{step.scan.edges[bucket], step.scan.edges[bucket + 1]};
    commit.buckets.push_back({step.scan.measures[measure].id, team,
                              commit.record.definitions[measure], span, tally, ended});
  }
  for (const auto& [measure, strangers] : unknown) {
    const auto kept = static_cast<std::size_t>(limits.unknown_teams_kept);
    for (const auto& [value, buckets] : keep_largest(strangers, kept)) {
      for (const auto& [bucket, n] : buckets) {
        commit.record.unknown_teams.push_back(
            {step.scan.measures[measure].id, value, n, step.scan.edges[bucket]});
      }
    }
  }
  return commit;
}

ScanCommit failed_commit(const PullStep& step, const std::string& error, Instant started,
                         Instant ended) {
  ScanCommit commit;
  commit.record = record_of(step, started, ended);
  commit.record.error = error;
  return commit;
}

}  // namespace measured::daemon
