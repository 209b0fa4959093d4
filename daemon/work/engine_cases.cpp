// Which cases a digest may show: those of every miss that one of its readers could be told of.
#include <set>

#include "daemon/work/engine.h"
#include "rules/digest/tables.h"
#include "rules/judge/judge.h"

namespace measured::daemon {

std::vector<CaseQuestion> Engine::case_questions(const DigestRun& run) {
  if (!rules::shows(*run.digest, rules::DigestSection::rows) || run.digest->rows_max == 0) {
    return {};
  }
  std::set<std::string> teams;
  for (const rules::Reader& reader : rules::readers_of(*rules_, *run.digest)) {
    if (reader.zone == run.zone) {
      teams.merge(rules::teams_in_view(*rules_, reader));
    }
  }
  open_board(run.now);
  std::vector<CaseQuestion> questions;
  for (const rules::Measure& measure : rules_->measures) {
    if (!measure.rows || !rules::shows(*run.digest, measure)) {
      continue;
    }
    const rules::MeasureSeries& series = *board_->of(measure.id);
    std::vector<MissedWindow> missed;
    for (const std::string& id : teams) {
      const int team = *series.team_at(id);
      const rules::Judgement judgement = board_->newest(series, team, run.now);
      if (judgement.verdict == rules::Verdict::missed ||
          judgement.verdict == rules::Verdict::guardrail_broken) {
        missed.push_back({id, series.zone_of(team), judgement.window});
      }
    }
    for (CaseQuestion& question : questions_of(*rules_, measure, missed)) {
      questions.push_back(std::move(question));
    }
  }
  return questions;
}

}  // namespace measured::daemon
