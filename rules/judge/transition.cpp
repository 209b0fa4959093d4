// From verdicts to news. A team's standing is a function of its final periods, one after the other,
// so replaying stored buckets gives the same changes under the same ids. Each alert keeps two
// counts of periods in a row, as they stood before the newest period and with it; looking again at
// the newest period starts from the first, which is what makes judging twice harmless.

#include "rules/judge/transition.h"

#include <algorithm>
#include <array>

#include "rules/hash.h"

namespace measured::rules {
namespace {

constexpr std::array all_kinds = {
    EventKind::target_missed,    EventKind::target_met,      EventKind::target_cannot_tell,
    EventKind::guardrail_broken, EventKind::signal_worse,    EventKind::signal_better,
    EventKind::data_stale,       EventKind::data_fresh,      EventKind::data_revised,
    EventKind::source_failed,    EventKind::source_recovered};

enum class Holds { yes, no, unknown };

Holds holds(EventKind kind, const Judgement& judgement, Verdict verdict) {
  const bool judged_well = verdict == Verdict::met || verdict == Verdict::watch;
  const bool judged =
      judged_well || verdict == Verdict::missed || verdict == Verdict::guardrail_broken;
  if (judgement.reason == Reason::no_target) {
    return Holds::unknown;
  }
  switch (kind) {
    case EventKind::target_missed:
      return !judged ? Holds::unknown : verdict == Verdict::missed ? Holds::yes : Holds::no;
    case EventKind::target_met:
      return !judged ? Holds::unknown : judged_well ? Holds::yes : Holds::no;
    case EventKind::target_cannot_tell: return judged ? Holds::no : Holds::yes;
    case EventKind::guardrail_broken:
      return !judged                                ? Holds::unknown
             : verdict == Verdict::guardrail_broken ? Holds::yes
                                                    : Holds::no;
    case EventKind::signal_worse:
    case EventKind::signal_better:
    case EventKind::data_stale:
    case EventKind::data_fresh:
    case EventKind::data_revised:
    case EventKind::source_failed:
    case EventKind::source_recovered: return Holds::unknown;
  }
  return Holds::unknown;
}

bool of_a_target(EventKind kind) {
  return kind == EventKind::target_missed || kind == EventKind::target_met ||
         kind == EventKind::target_cannot_tell || kind == EventKind::guardrail_broken;
}

bool listed(const std::vector<std::string>& ids, std::string_view id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

bool concerns(const Alert& alert, std::string_view measure, std::string_view team) {
  return (alert.measures.empty() || listed(alert.measures, measure)) &&
         (alert.teams.empty() || team.empty() || listed(alert.teams, team));
}

// The verdict that periods decide. Stale data and failed scans are news about the source, not about
// the team, and go their own way (Freshness).
Verdict of_periods(const Judgement& judgement) {
  return judgement.verdict == Verdict::guardrail_broken ? judgement.verdict : judgement.counted;
}

// An alert that has nothing to remember takes no memory: most teams of most measures, most of the
// time.
AlertMemory recall(const Standing& standing, const std::string& alert, EventKind kind) {
  for (const AlertMemory& memory : standing.alerts) {
    if (memory.alert == alert && memory.kind == kind) {
      return memory;
    }
  }
  AlertMemory fresh;
  fresh.alert = alert;
  fresh.kind = kind;
  return fresh;
}

void remember(Standing& standing, AlertMemory memory) {
  const bool blank = memory.in == 0 && memory.in_before == 0 && !memory.firing;
  const auto same = std::find_if(
      standing.alerts.begin(), standing.alerts.end(),
      [&](const auto& other) { return other.alert == memory.alert && other.kind == memory.kind; });
  if (same == standing.alerts.end()) {
    if (!blank) {
      standing.alerts.push_back(std::move(memory));
    }
  } else if (blank) {
    standing.alerts.erase(same);
  } else {
    *same = std::move(memory);
  }
}

EventKind kind_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::met:
    case Verdict::watch: return EventKind::target_met;
    case Verdict::missed: return EventKind::target_missed;
    case Verdict::guardrail_broken: return EventKind::guardrail_broken;
    case Verdict::cannot_tell:
    case Verdict::too_few:
    case Verdict::no_data:
    case Verdict::stale:
    case Verdict::settling:
    case Verdict::source_error: return EventKind::target_cannot_tell;
  }
  return EventKind::target_cannot_tell;
}

enum class News { none, fired, repeated, over };

News count_period(AlertMemory& memory, const Alert& alert, Holds held, Instant period_end,
                  bool quiet) {
  memory.in = held == Holds::yes ? memory.in_before + 1 : held == Holds::no ? 0 : memory.in_before;
  memory.out = held == Holds::no    ? memory.out_before + 1
               : held == Holds::yes ? 0
                                    : memory.out_before;
  if (quiet) {
    return News::none;
  }
  if (!memory.firing) {
    if (held != Holds::yes || memory.in < alert.for_periods) {
      return News::none;
    }
    memory.firing = true;
    memory.told_until = period_end;
    return News::fired;
  }
  if (held == Holds::no && memory.out >= alert.recover_periods) {
    memory.firing = false;
    return News::over;
  }
  // A reminder is of what somebody has to mend; that all is still well is none.
  const bool due = memory.kind != EventKind::target_met && alert.repeat.count() > 0 &&
                   period_end - memory.told_until >= alert.repeat;
  if (held == Holds::yes && due) {
    memory.told_until = period_end;
    return News::repeated;
  }
  return News::none;
}

// What one alert has to say about the period, at most one thing: something that begins comes before
// something that ends, since the one message shows both verdicts.
void tell(const Alert& alert, Standing& standing, const Measure& measure, std::string_view team,
          const Judgement& judgement, const StepOptions& options, std::vector<Change>& out) {
  const Verdict verdict = of_periods(judgement);
  std::optional<Change> change;
  for (const EventKind kind : all_kinds) {
    if (!of_a_target(kind) || !listed(alert.on, to_text(kind))) {
      continue;
    }
    AlertMemory memory = recall(standing, alert.id, kind);
    const bool quiet = judgement.window.end <= options.quiet_until;
    const News news =
        count_period(memory, alert, holds(kind, judgement, verdict), judgement.window.end, quiet);
    remember(standing, std::move(memory));
    // What holds now tells the end of what held before, if the alert asks for it by name.
    const bool told_by_another =
        (change && !change->recovered) || listed(alert.on, to_text(kind_of(verdict)));
    if (news == News::none || (news == News::over && told_by_another)) {
      continue;
    }
    change.emplace();
    change->kind = news == News::over ? kind_of(verdict) : kind;
    change->recovered = news == News::over;
    change->repeated = news == News::repeated;
  }
  if (!change) {
    return;
  }
  change->alert = alert.id;
  change->measure = measure.id;
  change->team = team;
  change->judgement = judgement;
  change->transition = standing.transition;
  change->send = alert.send;
  if (standing.transition > 1) {
    change->previous = standing.previous;
    change->previous_since = standing.previous_since;
  }
  change->id =
      event_id(options.instance, alert.id, team, measure.id, judgement.window, standing.transition);
  out.push_back(std::move(*change));
}

}  // namespace

