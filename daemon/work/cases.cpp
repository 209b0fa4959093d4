// The cases behind a miss are read when a digest is made, not with the numbers: a manager acts on
// what is there now, and rows about customers are not kept where only numbers are needed.
#include "daemon/work/cases.h"

#include <algorithm>
#include <set>
#include <utility>

namespace measured::daemon {
namespace {

void add_values(const rules::RuleSet& rules, const rules::Team& team, std::set<std::string>& to) {
  to.insert(team.match.begin(), team.match.end());
  for (const rules::Team& other : rules.teams) {
    if (other.parent == team.id) {
      add_values(rules, other, to);
    }
  }
}

std::vector<std::string> values_of(const rules::RuleSet& rules, const rules::Measure& measure,
                                   const rules::Team& team) {
  if (measure.team.empty()) {
    return {""};  // every row is the one team's
  }
  std::set<std::string> values;
  add_values(rules, team, values);
  return {values.begin(), values.end()};
}

// Those of any of `values`, first things first.
void add_cases(const connectors::Cases& cases, const std::vector<std::string>& values, int limit,
               rules::CasesBehind& behind) {
  for (const std::string& value : values) {
    const auto total = cases.totals.find(value);
    behind.total += total == cases.totals.end() ? 0 : total->second;
  }
  for (const connectors::Cases::Row& row : cases.rows) {
    const bool own = std::find(values.begin(), values.end(), row.team) != values.end();
    if (!own || std::ssize(behind.rows) == limit) {
      continue;
    }
    std::vector<std::string>& cells = behind.rows.emplace_back();
    for (const std::optional<std::string>& cell : row.cells) {
      cells.push_back(cell.value_or(""));
    }
  }
}

}  // namespace

std::vector<CaseQuestion> questions_of(const rules::RuleSet& rules, const rules::Measure& measure,
                                       const std::vector<MissedWindow>& missed) {
  std::map<std::pair<std::string, rules::Interval>, std::vector<const MissedWindow*>> windows;
  for (const MissedWindow& one : missed) {
    windows[{one.zone.name(), one.window}].push_back(&one);
  }
  std::vector<CaseQuestion> questions;
  for (const auto& [key, teams] : windows) {
    CaseQuestion question;
    std::set<std::string> all;
    for (const MissedWindow* one : teams) {
      if (const rules::Team* team = rules.team(one->team)) {
        std::vector<std::string> values = values_of(rules, measure, *team);
        all.insert(values.begin(), values.end());
        question.values.emplace(team->id, std::move(values));
      }
    }
    question.source = measure.source;
    question.scan =
        connectors::plan_cases(measure, teams.front()->zone, key.second, {all.begin(), all.end()});
    questions.push_back(std::move(question));
  }
  return questions;
}

std::vector<rules::CasesBehind> answered(const CaseQuestion& question,
                                         const rules::Result<connectors::Cases>& answer) {
  std::vector<rules::CasesBehind> all;
  for (const auto& [team, values] : question.values) {
    rules::CasesBehind behind;
    behind.measure = question.scan.scan.measures.front().id;
    behind.team = team;
    behind.unread = !answer.has_value();
    for (const auto& [label, expression] : question.scan.show) {
      behind.labels.push_back(label);
    }
    if (answer) {
      add_cases(*answer, values, question.scan.limit, behind);
    }
    all.push_back(std::move(behind));
  }
  return all;
}

}  // namespace measured::daemon
