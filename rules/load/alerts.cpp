#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "rules/load/names.h"
#include "rules/load/reading.h"

namespace measured::rules {
namespace {

// The changes that judging can report.
constexpr std::array<std::string_view, 9> events = {
    "target.missed", "target.met",   "target.cannot_tell", "guardrail.broken", "data.stale",
    "data.fresh",    "data.revised", "source.failed",      "source.recovered"};

std::vector<std::string> read_events(MapReader& map) {
  std::vector<std::string> on;
  for (auto& [event, place] : texts_with_places(map, "on")) {
    if (std::find(events.begin(), events.end(), event) == events.end()) {
      map.error(place, "unknown-event", fmt::format("there is no event '{}'", event),
                help_for_name(event, {events.begin(), events.end()}));
    }
    on.push_back(std::move(event));
  }
  if (on.empty()) {
    map.error(map.has("on") ? map.key_place("on") : map.place(), "missing-key", "'on' is missing",
              "write 'on: [target.missed]'");
  }
  return on;
}

}  // namespace

void read_alert(MapReader& map, const std::string& id, const SourceSpan& place, Reading& reading) {
  Alert alert;
  alert.id = id;
  alert.place = place;
  alert.on = read_events(map);
  alert.measures = read_references(map, "measures", Reference::To::measure, reading);
  alert.teams = read_references(map, "teams", Reference::To::team, reading);
  alert.for_periods = map.quantity("for", parse_periods).value_or(for_default);
  alert.recover_periods = map.quantity("recover", parse_periods).value_or(recover_default);
  alert.repeat = map.duration("repeat", repeat_default);
  alert.send = read_channels(map, Carried::events, reading);
  map.finish();
  reading.rules.alerts.push_back(std::move(alert));
}

}  // namespace measured::rules
