// Judging a round: every final period that no standing has seen yet, team by team, and the last one
// again where its numbers, or those of a measure that guards it, have changed since. State, events
// and messages are one commit; when it fails, the state in memory goes back with it.
#include <algorithm>
#include <iterator>
#include <set>

#include "daemon/work/history.h"
#include "daemon/work/round.h"
#include "rules/judge/event.h"
#include "rules/judge/judge.h"
#include "rules/time/bucket.h"

namespace measured::daemon {
namespace {

// How far back judging reaches at most: more than a year of hours.
constexpr std::size_t periods_max = 10'000;

StandingRow row_of(const rules::Measure& measure, const std::string& team,
                   const rules::Standing& standing) {
  return {measure.id,          team,
          measure.definition,  std::string(to_text(standing.verdict)),
          standing.since,      standing.window,
          standing.transition, rules::to_json(standing)};
}

VerdictRevisionRow row_of(const rules::Measure& measure, const rules::RevisedVerdict& revised,
                          Instant as_of) {
  return {measure.id,
          revised.team,
          measure.definition,
          revised.now.window,
          std::string(to_text(revised.before.verdict)),
          revised.before.value,
          std::string(to_text(revised.now.verdict)),
          revised.now.value,
          as_of};
}

void append(std::vector<rules::Change>& changes, std::vector<rules::Change> more) {
  std::move(more.begin(), more.end(), std::back_inserter(changes));
}

}  // namespace

std::string freshness_fact(const rules::Measure& measure);
std::string review_fact(const rules::Measure& measure);
std::string told_fact(const rules::Measure& measure);
ChartRow chart_row(const rules::Measure& measure, const std::string& team,
                   const rules::ProcessChart& chart);

std::vector<std::string> Engine::with_guarded(const std::vector<std::string>& measures) const {
  std::set<std::string> chosen(measures.begin(), measures.end());
  for (const rules::Measure& measure : rules_->measures) {
    for (const std::string& guardrail : measure.guardrails) {
      if (std::find(measures.begin(), measures.end(), guardrail) != measures.end()) {
        chosen.insert(measure.id);
      }
    }
  }
  return {chosen.begin(), chosen.end()};
}

void Engine::judge_measure(const rules::MeasureSeries& series, Instant as_of, Round& round) {
  const rules::Measure& measure = series.measure();
  Course& course = courses_.at(measure.id);
  const rules::StepOptions options{options_.instance, course.quiet_until};

  rules::Freshness freshness = course.freshness;
  append(round.changes,
         rules::step_freshness(freshness, rules_->alerts, measure, series.pulled, as_of, options));
  if (freshness != course.freshness) {
    round.freshness.emplace(measure.id, std::exchange(course.freshness, std::move(freshness)));
  }
  for (const auto& [revision, number] : course.revisions) {
    append(round.changes,
           rules::revision_changes(rules_->alerts, measure, revision, number, options));
  }
  for (const auto& [revised, number] : course.revised_verdicts) {
    append(round.changes,
           rules::revised_verdict_changes(rules_->alerts, measure, revised, number, options));
  }
  if (measure.targets.empty()) {
    return;  // shown, never judged
  }
  judge_review(measure, as_of, course, round);
  rules::Misses misses(*rules_);
  std::map<int, std::vector<rules::Change>> by_team;
  for (const int team : board_->parents_first()) {
    const auto at = static_cast<std::size_t>(team);
    rules::Standing& standing = course.standings[at];
    rules::Standing before = standing;
    std::vector<rules::Change> changes = board_->advance(series, team, standing, options, &misses);
    if (standing != before) {
      round.standings.push_back({measure.id, at, std::move(before)});
    }
    if (!changes.empty()) {
      by_team.emplace(team, std::move(changes));
    }
  }
  std::vector<rules::Change> told;
  for (auto& [team, changes] : by_team) {
    append(told, std::move(changes));
  }
  rules::name_folded_teams(told);
  append(round.changes, std::move(told));
}

// Once every measure of the round has moved: a source is one thing, and the measures that read from
// it are many.
void Engine::fold(Round& round, Instant as_of) const {
  std::vector<rules::FreshnessStep> steps;
  for (const rules::Measure& measure : rules_->measures) {
    if (rules::silence_of(silences_, *rules_, measure.id, "", as_of) != nullptr) {
      continue;  // no message of it can tell for others
    }
    const rules::Freshness& after = courses_.find(measure.id)->second.freshness;
    const auto before = round.freshness.find(measure.id);
    steps.push_back({&measure, before == round.freshness.end() ? &after : &before->second, &after});
  }
  rules::fold_sources(round.changes, rules_->alerts, steps);
}

// A review that was told is not told again; one that nobody listens to yet may be.
void Engine::judge_review(const rules::Measure& measure, Instant as_of, Course& course,
                          Round& round) const {
  const rules::Zone zone =
      rules::Zone::load(measure.time_zone).value_or(rules_->defaults.time_zone);
  const rules::StepOptions options{options_.instance, course.quiet_until};
  std::vector<rules::Change> changes =
      rules::review_changes(rules_->alerts, measure, zone, as_of, options);
  if (changes.empty()) {
    return;
  }
  std::string told = rules::to_text(changes.front().judgement.window.start) + "/" +
                     rules::to_text(changes.front().judgement.window.end);
  if (told != course.reviewed) {
    round.reviewed.emplace(measure.id, std::exchange(course.reviewed, std::move(told)));
    append(round.changes, std::move(changes));
  }
}

Store::Judged Engine::rows_of(const Round& round, Instant as_of) const {
  Store::Judged out;
  for (const Round::Standing& changed : round.standings) {
    out.standings.push_back(row_of(*rules_->measure(changed.measure),
                                   rules_->teams[changed.team].id,
                                   courses_.find(changed.measure)->second.standings[changed.team]));
  }
  for (const Round::Chart& changed : round.charts) {
    out.charts.push_back(chart_row(*rules_->measure(changed.measure),
                                   rules_->teams[changed.team].id,
                                   courses_.find(changed.measure)->second.charts[changed.team]));
  }
  for (const auto& [id, before] : round.freshness) {
    out.facts.emplace_back(freshness_fact(*rules_->measure(id)),
                           rules::to_json(courses_.find(id)->second.freshness));
  }
  for (const auto& [id, before] : round.reviewed) {
    out.facts.emplace_back(review_fact(*rules_->measure(id)), courses_.find(id)->second.reviewed);
  }
  for (const std::string& id : round.measures) {
    const Course& course = courses_.find(id)->second;
    const rules::Measure& measure = *rules_->measure(id);
    for (const auto& [revised, scan] : course.revised_verdicts) {
      out.revised_verdicts.push_back(row_of(measure, revised, as_of));
    }
    const bool writes = !course.revisions.empty() || !out.standings.empty();
    if (writes && course.revised_by > 0) {
      out.facts.emplace_back(told_fact(measure), std::to_string(course.revised_by));
    }
  }
  const rules::EventContext context{rules_.get(), options_.instance, options_.public_url, as_of,
                                    silences_};
  for (const rules::Change& change : round.changes) {
    const std::string body = rules::event_json(context, change);
    out.events.push_back({change.id, 0, std::string(rules::event_type(change)), change.measure,
                          change.team, as_of, body});
    for (const std::string& channel : change.send) {
      OutboxRow message;
      message.id = change.id;
      message.channel = channel;
      message.content_type = "application/cloudevents+json";
      message.body = body;
      message.subject =
          std::string(to_text(change.kind)) + " " + change.measure + " " + change.team;
      message.created_at = as_of;
      message.due_at = as_of;
      out.messages.push_back(std::move(message));
    }
  }
  return out;
}

rules::Result<void> Engine::count_silenced(const Round& round, Store::Judged& rows) {
  std::map<std::string, std::int64_t> held;
  for (const rules::Change& change : round.changes) {
    if (!change.silenced.empty()) {
      ++held[change.silenced];
    }
  }
  for (const auto& [silence, more] : held) {
    const auto before = store_.fact(silenced_fact(silence));
    if (!before) {
      return tl::unexpected(before.error());
    }
    rows.facts.emplace_back(silenced_fact(silence),
                            std::to_string((*before ? std::stoll(**before) : 0) + more));
  }
  return {};
}

void Engine::undo(const Round& round) {
  for (const Round::Standing& changed : round.standings) {
    courses_.at(changed.measure).standings[changed.team] = changed.before;
  }
  for (const Round::Chart& changed : round.charts) {
    courses_.at(changed.measure).charts[changed.team] = changed.before;
  }
  for (const auto& [id, before] : round.freshness) {
    courses_.at(id).freshness = before;
  }
  for (const auto& [id, before] : round.reviewed) {
    courses_.at(id).reviewed = before;
  }
}

// After a long silence, of the daemon or of a source, more periods are new than a series remembers:
// it is then read back from the store as far as the standing that has seen least. So are the
// measures that guard this one.
rules::Result<void> Engine::reach_back(const std::string& id, Instant as_of) {
  const rules::MeasureSeries& series = *board_->of(id);
  std::optional<Instant> seen;
  for (std::size_t team = 0; team < rules_->teams.size(); ++team) {
    const rules::Standing& standing = courses_.at(id).standings[team];
    const int clock = series.table().clock_of(series.series_of(static_cast<int>(team)));
    const auto newest = rules::newest_final(series.table(), clock, series.measure(), series.pulled);
    const bool is_new = newest && series.table().period(clock, *newest).end > standing.window.end;
    if (is_new && standing.window.end > Instant{}) {
      seen = std::min(seen.value_or(standing.window.end), standing.window.end);
    }
  }
  if (!seen) {
    return {};
  }
  std::vector<std::string> deep = series.measure().guardrails;
  deep.push_back(id);
  for (const std::string& one : deep) {
    rules::MeasureSeries& needed = *board_->of(one);
    const std::size_t edges =
        bucket_edges(needed.measure().period, needed.zone_of(0), *seen, as_of).size();
    const int depth = static_cast<int>(std::min(edges, periods_max)) + needed.measure().window + 1;
    if (depth > needed.table().depth()) {
      board_->deepen(one, depth, as_of);
      if (const auto put = fill(store_, needed); !put) {
        return put;
      }
    }
  }
  return {};
}

rules::Result<Engine::RoundReport> Engine::judge(const std::vector<std::string>& measures,
                                                 Instant as_of) {
  if (const auto frozen = freeze_targets(measures, as_of); !frozen) {
    return tl::unexpected(frozen.error());
  }
  Round round;
  round.measures = with_guarded(measures);
  if (const auto loaded = load_baselines(); !loaded) {
    return tl::unexpected(loaded.error());
  }
  if (const auto loaded = load_silences(); !loaded) {
    return tl::unexpected(loaded.error());
  }
  for (const std::string& id : round.measures) {
    board_->of(id)->open_until(as_of);
    if (const auto reached = reach_back(id, as_of); !reached) {
      return tl::unexpected(reached.error());
    }
  }
  for (const std::string& id : round.measures) {
    rules::MeasureSeries& series = *board_->of(id);
    series.open_until(as_of);
    judge_measure(series, as_of, round);
    auto judged = chart_measure(series, as_of, round);
    if (judged) {
      judged = judge_habit(series.measure(), round);
    }
    if (!judged) {
      undo(round);
      return tl::unexpected(judged.error());
    }
  }
  rules::silence(round.changes, silences_, *rules_, as_of);
  if (!round.freshness.empty()) {
    fold(round, as_of);
  }
  Store::Judged rows = rows_of(round, as_of);
  if (const auto counted = count_silenced(round, rows); !counted) {
    undo(round);
    return tl::unexpected(counted.error());
  }
  RoundReport judged;
  if (!rows.standings.empty() || !rows.charts.empty() || !rows.events.empty() ||
      !rows.facts.empty()) {
    const auto stored = store_.commit_judged(rows);
    if (!stored) {
      undo(round);
      return tl::unexpected(stored.error());
    }
    judged = {static_cast<std::int64_t>(rows.standings.size()),
              static_cast<std::int64_t>(rows.events.size()), *stored};
  }
  for (const std::string& id : round.measures) {
    courses_.at(id).revisions.clear();
    courses_.at(id).revised_verdicts.clear();
    courses_.at(id).revised_by = 0;
  }
  return judged;
}

}  // namespace measured::daemon
