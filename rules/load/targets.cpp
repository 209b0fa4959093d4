// A target is dated: it holds for the buckets that start on or after its day, until the next one
// does. History is therefore never judged by a target that was agreed later.

#include <algorithm>

#include <fmt/format.h>

#include "rules/load/reading.h"

namespace measured::rules {
namespace {

using Kind = YamlNode::Kind;

// Shares are written in percent and nothing else is: 0.92 and 92 would each be read in two ways.
bool in_percent(const Measure& measure) {
  return form_of(measure) == ValueForm::share;
}

std::optional<double> read_goal(MapReader& map, std::string_view key, const Measure& of) {
  if (in_percent(of)) {
    return map.quantity(key, parse_percent);
  }
  if (of.kind == MeasureKind::duration) {
    const std::optional<std::chrono::seconds> goal = map.quantity(key, parse_duration);
    return goal ? std::optional(static_cast<double>(goal->count()) / of.parts.unit_seconds)
                : std::nullopt;
  }
  const std::string text = map.text(key, "");
  if (text.ends_with('%')) {
    map.error(map.place(key), "bad-target",
              fmt::format("'{}' is not in the unit of this measure", text),
              "write a bare number: only a ratio has a target in percent");
    return std::nullopt;
  }
  return map.number(key);
}

// `direction`: the one an override must keep; none for the target itself.
std::optional<TargetValue> read_value(MapReader& map, const Measure& of,
                                      std::optional<Direction> direction) {
  const bool at_least = map.has("at_least");
  const bool at_most = map.has("at_most");
  if (at_least == at_most) {
    map.error(map.place(), "bad-target",
              at_least ? "'at_least' and 'at_most' are both given"
                       : "a target has 'at_least' or 'at_most'",
              at_least         ? "keep one of the two"
              : in_percent(of) ? "write 'at_least: 92%'"
                               : "write 'at_least: 12'");
  }
  TargetValue value;
  value.direction = at_most && !at_least ? Direction::at_most : Direction::at_least;
  const std::string_view key = value.direction == Direction::at_most ? "at_most" : "at_least";
  if (at_least && at_most) {
    map.has("watch");
    return std::nullopt;
  }
  const std::optional<double> goal = read_goal(map, key, of);
  value.goal = goal.value_or(0);
  if (map.has("watch")) {
    value.watch = read_goal(map, "watch", of);
  }
  if (direction && goal && *direction != value.direction) {
    map.error(map.key_place(key), "bad-target",
              fmt::format("this target is '{}', and the one it replaces is not", key),
              fmt::format("write '{}'", *direction == Direction::at_most ? "at_most" : "at_least"));
  }
  if (goal && value.watch) {
    const bool near = value.direction == Direction::at_least ? *value.watch >= value.goal
                                                             : *value.watch <= value.goal;
    if (!near) {
      map.error(map.place("watch"), "bad-watch",
                "'watch' is on the far side of the goal: values there are missed already",
                value.direction == Direction::at_least ? "write more than the goal"
                                                       : "write less than the goal");
    }
  }
  return goal ? std::optional<TargetValue>(value) : std::nullopt;
}

void read_teams(MapReader& target_map, const Measure& of, DatedTarget& target, Reading& reading) {
  std::optional<MapReader> teams = target_map.map("teams");
  if (!teams) {
    return;
  }
  for (const YamlNode::Entry& entry : teams->yaml().entries) {
    reading.refer(Reference::To::team, std::string(entry.key), teams->place_of(entry));
    if (std::optional<MapReader> map = teams->map(entry.key)) {
      if (const auto value = read_value(*map, of, target.value.direction)) {
        target.teams.emplace(entry.key, *value);
      }
      map->finish();
    }
  }
}

// "2025-01-01..2025-06-30", both days included.
void read_baseline(MapReader& map, OwnBaseline& baseline) {
  const std::string text = map.text("baseline", "");
  const auto dots = text.find("..");
  const auto first = parse_date(std::string_view(text).substr(0, dots));
  const auto last = dots == std::string::npos ? UnitResult<std::chrono::local_days>(first)
                                              : parse_date(std::string_view(text).substr(dots + 2));
  if (dots == std::string::npos || !first || !last || *last < *first) {
    map.error(map.place("baseline"), "bad-date",
              "a baseline is the past days that are compared with",
              "write 'baseline: 2025-01-01..2025-06-30'");
    return;
  }
  baseline.first = *first;
  baseline.last = *last;
}

// A target relative to what each team did before: its values come when its baseline is known.
void read_relative(MapReader& map, const Measure& of, DatedTarget& target) {
  OwnBaseline baseline;
  baseline.better_by = map.quantity("better_than_baseline", parse_percent).value_or(0);
  read_baseline(map, baseline);
  for (const std::string_view key : {"at_least", "at_most", "watch", "teams"}) {
    if (map.has(key)) {
      map.error(map.key_place(key), "bad-target",
                fmt::format("'{}' contradicts 'better_than_baseline'", key),
                "keep one: a value, or a share better than the team's own past");
    }
  }
  target.baseline = baseline;
  target.for_all = false;
  target.value.direction = of.better == Better::lower ? Direction::at_most : Direction::at_least;
}

void read_target(MapReader map, const Measure& of, bool single, std::vector<DatedTarget>& targets,
                 Reading& reading) {
  DatedTarget target;
  target.place = map.place();
  if (!map.has("from") && !single) {
    map.error(map.place(), "missing-key", "'from' is missing",
              "write 'from: 2026-01-01': targets of a list follow each other");
  }
  target.from = map.quantity("from", parse_date).value_or(std::chrono::local_days{});
  if (map.has("better_than_baseline")) {
    read_relative(map, of, target);
  } else {
    target.value = read_value(map, of, std::nullopt).value_or(TargetValue{});
  }
  target.review = map.quantity("review", parse_date);
  if (target.review && *target.review < target.from) {
    map.error(map.place("review"), "bad-date", "the review is before the target begins",
              "write a later day");
  }
  target.reason = map.text("reason", "");
  if (!target.baseline) {
    read_teams(map, of, target, reading);
  }
  if (!targets.empty() && map.has("from") && target.from <= targets.back().from) {
    map.error(map.place("from"), "targets-out-of-order",
              "this target begins no later than the one before it",
              "write the targets in the order of their days");
  }
  map.finish();
  targets.push_back(std::move(target));
}

}  // namespace

std::vector<DatedTarget> read_targets(MapReader& measure, const Measure& of, Reading& reading) {
  std::vector<DatedTarget> targets;
  const std::shared_ptr<const YamlNode> node = measure.node("target");
  if (node == nullptr) {
    return targets;
  }
  if (node->kind == Kind::list) {
    for (const YamlNode* item : node->items) {
      read_target(measure.reader_of(*item), of, node->items.size() == 1, targets, reading);
    }
  } else if (node->kind == Kind::map) {
    read_target(measure.reader_of(*node), of, true, targets, reading);
  } else {
    measure.error(
        measure.place("target"), "bad-target", "a target is a map, or a list of maps",
        in_percent(of) ? "write 'target: {at_least: 92%}'" : "write 'target: {at_least: 12}'");
  }
  return targets;
}

}  // namespace measured::rules
