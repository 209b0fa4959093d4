#include <algorithm>

#include <fmt/format.h>

#include "rules/load/names.h"
#include "rules/load/reading.h"

namespace measured::rules {
namespace {

DayMatch read_day_match(MapReader& map) {
  const std::string text = map.choice("day_match", "", {"any", "all"});
  return text == "any" ? DayMatch::any : text == "all" ? DayMatch::all : DayMatch::unset;
}

CatchUp read_catch_up(MapReader& map, CatchUp catch_up) {
  std::optional<MapReader> settings = map.map("catch_up");
  if (!settings) {
    return catch_up;
  }
  const std::string policy = settings->choice("policy", "latest", {"latest", "all", "none"});
  catch_up.policy = policy == "all"    ? CatchUp::Policy::all
                    : policy == "none" ? CatchUp::Policy::none
                                       : CatchUp::Policy::latest;
  catch_up.window = settings->duration("window", catch_up.window);
  catch_up.runs_max = static_cast<int>(settings->integer("max_runs", catch_up.runs_max, 1, 1000));
  catch_up.grace = settings->duration("grace", catch_up.grace);
  settings->finish();
  return catch_up;
}

Overlap read_overlap(MapReader& map, Overlap fallback) {
  const std::string text = map.choice("overlap", "", {"skip", "queue_one", "allow"});
  return text.empty()          ? fallback
         : text == "skip"      ? Overlap::skip
         : text == "queue_one" ? Overlap::queue_one
                               : Overlap::allow;
}

// A schedule written as a map: what, and how it runs.
void read_settings(MapReader& map, ScheduleSpec& spec, Reading& reading) {
  const bool has_when = map.has("when");
  const bool has_cron = map.has("cron");
  if (has_when == has_cron) {
    map.error(map.place(), "bad-schedule",
              has_when ? "'when' and 'cron' are both given" : "a schedule has 'when' or 'cron'",
              has_when ? "keep one of the two" : "write 'when: every monday at 08:00'");
  }
  spec.phrase = has_when ? map.text("when") : "";
  spec.cron = has_cron ? map.text("cron") : "";
  spec.day_match = read_day_match(map);
  if (map.has("time_zone")) {
    spec.time_zone = read_zone(map, "time_zone", reading.rules.defaults.time_zone).name();
  }
  spec.calendar = read_reference(map, "calendar", Reference::To::calendar, reading);
  spec.splay = map.duration("splay", spec.splay);
  spec.catch_up = read_catch_up(map, spec.catch_up);
  spec.overlap = read_overlap(map, spec.overlap);
  spec.timeout = map.duration("timeout", spec.timeout);
  spec.paused = map.boolean("paused", spec.paused);
  spec.place = map.place(has_cron ? "cron" : "when");
  map.finish();
}

// The error stands inside the text, when that is written on one line as it is read.
SourceSpan place_in(const SourceSpan& text, std::size_t written, std::size_t offset) {
  const auto width = static_cast<std::size_t>(std::max(text.width, 1));
  if (width < written || offset >= written) {
    return text;
  }
  const std::size_t quote = width > written ? 1 : 0;
  return {text.file, text.line, text.column + static_cast<int>(offset + quote), 1};
}

ScheduleFacts find_facts(const ScheduleSpec& spec, const Zone& zone, const RuleSet& rules) {
  const auto schedule = compile(spec, zone, rules);
  if (!schedule) {
    return {schedule.error(), true, {}};
  }
  // Facts must not depend on today: a fixed fortnight shows the longest gap of what repeats weekly.
  const Instant start = std::chrono::sys_days{std::chrono::year{2024} / 1 / 1};
  constexpr int occurrences_max = 15;
  ScheduleFacts facts;
  std::optional<Instant> last = schedule->next(start);
  facts.fires = last.has_value();
  for (int i = 1; i < occurrences_max && last; ++i) {
    const std::optional<Instant> next = schedule->next(*last);
    if (next) {
      facts.longest_gap = std::max(facts.longest_gap, *next - *last);
    }
    last = next;
  }
  return facts;
}

}  // namespace

const ScheduleFacts& facts_of(const ScheduleSpec& spec, const Zone& zone, Reading& reading) {
  const std::string& zone_name = spec.time_zone.empty() ? zone.name() : spec.time_zone;
  const std::string key = fmt::format("{}\n{}\n{}\n{}\n{}", spec.phrase, spec.cron,
                                      static_cast<int>(spec.day_match), zone_name, spec.calendar);
  const auto known = reading.schedules.find(key);
  return known != reading.schedules.end()
             ? known->second
             : reading.schedules.emplace(key, find_facts(spec, zone, reading.rules)).first->second;
}

ScheduleSpec read_schedule(MapReader& map, std::string_view key, std::string_view fallback,
                           ScheduleUse use, const Zone& zone, Reading& reading) {
  ScheduleSpec spec = schedule_default(use);
  const std::shared_ptr<const YamlNode> node = map.node(key);
  spec.place = map.place(key);
  if (node != nullptr && node->kind == YamlNode::Kind::map) {
    if (std::optional<MapReader> settings = map.map(key)) {
      read_settings(*settings, spec, reading);
    }
  } else if (node != nullptr || fallback.empty()) {
    spec.phrase = map.text(key);
  } else {
    spec.phrase = fallback;
  }
  if (spec.phrase.empty() && spec.cron.empty()) {
    return spec;  // reported above
  }
  if (!spec.calendar.empty() && reading.rules.calendar(spec.calendar) == nullptr) {
    return spec;  // reported when references are resolved
  }
  const ScheduleFacts& facts = facts_of(spec, zone, reading);
  if (facts.error) {
    const std::size_t written = spec.cron.empty() ? spec.phrase.size() : spec.cron.size();
    map.error(place_in(spec.place, written, facts.error->offset), "bad-schedule",
              facts.error->message, facts.error->help);
  } else if (!facts.fires) {
    map.warning(spec.place, "schedule-never",
                "this schedule has no occurrence in the next 50 years", "write a day that comes");
  }
  return spec;
}

Zone read_zone(MapReader& map, std::string_view key, const Zone& fallback) {
  const std::string name = map.text(key, "");
  if (name.empty()) {
    return fallback;
  }
  Result<Zone> zone = Zone::load(name);
  if (!zone) {
    map.error(map.place(key), "unknown-zone", fmt::format("unknown time zone '{}'", name),
              "write an IANA name such as America/Sao_Paulo");
    return fallback;
  }
  return *zone;
}

}  // namespace measured::rules
