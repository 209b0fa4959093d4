#include "rules/model/silence.h"

#include <algorithm>

#include "rules/model/rule_set.h"

namespace measured::rules {
namespace {

bool has(const std::vector<std::string>& ids, std::string_view id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

// The loader has refused circles.
bool covers_team(const Silence& silence, const RuleSet& rules, std::string_view id) {
  for (const Team* team = rules.team(id); team != nullptr; team = rules.team(team->parent)) {
    if (has(silence.teams, team->id)) {
      return true;
    }
  }
  return false;
}

}  // namespace

bool covers(const Silence& silence, const RuleSet& rules, std::string_view measure,
            std::string_view team) {
  return (silence.measures.empty() || has(silence.measures, measure)) &&
         (silence.teams.empty() || covers_team(silence, rules, team));
}

const Silence* silence_of(std::span<const Silence> silences, const RuleSet& rules,
                          std::string_view measure, std::string_view team, Instant at) {
  for (const Silence& silence : silences) {
    if (silence.span.start <= at && at < silence.span.end &&
        covers(silence, rules, measure, team)) {
      return &silence;
    }
  }
  return nullptr;
}

}  // namespace measured::rules
