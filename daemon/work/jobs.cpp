#include "daemon/work/jobs.h"

#include <algorithm>
#include <set>

#include "rules/digest/content.h"

namespace measured::daemon {
namespace {

// What the store does for itself, at an hour when nobody waits for it.
constexpr std::string_view upkeep_phrase = "daily at 03:30";

Job job_of(std::string name, const rules::ScheduleSpec& spec, const rules::Zone& zone,
           const rules::RuleSet& rules) {
  // Every spec was compiled when the rules were loaded, so this cannot fail.
  return {std::move(name), rules::compile(spec, zone, rules).value(),
          spec.catch_up,   spec.splay,
          spec.overlap,    spec.timeout,
          spec.paused};
}

// Zones in which somebody reads `digest`, by name.
std::vector<rules::Zone> reader_zones(const rules::RuleSet& rules, const rules::Digest& digest) {
  std::map<std::string, rules::Zone> zones;
  for (const rules::Reader& reader : rules::readers_of(rules, digest)) {
    zones.emplace(reader.zone.name(), reader.zone);
  }
  std::vector<rules::Zone> list;
  for (const auto& [name, zone] : zones) {
    list.push_back(zone);
  }
  return list;
}

}  // namespace

std::string_view to_text(JobKind kind) {
  switch (kind) {
    case JobKind::pull: return "pull";
    case JobKind::digest: return "digest";
    case JobKind::roster: return "roster";
    case JobKind::targets: return "targets";
    case JobKind::upkeep: return "upkeep";
  }
  return "";
}

std::vector<WorkJob> jobs_of(const rules::RuleSet& rules,
                             std::span<const connectors::ScanGroup> groups) {
  std::vector<WorkJob> jobs;
  for (const connectors::ScanGroup& group : groups) {
    jobs.push_back({JobKind::pull, group.key, group.zone,
                    job_of("pull/" + group.key, group.measures.front()->pull, group.zone, rules)});
  }
  for (const rules::Digest& digest : rules.digests) {
    for (const rules::Zone& zone : reader_zones(rules, digest)) {
      jobs.push_back({JobKind::digest, digest.id, zone,
                      job_of("digest/" + digest.id + "/" + zone.name(), digest.at, zone, rules)});
    }
  }
  if (rules.roster) {
    jobs.push_back({JobKind::roster, "", rules.defaults.time_zone,
                    job_of("roster", rules.roster->refresh, rules.defaults.time_zone, rules)});
  }
  for (const rules::Measure& measure : rules.measures) {
    if (measure.target_source) {
      jobs.push_back({JobKind::targets, measure.id, rules.defaults.time_zone,
                      job_of("targets/" + measure.id, measure.target_source->refresh,
                             rules.defaults.time_zone, rules)});
    }
  }
  rules::ScheduleSpec upkeep;
  upkeep.phrase = upkeep_phrase;
  jobs.push_back({JobKind::upkeep, "", rules.defaults.time_zone,
                  job_of("upkeep", upkeep, rules.defaults.time_zone, rules)});
  std::sort(jobs.begin(), jobs.end(),
            [](const WorkJob& a, const WorkJob& b) { return a.job.name < b.job.name; });
  return jobs;
}

}  // namespace measured::daemon
