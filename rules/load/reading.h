#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/load/defaults.h"
#include "rules/load/loader.h"
#include "rules/yaml/map_reader.h"

namespace measured::rules {

// A name that must be defined somewhere in the rules; looked up once every file is read.
struct Reference {
  enum class To { driver, outcome, measure, team, calendar };
  To to = To::measure;
  std::string id;
  SourceSpan place;
};

// What is known of a schedule without running it.
struct ScheduleFacts {
  std::optional<ScheduleError> error;
  bool fires = true;
  std::chrono::seconds longest_gap{0};  // between two of its next occurrences
};

// What the parts of the loader share while the files are read: they add to `rules`, report to `out`
// and leave the names they use in `references`.
struct Reading {
  const LoadContext& context;
  Diagnostics& out;
  RuleSet rules;
  std::vector<Reference> references;
  std::map<std::string, ScheduleFacts>
      schedules;  // by text and zone: thousands of measures share a few
  // For the linter, which sees the rules once they are whole.
  std::map<std::string, SourceSpan> calendars;  // by id: where each is
  std::set<std::string> by_default_sample;      // shares that leave `min_sample` to the default

  void refer(Reference::To to, std::string id, SourceSpan place) {
    references.push_back({to, std::move(id), std::move(place)});
  }
};

// One definition under its id: reads it from `map` into `reading.rules`.
void read_calendar(MapReader& map, const std::string& id, const SourceSpan& place,
                   Reading& reading);
void read_team(MapReader& map, const std::string& id, const SourceSpan& place, Reading& reading);
void read_driver(MapReader& map, const std::string& id, const SourceSpan& place, Reading& reading);
void read_outcome(MapReader& map, const std::string& id, const SourceSpan& place, Reading& reading);
void read_measure(MapReader& map, const std::string& id, const SourceSpan& place, Reading& reading);
void read_alert(MapReader& map, const std::string& id, const SourceSpan& place, Reading& reading);
void read_silence(MapReader& map, const std::string& id, const SourceSpan& place, Reading& reading);
void read_digest(MapReader& map, const std::string& id, const SourceSpan& place, Reading& reading);

// `roster:` of a file. A second one is an error.
void read_roster_setting(MapReader& file, Reading& reading);

// The targets of a measure whose kind and `better` are known. Ascending by date.
std::vector<DatedTarget> read_targets(MapReader& measure, const Measure& of, Reading& reading);

// The declared changes that begin a new baseline for charts. Ascending by date.
std::vector<DeclaredBaseline> read_baselines(MapReader& measure, Reading& reading);

// `basis` and `expected` of a measure whose kind is known.
void read_basis(MapReader& map, Measure& measure, Reading& reading);

// The cases to show of a measure of which everything else is known; without its kind (which was
// reported) nothing is said of what that kind needs.
void read_rows(MapReader& map, Measure& measure, bool kind_known, const Reading& reading);

// `target: {source: …}`; none where the targets stand in the rules themselves.
std::optional<TargetSource> read_target_source(MapReader& measure, Reading& reading);

// The schedule under `key`, or the phrase `fallback` when there is none (an empty one makes the key
// required). Compiled once in `zone` for its errors; an invalid one is reported and returned as
// read.
ScheduleSpec read_schedule(MapReader& map, std::string_view key, std::string_view fallback,
                           ScheduleUse use, const Zone& zone, Reading& reading);

// The facts of a schedule that read_schedule() returned.
const ScheduleFacts& facts_of(const ScheduleSpec& spec, const Zone& zone, Reading& reading);

// The zone named under `key`; `fallback` when absent or (reported) unknown.
Zone read_zone(MapReader& map, std::string_view key, const Zone& fallback);

// Each text of a value that is one or a list of them, with its own place.
std::vector<std::pair<std::string, SourceSpan>> texts_with_places(MapReader& map,
                                                                  std::string_view key);

// A source's id under `source`, which must be one of the daemon's.
std::string read_source(MapReader& map, const Reading& reading);

// Channel ids under `send`; each must exist and carry mail (or events).
enum class Carried { mail, events };
std::vector<std::string> read_channels(MapReader& map, Carried carried, const Reading& reading);

// A list of ids under `key`, each left in `reading.references`.
std::vector<std::string> read_references(MapReader& map, std::string_view key, Reference::To to,
                                         Reading& reading);

// An id under `key`, left in `reading.references`; empty when absent.
std::string read_reference(MapReader& map, std::string_view key, Reference::To to,
                           Reading& reading);

}  // namespace measured::rules
