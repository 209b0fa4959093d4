// From verdicts to news. A team's standing is a function of its final periods, one after the other,
// so replaying stored buckets gives the same changes under the same ids. Each alert keeps its
// counts twice, as they stood before the newest period and with it; looking again at the newest
// period starts from the first, which is what makes judging twice harmless.

#include "rules/judge/transition.h"

#include <algorithm>
#include <utility>

#include "rules/hash.h"
#include "rules/judge/alert_scope.h"

namespace measured::rules {
namespace {

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
    case EventKind::target_revised:
    case EventKind::target_review:
    case EventKind::signal_worse:
    case EventKind::signal_better:
    case EventKind::data_stale:
    case EventKind::data_fresh:
    case EventKind::data_revised:
    case EventKind::integrity_smoothed:
    case EventKind::integrity_flattered:
    case EventKind::integrity_response_drop:
    case EventKind::source_failed:
    case EventKind::source_recovered: return Holds::unknown;
  }
  return Holds::unknown;
}

bool of_a_target(EventKind kind) {
  return kind == EventKind::target_missed || kind == EventKind::target_met ||
         kind == EventKind::target_cannot_tell || kind == EventKind::guardrail_broken;
}

// The verdict that periods decide. Stale data and failed scans are news about the source, not about
// the team, and go their own way (Freshness).
Verdict of_periods(const Judgement& judgement) {
  return judgement.verdict == Verdict::guardrail_broken ? judgement.verdict : judgement.counted;
}

// An alert that has nothing to remember takes no memory: most teams of most measures, most of the
// time.
AlertMemory recall(const Standing& standing, const std::string& alert) {
  for (const AlertMemory& memory : standing.alerts) {
    if (memory.alert == alert) {
      return memory;
    }
  }
  AlertMemory fresh;
  fresh.alert = alert;
  return fresh;
}

AlertRow& row_of(AlertMemory& memory, EventKind kind) {
  for (AlertRow& row : memory.rows) {
    if (row.kind == kind) {
      return row;
    }
  }
  memory.rows.emplace_back().kind = kind;
  return memory.rows.back();
}

