// Questions about what a number means, from the signs of stats.md section 8.
#include <algorithm>
#include <set>
#include <utility>

#include "rules/digest/findings.h"
#include "rules/judge/answers.h"
#include "rules/text/sentences/questions.h"

namespace measured::rules {
namespace {

constexpr std::size_t teams_named_max = 5;

// One line for each measure and what it parts from, with the teams where that is so.
void add_diverging(Language language, const DigestInput& input,
                   const std::vector<Finding>& findings, std::vector<std::string>& out) {
  std::set<std::pair<std::string, std::string>> said;
  for (const Finding& finding : findings) {
    for (const Diverging& first : input.diverging) {
      if (first.measure != finding.measure->id || first.team != finding.team->id ||
          !said.emplace(first.measure, first.other).second) {
        continue;
      }
      std::vector<std::string> teams;
      for (const Finding& same : findings) {
        const bool holds =
            std::any_of(input.diverging.begin(), input.diverging.end(), [&](const Diverging& one) {
              return one.measure == first.measure && one.other == first.other &&
                     same.measure->id == one.measure && same.team->id == one.team;
            });
        if (holds) {
          teams.push_back(title_of(*same.team));
        }
      }
      out.push_back(say(language, "unknown.diverging",
                        {{"measure", title_of(*finding.measure)},
                         {"other", title_of(*input.rules->measure(first.other))},
                         {"teams", list_of(language, teams, teams_named_max)}}));
    }
  }
}

void add_answers(Language language, const Finding& finding, std::vector<std::string>& out) {
  if (!finding.before) {
    return;
  }
  const auto answers = compare_answers(*finding.measure, finding.before->tally, finding.now.tally);
  if (answers && answers->drop.verdict == stats::ResponseDropVerdict::suspicious) {
    out.push_back(say(
        language, "unknown.answers",
        {{"measure", title_of(*finding.measure)},
         {"team", title_of(*finding.team)},
         {"question", say_response_drop(language, answers->before, answers->now, answers->drop)}}));
  }
}

}  // namespace

std::vector<std::string> ask_about_meaning(Language language, const DigestInput& input,
                                           const std::vector<Finding>& findings) {
  std::vector<std::string> out;
  add_diverging(language, input, findings, out);
  for (const Finding& finding : findings) {
    add_answers(language, finding, out);
  }
  return out;
}

}  // namespace measured::rules
