// News about what was told or agreed before: a verdict that its own numbers have overtaken, and a
// target whose review day has come.

#include <algorithm>

#include "rules/judge/alert_scope.h"

namespace measured::rules {
namespace {

bool wants(const Alert& alert, EventKind kind, const Measure& measure, std::string_view team) {
  return hears_of(alert, kind) && concerns(alert, measure.id, team);
}

}  // namespace

std::vector<Change> revised_verdict_changes(std::span<const Alert> alerts, const Measure& measure,
                                            const RevisedVerdict& revised, std::int64_t number,
                                            const StepOptions& options) {
  std::vector<Change> changes;
  if (revised.now.window.end <= options.quiet_until) {
    return changes;  // nobody was told the first verdict either
  }
  for (const Alert& alert : alerts) {
    if (!wants(alert, EventKind::target_revised, measure, revised.team)) {
      continue;
    }
    Change change = change_of(alert, EventKind::target_revised, measure);
    change.team = revised.team;
    change.judgement = revised.now;
    change.was = revised.before.value;
    change.previous = revised.before.verdict;
    change.previous_since = revised.before.window.end;
    change.transition = number;
    change.id = event_id(options.instance, alert.id + "/verdict_revised", revised.team, measure.id,
                         revised.now.window, number);
    changes.push_back(std::move(change));
  }
  return changes;
}

const DatedTarget* target_to_review(const Measure& measure, std::chrono::local_days today) {
  const bool due = !measure.targets.empty() && measure.targets.back().review &&
                   *measure.targets.back().review <= today;
  return due ? &measure.targets.back() : nullptr;
}

std::vector<Change> review_changes(std::span<const Alert> alerts, const Measure& measure,
                                   const Zone& zone, Instant as_of, const StepOptions& options) {
  std::vector<Change> changes;
  const auto today = std::chrono::floor<std::chrono::days>(zone.local(as_of));
  const DatedTarget* target = target_to_review(measure, today);
  if (target == nullptr) {
    return changes;
  }
  const Interval held{zone.resolve(LocalTime{target->from}),
                      zone.resolve(LocalTime{*target->review})};
  for (const Alert& alert : alerts) {
    if (!wants(alert, EventKind::target_review, measure, "")) {
      continue;
    }
    Change change = change_of(alert, EventKind::target_review, measure);
    change.judgement.verdict = change.judgement.counted = Verdict::cannot_tell;
    change.judgement.reason = Reason::not_final;
    change.judgement.window = held;
    if (target->for_all) {
      change.judgement.target = target->value;
    }
    change.judgement.target_from = target->from;
    change.judgement.target_revision = static_cast<int>(measure.targets.size());
    change.transition = change.judgement.target_revision;
    change.id =
        event_id(options.instance, alert.id + "/review", "", measure.id, held, change.transition);
    changes.push_back(std::move(change));
  }
  return changes;
}

std::vector<Change> flattery_changes(std::span<const Alert> alerts, const Measure& measure,
                                     const HabitOf& habit_of, Interval found,
                                     const StepOptions& options) {
  std::vector<Change> changes;
  for (const Alert& alert : alerts) {
    if (!wants(alert, EventKind::integrity_flattered, measure, "")) {
      continue;
    }
    stats::RevisionBias habit = habit_of(alert.teams);
    if (habit.verdict != stats::RevisionVerdict::flattering) {
      continue;
    }
    Change change = change_of(alert, EventKind::integrity_flattered, measure);
    change.judgement.verdict = change.judgement.counted = Verdict::cannot_tell;
    change.judgement.reason = Reason::no_target;
    change.judgement.window = found;
    change.habit = std::move(habit);
    change.transition = 1;
    change.id = event_id(options.instance, alert.id + "/flattered/" + measure.definition, "",
                         measure.id, Interval{}, change.transition);
    changes.push_back(std::move(change));
  }
  return changes;
}

}  // namespace measured::rules