void remember(Standing& standing, AlertMemory memory) {
  memory.rows.erase(std::remove_if(memory.rows.begin(), memory.rows.end(),
                                   [](const AlertRow& row) { return is_blank(row); }),
                    memory.rows.end());
  const auto same =
      std::find_if(standing.alerts.begin(), standing.alerts.end(),
                   [&](const AlertMemory& other) { return other.alert == memory.alert; });
  if (same == standing.alerts.end()) {
    if (!is_blank(memory)) {
      standing.alerts.push_back(std::move(memory));
    }
  } else if (is_blank(memory)) {
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

// Whether the period says more than chance could. Where no interval is known (counts, sums) the
// number is all there is; what guards a target has the noise of its own.
bool is_clear(const Alert& alert, EventKind kind, const Judgement& judgement) {
  if (kind == EventKind::guardrail_broken) {
    return !alert.hysteresis || judgement.guardrails_sure;
  }
  const bool of_the_number = kind == EventKind::target_missed || kind == EventKind::target_met;
  return !alert.hysteresis || !of_the_number || judgement.sure ||
         !(judgement.low || judgement.high);
}

// Windows that overlap say the same thing twice: a row within noise counts only once its newest
// window shares no period with what was told before it.
int persistence_of(const Measure& measure) {
  constexpr int periods_min = 3;
  return std::max(periods_min, measure.window);
}

// What one alert has to say about a period, while it is being decided.
struct Telling {
  std::optional<EventKind> kind;  // none: nothing
  bool recovered = false;
  bool repeated = false;
  std::string ended_fold;  // a miss ended here that this team's message had told
  Flap flap = Flap::none;

  void say(EventKind what, News news) {
    kind = what;
    recovered = news == News::over;
    repeated = news == News::repeated;
  }
};

// At most one thing a period: something that begins comes before something that ends, since the one
// message shows both verdicts.
Telling look(const Alert& alert, AlertMemory& memory, const Measure& measure,
             const Judgement& judgement, bool quiet) {
  const Verdict verdict = of_periods(judgement);
  Telling telling;
  bool missing = false;
  for (const EventKind kind : all_event_kinds()) {
    if (!of_a_target(kind) || !hears_of(alert, kind)) {
      continue;
    }
    AlertRow& row = row_of(memory, kind);
    AlertPeriod period{holds(kind, judgement, verdict), is_clear(alert, kind, judgement),
                       judgement.window.end, quiet, persistence_of(measure)};
    // Whoever has been told of a miss that is not over has not been told that all is well.
    const bool hushed = kind == EventKind::target_met && missing;
    period.quiet = quiet || hushed;
    const News news = count_period(row, alert, period);
    row.firing = row.firing && !hushed;
    row.loose = row.loose && !hushed;
    missing = missing || (kind == EventKind::target_missed && row.firing);
    if (news == News::over && !row.folded_into.empty()) {
      telling.ended_fold = std::exchange(row.folded_into, "");
    }
    // What holds now tells the end of what held before, if the alert asks for it by name.
    const bool told_by_another =
        (telling.kind && !telling.recovered) || hears_of(alert, kind_of(verdict));
    if (news != News::none && !(news == News::over && told_by_another)) {
      telling.say(news == News::over ? kind_of(verdict) : kind, news);
    }
  }
  return telling;
}

// When it has settled, what holds now is told like something new: during the silence nobody knew.
void flap(Telling& telling, AlertMemory& memory, const Judgement& judgement) {
  const Verdict verdict = of_periods(judgement);
  const bool judged = holds(EventKind::target_missed, judgement, verdict) != Holds::unknown;
  telling.flap = count_turn(memory, telling.kind && !telling.repeated, judged);
  if (telling.flap == Flap::lasts) {
    telling.kind.reset();
  } else if (telling.flap == Flap::settled) {
    telling.say(kind_of(verdict), News::over);
    for (const AlertRow& row : memory.rows) {
      if (row.firing) {
        telling.say(row.kind, News::fired);
      }
    }
  }
}

// Says into which team's message this one goes; empty for a message of its own.
std::string fold(Telling& telling, const Alert& alert, AlertMemory& memory,
                 const Judgement& judgement, const TeamAbove& above) {
  if (!alert.fold || !above) {
    return "";
  }
  AlertRow& missed = row_of(memory, EventKind::target_missed);
  const Instant end = judgement.window.end;
  if (telling.kind == EventKind::target_missed && !telling.recovered) {
    const std::string team = above(alert.id, end);
    if (!telling.repeated) {
      missed.folded_into = team;
    }
    return team;
  }
  if (telling.kind && telling.recovered) {
    return telling.ended_fold;
  }
  const bool still = !telling.kind && !memory.flapping && missed.firing &&
                     !missed.folded_into.empty() && of_periods(judgement) == Verdict::missed;
  if (still) {
    missed.folded_into = above(alert.id, end);
    if (missed.folded_into.empty()) {
      missed.told_until = end;
      telling.say(EventKind::target_missed, News::fired);
    }
  }
  return "";
}

void tell(const Alert& alert, Standing& standing, const Measure& measure, std::string_view team,
          const Judgement& judgement, const StepOptions& options, std::vector<Change>& out) {
  const bool quiet = judgement.window.end <= options.quiet_until;
  AlertMemory memory = recall(standing, alert.id);
  Telling telling = look(alert, memory, measure, judgement, quiet);
  std::string folded_into;
  if (!quiet) {
    flap(telling, memory, judgement);
    folded_into = fold(telling, alert, memory, judgement, options.above);
  }
  remember(standing, std::move(memory));
  if (!telling.kind) {
    return;
  }
  Change change;
  change.kind = *telling.kind;
  change.recovered = telling.recovered;
  change.repeated = telling.repeated;
  change.alert = alert.id;
  change.measure = measure.id;
  change.team = team;
  change.judgement = judgement;
  change.transition = standing.transition;
  change.flap = telling.flap;
  if (telling.flap == Flap::began) {
    change.flap_for = alert.for_periods + 1;
    change.flap_window = 2 * measure.window;
  }
  if (folded_into.empty()) {
    change.send = alert.send;
  } else {
    change.folded_into = subject_of(folded_into, measure.id);
  }
  if (standing.transition > 1) {
    change.previous = standing.previous;
    change.previous_since = standing.previous_since;
  }
  change.id =
      event_id(options.instance, alert.id, team, measure.id, judgement.window, standing.transition);
  out.push_back(std::move(change));
}

}  // namespace

std::string subject_of(std::string_view team, std::string_view measure) {
  std::string subject = team.empty() ? "" : "team/" + std::string(team) + "/";
  return subject.append("measure/").append(measure);
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
      rules::next_period(memory);
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
