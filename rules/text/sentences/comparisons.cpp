#include "rules/text/sentences/comparisons.h"

#include <algorithm>

#include "rules/text/lists.h"
#include "rules/text/messages.h"
#include "rules/text/numbers.h"
#include "rules/text/sentences/phrases.h"

namespace measured::rules {
namespace {

using stats::TeamStanding;

constexpr std::size_t teams_shown_max = 8;

std::string count_of(Language language, std::size_t n) {
  return print_count(language, static_cast<std::int64_t>(n));
}

void append(std::string& out, const std::string& sentence) {
  out += (out.empty() ? "" : " ") + sentence;
}

}  // namespace

std::string say_team_compare(Language language, const Measure& measure,
                             std::span<const std::string> titles,
                             const stats::Comparison& comparison,
                             const stats::ComparisonOptions& options) {
  const std::string centre =
      comparison.centre ? say_share(language, measure, *comparison.centre) : "";
  switch (comparison.status) {
    case stats::ComparisonStatus::too_little_data:
      return say(language, "team_compare.too_little_data",
                 {{"needed", count_of(language, options.teams_min)}});
    case stats::ComparisonStatus::no_variation:
      return say(language, "team_compare.no_variation", {{"centre", centre}});
    case stats::ComparisonStatus::ok: break;
  }
  std::vector<std::string> below;
  std::vector<std::string> above;
  std::int64_t in_line = 0;
  std::int64_t thin = 0;
  for (std::size_t i = 0; i < comparison.teams.size() && i < titles.size(); ++i) {
    switch (comparison.teams[i].standing) {
      case TeamStanding::below: below.push_back(titles[i]); break;
      case TeamStanding::above: above.push_back(titles[i]); break;
      case TeamStanding::in_line: ++in_line; break;
      case TeamStanding::too_little_data: ++thin; break;
      case TeamStanding::no_data: break;
    }
  }
  std::string out;
  for (const auto& [key, teams] :
       {std::pair{"team_compare.below", &below}, {"team_compare.above", &above}}) {
    if (!teams->empty()) {
      append(out, say(language, key,
                      {{"centre", centre}, {"teams", list_of(language, *teams, teams_shown_max)}}));
    }
  }
  if (in_line > 0) {
    const bool alone = below.empty() && above.empty();
    append(out, say_count(language, alone ? "team_compare.all_alike" : "team_compare.rest", in_line,
                          {{"centre", centre}}));
  }
  if (thin > 0) {
    append(out, say_count(language, "team_compare.thin", thin,
                          {{"needed", print_count(language, options.cases_min)}}));
  }
  constexpr double phi_max = 2;
  if (below.empty() && above.empty() && comparison.phi.value_or(0) > phi_max) {
    append(out, say(language, "team_compare.spread"));
  }
  return out;
}

std::string say_shrink(Language language, const Measure& measure, const stats::Shrinkage& shrinkage,
                       std::size_t index, double value, std::int64_t n, std::size_t teams_min) {
  switch (shrinkage.status) {
    case stats::ShrinkStatus::too_little_data:
      return say(language, "shrink.too_little_data", {{"needed", count_of(language, teams_min)}});
    case stats::ShrinkStatus::no_difference:
      return say(language, "shrink.no_difference",
                 {{"mean", print_value(language, measure, shrinkage.mean.value_or(0))}});
    case stats::ShrinkStatus::ok: break;
  }
  if (index >= shrinkage.shrunk.size() || !shrinkage.shrunk[index]) {
    return "";
  }
  return say(language, "shrink.ok",
             {{"value", print_value(language, measure, value)},
              {"cases", say_cases(language, n)},
              {"expected", print_value(language, measure, shrinkage.shrunk[index]->value)}});
}

std::string say_discoveries(Language language, const stats::Discoveries& discoveries) {
  if (discoveries.tests == 0) {
    return say(language, "discoveries.nothing");
  }
  const auto notable = std::count(discoveries.notable.begin(), discoveries.notable.end(), true);
  const std::string tests = count_of(language, discoveries.tests);
  return notable == 0 ? say(language, "discoveries.none", {{"tests", tests}})
                      : say_count(language, "discoveries.some", notable, {{"tests", tests}});
}

}  // namespace measured::rules
