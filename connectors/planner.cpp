#include "connectors/planner.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "rules/hash.h"

// Which measures share a statement. One pass over the rows of a table costs the same whether it
// answers one question or twenty, so measures that look at the same rows in the same buckets are
// pulled together. What must agree is exactly what the statement has once: the relation, the time,
// the team and the edges; and what the job has once: its source and its schedule.

namespace measured::connectors {
namespace {

constexpr char separator =
    '\x1f';  // cannot stand in YAML text, so parts cannot run into each other

std::string text_of(const rules::Grain& grain) {
  return fmt::format("{}/{}/{}/{}/{}/{}/{}/{}", static_cast<int>(grain.kind), grain.minutes,
                     grain.week_start.c_encoding(), grain.year_start_month,
                     static_cast<int>(grain.pattern), static_cast<int>(grain.year_end),
                     grain.year_end_month, grain.year_end_weekday.c_encoding());
}

std::string text_of(const rules::ScheduleSpec& spec) {
  return fmt::format("{}{}{}{}{}/{}/{}/{}/{}/{}/{}/{}/{}/{}/{}", spec.phrase, separator, spec.cron,
                     separator, static_cast<int>(spec.day_match), spec.time_zone, spec.calendar,
                     spec.splay.count(), static_cast<int>(spec.catch_up.policy),
                     spec.catch_up.window.count(), spec.catch_up.runs_max,
                     spec.catch_up.grace.count(), static_cast<int>(spec.overlap),
                     spec.timeout.count(), spec.paused);
}

ScanMeasure scan_measure(const rules::Measure& measure) {
  const rules::SourceSpan& place = measure.of_place.line > 0 ? measure.of_place : measure.place;
  return {measure.id,    measure.kind, measure.where, measure.of,
          measure.among, place,        measure.parts, measure.query_value};
}

// Everything that measures must agree on to share a scan. A `query` measure agrees with no other.
std::string identity(const rules::Measure& measure, const rules::Zone& zone) {
  std::string text = measure.source + separator;
  if (measure.kind == rules::MeasureKind::query) {
    text += "query" + std::string(1, separator) + measure.id;
  } else {
    text += measure.from + separator + measure.time + separator + measure.team;
    if (const std::string shape = shape_key(scan_measure(measure)); !shape.empty()) {
      text += separator + shape;
    }
  }
  text += separator + zone.name() + separator + text_of(measure.period) + separator;
  return text + text_of(measure.pull);
}

// The source first, for people; then enough of a hash that two groups never share a name.
std::string key_of(const rules::Measure& measure, const std::string& identity) {
  return fmt::format("{}-{}", measure.source, rules::base32(rules::sha256(identity), 16));
}

std::vector<rules::Zone> zones_of(const rules::Measure& measure, const rules::RuleSet& rules) {
  if (measure.time_zone != "team") {
    // Every zone name was loaded once when the rules were read.
    return {rules::Zone::load(measure.time_zone).value()};
  }
  std::map<std::string, rules::Zone> zones;
  for (const rules::Team& team : rules.teams) {
    zones.emplace(team.zone.name(), team.zone);
  }
  if (zones.empty()) {
    return {rules.defaults.time_zone};
  }
  std::vector<rules::Zone> sorted;
  for (const auto& [name, zone] : zones) {
    sorted.push_back(zone);
  }
  return sorted;
}

}  // namespace

std::vector<ScanGroup> plan_groups(const rules::RuleSet& rules) {
  std::map<std::string, ScanGroup> groups;  // by key
  for (const rules::Measure& measure : rules.measures) {
    for (const rules::Zone& zone : zones_of(measure, rules)) {
      const std::string key = key_of(measure, identity(measure, zone));
      ScanGroup& group = groups[key];
      group.key = key;
      group.zone = zone;
      group.measures.push_back(&measure);
    }
  }
  std::vector<ScanGroup> sorted;
  for (auto& [key, group] : groups) {
    std::ranges::sort(group.measures, {}, &rules::Measure::id);
    sorted.push_back(std::move(group));
  }
  return sorted;
}

Scan plan_scan(const ScanGroup& group, std::vector<rules::Instant> edges) {
  const rules::Measure& first = *group.measures.front();
  Scan scan;
  scan.source = first.source;
  scan.from = first.from;
  scan.time = first.time;
  scan.team = first.team;
  scan.zone = group.zone;
  scan.edges = std::move(edges);
  if (first.kind == rules::MeasureKind::query) {
    scan.query = first.of;
  }
  for (const rules::Measure* measure : group.measures) {
    scan.measures.push_back(scan_measure(*measure));
  }
  return scan;
}

}  // namespace measured::connectors
