#include "rules/model/silence.h"

#include <algorithm>

#include "rules/model/rule_set.h"

namespace measured::rules {
namespace {

bool has(const std::vector<std::string>& ids, std::string_view id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

bool covers_team(const Silence& silence, const RuleSet& rules, std::string_view id) {
  return std::any_of(silence.teams.begin(), silence.teams.end(),
                     [&](const std::string& team) { return rules.is_within(id, team); });
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
