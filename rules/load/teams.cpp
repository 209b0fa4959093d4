#include <fmt/format.h>

#include "rules/load/names.h"
#include "rules/load/people.h"
#include "rules/load/reading.h"

namespace measured::rules {

void read_team(MapReader& map, const std::string& id, const SourceSpan& place, Reading& reading) {
  Team team;
  team.id = id;
  team.place = place;
  team.title = map.text("title", id);
  if (const auto manager = map.node("manager");
      manager != nullptr && manager->kind != YamlNode::Kind::null) {
    team.manager = read_person(map, *manager);
  }
  team.match = map.texts("match");
  if (team.match.empty()) {
    team.match = {id};
  }
  team.parent = read_reference(map, "parent", Reference::To::team, reading);
  team.zone = read_zone(map, "time_zone", reading.rules.defaults.time_zone);
  team.language = read_language(map).value_or(reading.rules.defaults.language);
  map.finish();
  reading.rules.teams.push_back(std::move(team));
}

void read_roster_setting(MapReader& file, Reading& reading) {
  std::optional<MapReader> map = file.map("roster");
  if (!map) {
    return;
  }
  const SourceSpan place = file.key_place("roster");
  if (reading.rules.roster) {
    const SourceSpan& first = reading.rules.roster->place;
    file.error(place, "defined-twice",
               fmt::format("a roster is already defined at {}:{}", first.file, first.line),
               "keep one of the two");
  }
  Roster roster;
  roster.place = place;
  roster.source = read_source(*map, reading);
  roster.from = map->text("from", "");
  roster.query = map->text("query", "");
  if (roster.from.empty() == roster.query.empty()) {
    map->error(map->place(), "bad-roster", "a roster has either 'from' or 'query'",
               "write 'from: teams.csv', or 'query' with a select");
  }
  roster.refresh = read_schedule(*map, "refresh", refresh_default, ScheduleUse::pull,
                                 reading.rules.defaults.time_zone, reading);
  map->finish();
  reading.rules.roster = std::move(roster);
}

}  // namespace measured::rules
