#include <fmt/format.h>

#include "rules/judge/alert_memory.h"
#include "rules/load/names.h"
#include "rules/load/reading.h"

namespace measured::rules {
namespace {

// Of the language, and of a later version: what nothing can find yet must not be waited for.
bool is_of_later(std::string_view event) {
  return event.starts_with("integrity.") && !parse_event_kind(event);
}

void check_event(MapReader& map, const std::string& event, const SourceSpan& place) {
  if (is_of_later(event)) {
    map.error(place, "not-available-yet",
              fmt::format("'{}' is not available in this version: it would never come", event),
              "leave it out");
    return;
  }
  if (parse_event_kind(event)) {
    return;
  }
  std::vector<std::string_view> known;
  for (const EventKind kind : all_event_kinds()) {
    if (!is_of_later(to_text(kind))) {
      known.push_back(to_text(kind));
    }
  }
  map.error(place, "unknown-event", fmt::format("there is no event '{}'", event),
            help_for_name(event, known));
}

std::vector<std::string> read_events(MapReader& map) {
  std::vector<std::string> on;
  for (auto& [event, place] : texts_with_places(map, "on")) {
    check_event(map, event, place);
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
  alert.hysteresis = map.choice("hysteresis", "noise", {"noise", "none"}) == "noise";
  alert.fold = map.boolean("fold", true);
  alert.send = read_channels(map, Carried::events, reading);
  map.finish();
  reading.rules.alerts.push_back(std::move(alert));
}

}  // namespace measured::rules
