// News about a measure's data rather than about a team: too old, a source that fails, a number that
// was told and has changed since.

#include <algorithm>

#include "rules/judge/alert_scope.h"

namespace measured::rules {
namespace {

Freshness::State state_of(const Measure& measure, const Pulled& pulled, Instant as_of) {
  // Old data are old whether or not a failing source is why: who asked to hear of stale data has
  // not asked about sources.
  const bool old = pulled.good_at && measure.stale_after.count() > 0 &&
                   as_of - *pulled.good_at > measure.stale_after;
  if (old) {
    return Freshness::State::stale;
  }
  if (pulled.failed_at) {
    return Freshness::State::failing;
  }
  return pulled.good_at ? Freshness::State::fresh : Freshness::State::unknown;
}

EventKind kind_of(Freshness::State before, Freshness::State now) {
  switch (now) {
    case Freshness::State::stale: return EventKind::data_stale;
    case Freshness::State::failing: return EventKind::source_failed;
    case Freshness::State::unknown:
    case Freshness::State::fresh: break;
  }
  return before == Freshness::State::failing ? EventKind::source_recovered : EventKind::data_fresh;
}

Verdict verdict_of(Freshness::State state) {
  switch (state) {
    case Freshness::State::stale: return Verdict::stale;
    case Freshness::State::failing: return Verdict::source_error;
    case Freshness::State::unknown:
    case Freshness::State::fresh: break;
  }
  return Verdict::settling;
}

}  // namespace

std::vector<Change> step_freshness(Freshness& freshness, std::span<const Alert> alerts,
                                   const Measure& measure, const Pulled& pulled, Instant as_of,
                                   const StepOptions& options) {
  std::vector<Change> changes;
  const Freshness::State now = state_of(measure, pulled, as_of);
  if (now == freshness.state) {
    return changes;
  }
  const Freshness before = freshness;
  // The moment that names the change comes from the pulls and not from when somebody looked.
  const Instant good_at = pulled.good_at.value_or(Instant{});
  freshness.state = now;
  freshness.away = pulled.failed_at && pulled.away;
  freshness.since = now == Freshness::State::failing ? *pulled.failed_at
                    : now == Freshness::State::stale ? good_at + measure.stale_after
                                                     : good_at;
  ++freshness.transition;
  freshness.told.clear();
  const EventKind kind = kind_of(before.state, now);
  const bool bad = now == Freshness::State::stale || now == Freshness::State::failing;
  for (const Alert& alert : alerts) {
    const bool told = std::binary_search(before.told.begin(), before.told.end(), alert.id);
    if (bad && told) {
      freshness.told.push_back(alert.id);  // it will hear of the end, whatever became of it
    }
    if (!concerns(alert, measure.id, "") || !(hears_of(alert, kind) || (told && !bad))) {
      continue;
    }
    if (bad && !told) {
      freshness.told.push_back(alert.id);
    }
    Change change = change_of(alert, kind, measure);
    change.recovered = !bad;
    change.judgement.verdict = change.judgement.counted = verdict_of(now);
    change.judgement.reason =
        now == Freshness::State::failing ? Reason::scan_failed : Reason::old_data;
    change.judgement.window = {good_at, std::max(freshness.since, good_at)};
    change.judgement.as_of = good_at;
    change.previous = verdict_of(before.state);
    if (before.transition > 0) {
      change.previous_since = before.since;
    }
    change.transition = freshness.transition;
    change.id = event_id(options.instance, alert.id, "", measure.id, change.judgement.window,
                         change.transition);
    changes.push_back(std::move(change));
  }
  std::sort(freshness.told.begin(), freshness.told.end());
  return changes;
}

std::vector<Change> revision_changes(std::span<const Alert> alerts, const Measure& measure,
                                     const Revision& revision, std::int64_t number,
                                     const StepOptions& options) {
  std::vector<Change> changes;
  const bool before_start = revision.period.end <= options.quiet_until;
  for (const Alert& alert : alerts) {
    const bool team_counts =
        alert.teams.empty() ||
        std::find(alert.teams.begin(), alert.teams.end(), revision.team) != alert.teams.end();
    if (before_start || !concerns(alert, measure.id, "") || !team_counts ||
        !hears_of(alert, EventKind::data_revised)) {
      continue;
    }
    Change change = change_of(alert, EventKind::data_revised, measure);
    change.team = revision.team;
    change.judgement.verdict = change.judgement.counted = Verdict::cannot_tell;
    change.judgement.reason = Reason::no_target;
    change.judgement.window = revision.period;
    change.judgement.periods = 1;
    change.judgement.tally = revision.after.value_or(Tally{});
    change.judgement.value = revision.after ? value_of(measure, *revision.after) : std::nullopt;
    change.judgement.as_of = revision.found_at;
    change.was = revision.before ? value_of(measure, *revision.before) : std::nullopt;
    change.transition = number;
    change.id = event_id(options.instance, alert.id + "/revised", revision.team, measure.id,
                         revision.period, number);
    changes.push_back(std::move(change));
  }
  return changes;
}

}  // namespace measured::rules
