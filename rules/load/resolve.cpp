#include "rules/load/resolve.h"

#include <algorithm>
#include <set>
#include <tuple>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "rules/load/names.h"

namespace measured::rules {
namespace {

template <class Value>
void sort_list(std::vector<Value>& values) {
  std::stable_sort(values.begin(), values.end(),
                   [](const Value& a, const Value& b) { return a.id < b.id; });
}

template <class Value>
std::vector<std::string_view> ids_of(const std::vector<Value>& values) {
  std::vector<std::string_view> ids;
  for (const Value& value : values) {
    ids.push_back(value.id);
  }
  return ids;
}

struct Answer {
  bool known;
  std::string_view word;
  std::string_view code;
};

Answer look_up(const Reference& reference, const RuleSet& rules) {
  const Measure* measure = rules.measure(reference.id);
  switch (reference.to) {
    case Reference::To::driver:
      return {rules.driver(reference.id) != nullptr, "driver", "unknown-driver"};
    case Reference::To::outcome:
      return {measure != nullptr && measure->is_outcome, "outcome", "unknown-outcome"};
    case Reference::To::measure:
      return {measure != nullptr && !measure->is_outcome, "measure", "unknown-measure"};
    case Reference::To::calendar:
      return {rules.calendar(reference.id) != nullptr, "calendar", "unknown-calendar"};
    case Reference::To::team: break;
  }
  const bool known = rules.roster.has_value() || rules.team(reference.id) != nullptr;
  return {known, "team", "unknown-team"};
}

std::vector<std::string_view> candidates(Reference::To to, const RuleSet& rules) {
  switch (to) {
    case Reference::To::driver: return ids_of(rules.drivers);
    case Reference::To::calendar: return ids_of(rules.calendars);
    case Reference::To::team: return ids_of(rules.teams);
    case Reference::To::outcome:
    case Reference::To::measure: break;
  }
  std::vector<std::string_view> ids;
  for (const Measure& measure : rules.measures) {
    if (measure.is_outcome == (to == Reference::To::outcome)) {
      ids.push_back(measure.id);
    }
  }
  return ids;
}

// The teams from `start` up to where the chain of parents comes back to it; empty when it does not.
std::vector<std::string_view> circle_through(const Team& start,
                                             const std::map<std::string_view, const Team*>& by_id) {
  std::vector<std::string_view> chain = {start.id};
  for (const Team* team = &start; chain.size() <= by_id.size();) {
    const auto parent = by_id.find(team->parent);
    if (team->parent.empty() || parent == by_id.end()) {
      return {};
    }
    team = parent->second;
    chain.push_back(team->id);
    if (team == &start) {
      return chain;
    }
  }
  return {};  // leads into a circle that does not hold `start`
}

void check_parents(const std::vector<Team>& teams, Diagnostics& out) {
  std::map<std::string_view, const Team*> by_id;
  for (const Team& team : teams) {
    by_id.emplace(team.id, &team);
  }
  std::set<std::string_view> reported;
  for (const Team& team : teams) {
    const std::vector<std::string_view> circle = circle_through(team, by_id);
    if (circle.empty() || reported.contains(team.id)) {
      continue;
    }
    reported.insert(circle.begin(), circle.end());
    out.push_back({Severity::error, "parent-circle",
                   fmt::format("teams are their own parents: {}", fmt::join(circle, " -> ")),
                   "leave one 'parent' out", team.place});
  }
}

void check_match(const std::vector<Team>& teams, Diagnostics& out) {
  std::map<std::string_view, const Team*> owners;
  for (const Team& team : teams) {
    for (const std::string& value : team.match) {
      const auto [owner, fresh] = owners.emplace(value, &team);
      if (fresh || owner->second == &team) {
        continue;
      }
      const bool later = std::tie(owner->second->place.file, owner->second->place.line) <
                         std::tie(team.place.file, team.place.line);
      const Team& first = later ? *owner->second : team;
      const Team& second = later ? team : *owner->second;
      out.push_back({Severity::error, "match-twice",
                     fmt::format("the value '{}' would mean both team '{}' ({}:{}) and team '{}'",
                                 value, first.id, first.place.file, first.place.line, second.id),
                     "let each value match one team; a parent adds up its children without "
                     "matching their values",
                     second.place});
    }
  }
}

// What another measure counts can be expected of this one only where both have the same periods.
void check_expected(const Measure& measure, const Reading& reading) {
  const Measure* plan = reading.rules.measure(measure.expected_by);
  if (plan == nullptr) {
    return;  // none is named, or (reported) it does not exist
  }
  const bool counts = form_of(*plan) == ValueForm::count;
  if (!counts || plan->period != measure.period || plan->time_zone != measure.time_zone) {
    reading.out.push_back(
        {Severity::error, "bad-expected",
         fmt::format("'{}' cannot say how many cases '{}' is going to have", plan->id, measure.id),
         "name a count with the same 'period' and 'time_zone'", measure.place});
  }
}

}  // namespace

void sort_by_id(RuleSet& rules) {
  sort_list(rules.teams);
  sort_list(rules.drivers);
  sort_list(rules.measures);
  sort_list(rules.alerts);
  sort_list(rules.digests);
  sort_list(rules.silences);
  sort_list(rules.calendars);
}

void resolve(const Reading& reading) {
  for (const Reference& reference : reading.references) {
    const Answer answer = look_up(reference, reading.rules);
    if (!answer.known) {
      reading.out.push_back({Severity::error, std::string(answer.code),
                             fmt::format("there is no {} '{}'", answer.word, reference.id),
                             help_for_name(reference.id, candidates(reference.to, reading.rules)),
                             reference.place});
    }
  }
  for (const Measure& measure : reading.rules.measures) {
    if (std::find(measure.guardrails.begin(), measure.guardrails.end(), measure.id) !=
        measure.guardrails.end()) {
      reading.out.push_back(
          {Severity::error, "own-guardrail", fmt::format("'{}' cannot guard itself", measure.id),
           "name a measure that gets worse when this one is gamed", measure.place});
    }
    check_expected(measure, reading);
  }
  check_teams(reading.rules.teams, reading.out);
}

void check_teams(const std::vector<Team>& teams, Diagnostics& out) {
  check_parents(teams, out);
  check_match(teams, out);
}

}  // namespace measured::rules
