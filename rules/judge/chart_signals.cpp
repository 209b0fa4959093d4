// From charts to news, the counterpart of transition.cpp: that one speaks of targets and windows,
// this one of single periods and the range they usually have.
#include "rules/judge/chart_signals.h"

#include <algorithm>
#include <utility>

#include "rules/judge/alert_scope.h"

namespace measured::rules {
namespace {

constexpr EventKind kinds[] = {EventKind::signal_worse, EventKind::signal_better,
                               EventKind::integrity_smoothed, EventKind::integrity_response_drop};

bool holds(EventKind kind, const Measure& measure, const ProcessChart& chart,
           const PeriodQuestions& questions) {
  switch (kind) {
    case EventKind::signal_worse: return is_worse(measure, chart.newest);
    case EventKind::signal_better: return is_better(measure, chart.newest);
    case EventKind::integrity_smoothed: return questions.baseline_read && is_smoothed(chart);
    case EventKind::integrity_response_drop:
      return questions.answers &&
             questions.answers->drop.verdict == stats::ResponseDropVerdict::suspicious;
    default: return false;
  }
}

SignalMemory& memory_of(ProcessChart& chart, const std::string& alert, EventKind kind) {
  for (SignalMemory& memory : chart.alerts) {
    if (memory.alert == alert && memory.kind == kind) {
      return memory;
    }
  }
  SignalMemory& memory = chart.alerts.emplace_back();
  memory.alert = alert;
  memory.kind = kind;
  return memory;
}

enum class SignalNews { none, fired, repeated, over };

SignalNews count_signal(SignalMemory& memory, const Alert& alert, bool held, Instant period_end,
                        bool quiet) {
  memory.in = held ? memory.in + 1 : 0;
  memory.out = held ? 0 : memory.out + 1;
  if (quiet) {
    return SignalNews::none;
  }
  if (!memory.firing) {
    if (!held || memory.in < alert.for_periods) {
      return SignalNews::none;
    }
    memory.firing = true;
    memory.told_until = period_end;
    return SignalNews::fired;
  }
  if (!held && memory.out >= alert.recover_periods) {
    memory.firing = false;
    return SignalNews::over;
  }
  const bool due =
      held && alert.repeat.count() > 0 && period_end - memory.told_until >= alert.repeat;
  if (due) {
    memory.told_until = period_end;
  }
  return due ? SignalNews::repeated : SignalNews::none;
}

Change change_of(const ProcessChart& chart, const Alert& alert, const Measure& measure,
                 std::string_view team, EventKind kind, SignalNews news,
                 std::string_view instance) {
  Change change = change_of(alert, kind, measure);
  change.team = team;
  change.recovered = news == SignalNews::over;
  change.repeated = news == SignalNews::repeated;
  change.reading = chart.newest;
  change.transition = chart.transition;
  change.judgement.window = chart.newest.period;
  change.judgement.periods = 1;
  change.judgement.tally = chart.newest.tally;
  change.judgement.value = chart.newest.value;
  const std::string rule = alert.id + "/" + std::string(to_text(kind));
  change.id = event_id(instance, rule, team, measure.id, chart.newest.period, chart.transition);
  return change;
}

// Who has nothing to remember takes no memory.
void forget_blank(ProcessChart& chart) {
  std::erase_if(chart.alerts,
                [](const SignalMemory& memory) { return memory.in == 0 && !memory.firing; });
}

}  // namespace

bool is_worse(const Measure& measure, const ChartReading& reading) {
  return reading.is_signal() && reading.is_high() == (measure.better == Better::lower);
}

bool is_better(const Measure& measure, const ChartReading& reading) {
  return reading.is_signal() && !is_worse(measure, reading);
}

std::vector<Change> signal_changes(ProcessChart& chart, std::span<const Alert> alerts,
                                   const Measure& measure, std::string_view team,
                                   const StepOptions& options, const PeriodQuestions& questions) {
  std::vector<Change> changes;
  if (chart.newest.latest == stats::Latest::no_data) {
    return changes;
  }
  const bool quiet = chart.newest.period.end <= options.quiet_until;
  for (const Alert& alert : alerts) {
    for (const EventKind kind : kinds) {
      if (!hears_of(alert, kind) || !concerns(alert, measure.id, team)) {
        continue;
      }
      const bool held = holds(kind, measure, chart, questions);
      const SignalNews news = count_signal(memory_of(chart, alert.id, kind), alert, held,
                                           chart.newest.period.end, quiet);
      if (news != SignalNews::none) {
        changes.push_back(change_of(chart, alert, measure, team, kind, news, options.instance));
        if (kind == EventKind::integrity_response_drop) {
          changes.back().answers = questions.answers;
        }
      }
    }
  }
  forget_blank(chart);
  return changes;
}

}  // namespace measured::rules
