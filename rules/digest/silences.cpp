// Which alerts are kept back. Digests are not: who reads one must know that others were not told.

#include <algorithm>
#include <utility>

#include "rules/digest/findings.h"
#include "rules/text/dates.h"
#include "rules/text/numbers.h"
#include "rules/text/width.h"

namespace measured::rules {
namespace {

constexpr int name_columns = 80;
constexpr int reason_columns = 200;
constexpr std::size_t names_shown_max = 4;

// The titles of measures, or of teams, as the silence names them.
template <class Named>
std::string names(Language language, const std::vector<std::string>& ids,
                  const Named* (RuleSet::*find)(std::string_view) const, const RuleSet& rules) {
  std::vector<std::string> titles;
  for (const std::string& id : ids) {
    const Named* named = (rules.*find)(id);
    const bool titled = named != nullptr && !named->title.empty();
    titles.push_back(one_line(titled ? named->title : id, name_columns));
  }
  return list_of(language, titles, names_shown_max);
}

std::string what(Language language, const Silence& silence, const RuleSet& rules) {
  const std::string measures = silence.measures.empty()
                                   ? say(language, "silence.all")
                                   : names(language, silence.measures, &RuleSet::measure, rules);
  const std::string teams = names(language, silence.teams, &RuleSet::team, rules);
  return teams.empty() ? measures : measures + "; " + teams;
}

}  // namespace

std::vector<std::string> say_silences(Language language, const DigestInput& input) {
  std::vector<std::string> out;
  for (const Silenced& silenced : input.silences) {
    const Silence& silence = *silenced.silence;
    const LocalTime until = input.rules->defaults.time_zone.local(silence.span.end);
    const std::string by = one_line(silence.by, name_columns);
    std::string text =
        say(language, "silence",
            {{"date", print_date(language, std::chrono::floor<std::chrono::days>(until))},
             {"what", what(language, silence, *input.rules)},
             {"reason", one_line(silence.reason, reason_columns)},
             {"by", by.empty() ? "" : " (" + by + ")"}});
    if (silenced.held > 0) {
      text += " " + say(language, "silence.held", {{"n", print_count(language, silenced.held)}});
    }
    out.push_back(std::move(text));
  }
  return out;
}

}  // namespace measured::rules