std::string_view to_text(EventKind kind) {
  switch (kind) {
    case EventKind::target_missed: return "target.missed";
    case EventKind::target_met: return "target.met";
    case EventKind::target_cannot_tell: return "target.cannot_tell";
    case EventKind::guardrail_broken: return "guardrail.broken";
    case EventKind::signal_worse: return "signal.worse";
    case EventKind::signal_better: return "signal.better";
    case EventKind::data_stale: return "data.stale";
    case EventKind::data_fresh: return "data.fresh";
    case EventKind::data_revised: return "data.revised";
    case EventKind::source_failed: return "source.failed";
    case EventKind::source_recovered: return "source.recovered";
  }
  return "";
}

std::optional<EventKind> parse_event_kind(std::string_view text) {
  for (const EventKind kind : all_kinds) {
    if (to_text(kind) == text) {
      return kind;
    }
  }
  return std::nullopt;
}

// Fields are joined by a unit separator, which no id holds, so that no two lists join to one text.
std::string event_id(std::string_view instance, std::string_view rule, std::string_view team,
                     std::string_view measure, const Interval& window, std::int64_t transition) {
  std::string text;
  const std::string start = to_text(window.start);
  const std::string end = to_text(window.end);
  const std::string number = std::to_string(transition);
  for (const std::string_view field : {instance, rule, team, measure, std::string_view(start),
                                       std::string_view(end), std::string_view(number)}) {
    text += field;
    text += '\x1f';
  }
  constexpr int digits = 26;
  return "msg_" + base32(sha256(text), digits);
}

bool is_settled(const Standing& standing, const Interval& window, Verdict verdict,
                const Tally& tally) {
  const bool older = standing.transition > 0 && window.end < standing.window.end;
  return window.end == Instant{} || older ||
         (standing.transition > 0 && window == standing.window && verdict == standing.verdict &&
          tally == standing.tally);
}

std::vector<Change> step(Standing& standing, std::span<const Alert> alerts, const Measure& measure,
                         std::string_view team, const Judgement& judgement,
                         const StepOptions& options) {
  std::vector<Change> changes;
  const Verdict verdict = of_periods(judgement);
  if (is_settled(standing, judgement.window, verdict, judgement.tally)) {
    return changes;
  }
  const bool next_period = judgement.window.end > standing.window.end;
  if (next_period) {
    for (AlertMemory& memory : standing.alerts) {
      memory.in_before = memory.in;
      memory.out_before = memory.out;
    }
  }
  if (standing.transition == 0 || verdict != standing.verdict) {
    standing.previous = standing.verdict;
    standing.previous_since = standing.since;
    standing.verdict = verdict;
    standing.since = judgement.window.end;
    ++standing.transition;
  }
  standing.window = judgement.window;
  standing.tally = judgement.tally;
  for (const Alert& alert : alerts) {
    if (concerns(alert, measure.id, team)) {
      tell(alert, standing, measure, team, judgement, options, changes);
    }
  }
  return changes;
}

}  // namespace measured::rules
