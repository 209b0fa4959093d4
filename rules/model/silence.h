#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rules/diagnostic.h"
#include "rules/time/instant.h"

namespace measured::rules {

struct RuleSet;

// A time in which nothing is sent about some measures and teams, and why. What would have been sent
// is recorded all the same.
struct Silence {
  std::string id;
  std::vector<std::string> measures;  // empty: all
  std::vector<std::string> teams;     // empty: all; a team stands for those below it too
  Interval span{};                    // of the moments at which something would be sent
  std::string reason;
  std::string by;  // who says so
  SourceSpan place;
};

// The first of the silences that covers the measure and team at `at`; null for none. News about a
// measure's data has no team, and only a silence of all teams covers it.
const Silence* silence_of(std::span<const Silence> silences, const RuleSet& rules,
                          std::string_view measure, std::string_view team, Instant at);

// Whether the silence is about the measure and team, whenever.
bool covers(const Silence& silence, const RuleSet& rules, std::string_view measure,
            std::string_view team);

}  // namespace measured::rules
