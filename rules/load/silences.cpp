#include <fmt/format.h>

#include "rules/load/reading.h"
#include "rules/units.h"

namespace measured::rules {
namespace {

// A day stands for its beginning in the default zone.
Instant read_day(MapReader& map, std::string_view key, const Zone& zone) {
  if (!map.has(key)) {
    map.error(map.place(), "missing-key", fmt::format("'{}' is missing", key),
              fmt::format("write '{}: 2026-11-23'", key));
    return {};
  }
  const auto day = map.quantity(key, parse_date);
  return day ? zone.resolve(LocalTime{*day}) : Instant{};
}

}  // namespace

void read_silence(MapReader& map, const std::string& id, const SourceSpan& place,
                  Reading& reading) {
  Silence silence;
  silence.id = id;
  silence.place = place;
  silence.measures = read_references(map, "measures", Reference::To::measure, reading);
  silence.teams = read_references(map, "teams", Reference::To::team, reading);
  const Zone& zone = reading.rules.defaults.time_zone;
  silence.span.start = read_day(map, "from", zone);
  silence.span.end = read_day(map, "until", zone);
  silence.reason = map.text("reason");
  silence.by = map.text("by", "");
  const bool both = silence.span.start != Instant{} && silence.span.end != Instant{};
  if (both && silence.span.end <= silence.span.start) {
    map.error(map.place("until"), "bad-date", "'until' does not come after 'from'",
              "write the first day on which is told again");
  }
  if (silence.measures.empty() && silence.teams.empty()) {
    map.error(map.place(), "silence-of-all", fmt::format("'{}' would silence everything", id),
              "name measures or teams");
  }
  map.finish();
  reading.rules.silences.push_back(std::move(silence));
}

}  // namespace measured::rules
