// How a verdict comes about. A closed period whose every case was counted is a fact, so the number
// decides met or missed, and statistics only say whether chance alone could explain it (`sure`).
// Cases that stand for others (`basis: sample`) are evidence: there the interval decides.
// What is not known (too few cases, no rows, old data, a failed scan) is a verdict of its own and
// never a guess. Finality is measured from when the data were read and not from now: a period that
// became final after the last pull still lacks the rows that came late.

#include "rules/judge/judge.h"

#include <algorithm>
#include <utility>

#include "rules/judge/inference.h"
#include "rules/stats/bounds.h"

namespace measured::rules {
namespace {

bool zero_when_empty(const Measure& measure) {
  return measure.empty_is_zero && !is_sampled(measure);
}

bool in_watch_band(double value, const TargetValue& target) {
  return target.watch && !stats::meets(value, target.direction, *target.watch);
}

bool decided(Verdict verdict) {
  return verdict == Verdict::met || verdict == Verdict::watch || verdict == Verdict::missed;
}

// A period that is final at `as_of` and was not when the data were read.
bool newer_is_due(const SeriesTable& table, int clock, const Measure& measure, Instant read_at,
                  Instant as_of) {
  for (std::int64_t n = table.end_period(clock) - 1; n >= table.first_period(clock); --n) {
    if (bucket_state(table.period(clock, n), measure.settle, as_of) == BucketState::final) {
      return bucket_state(table.period(clock, n), measure.settle, read_at) != BucketState::final;
    }
  }
  return false;
}

}  // namespace

std::optional<TargetInForce> target_in_force(const Measure& measure, std::string_view team,
                                             const Zone& zone, Instant start) {
  const LocalTime local = zone.local(start);
  for (std::size_t i = measure.targets.size(); i-- > 0;) {
    const DatedTarget& dated = measure.targets[i];
    if (local < LocalTime{dated.from}) {
      continue;
    }
    const auto own = dated.teams.find(std::string(team));
    if (own == dated.teams.end() && !dated.for_all) {
      return std::nullopt;
    }
    return TargetInForce{own != dated.teams.end() ? own->second : dated.value, dated.from,
                         zone.resolve(LocalTime{dated.from}), static_cast<int>(i) + 1};
  }
  return std::nullopt;
}

std::optional<std::int64_t> newest_final(const SeriesTable& table, int clock,
                                         const Measure& measure, const Pulled& pulled) {
  if (!pulled.good_at) {
    return std::nullopt;
  }
  for (std::int64_t n = table.end_period(clock) - 1; n >= oldest_covered(table, clock, pulled);
       --n) {
    if (bucket_state(table.period(clock, n), measure.settle, *pulled.good_at) ==
        BucketState::final) {
      return n;
    }
  }
  return std::nullopt;
}

std::int64_t oldest_covered(const SeriesTable& table, int clock, const Pulled& pulled) {
  std::int64_t n = table.first_period(clock);
  while (n < table.end_period(clock) && table.period(clock, n).start < pulled.from) {
    ++n;
  }
  return n;
}

Window window_of(const Measure& measure, std::string_view team, const Zone& zone,
                 const SeriesTable& table, int series, std::int64_t newest, const Pulled& pulled) {
  const int clock = table.clock_of(series);
  Window window;
  window.target = target_in_force(measure, team, zone, table.period(clock, newest).start);
  const Instant not_before =
      window.target ? std::max(window.target->since, pulled.from) : pulled.from;
  std::int64_t first = std::max(newest + 1 - measure.window, table.first_period(clock));
  while (first < newest && table.period(clock, first).start < not_before) {
    ++first;
  }
  const WindowSum sum = table.sum(series, first, newest + 1);
  window.span = {table.period(clock, first).start, table.period(clock, newest).end};
  window.periods = static_cast<int>(newest + 1 - first);
  window.periods_empty = zero_when_empty(measure) ? 0 : window.periods - sum.periods_present;
  window.tally = sum.tally;
  return window;
}

Decision decide(const Measure& measure, const Window& window) {
  if (window.periods == 0) {
    return {Verdict::settling, Reason::not_final, std::nullopt};
  }
  const std::optional<double> value = value_of(measure, window.tally);
  if (!value || window.periods_empty == window.periods) {
    return {Verdict::no_data, Reason::no_rows, std::nullopt};
  }
  if (form_of(measure) == ValueForm::share && measure.kind != MeasureKind::query &&
      window.tally.numerator > window.tally.denominator) {
    return {Verdict::cannot_tell, Reason::invalid, value};
  }
  if (is_sampled(measure) && window.tally.n < measure.min_sample) {
    return {Verdict::too_few, Reason::small_sample, value};
  }
  if (!window.target) {
    return {Verdict::cannot_tell, Reason::no_target, value};
  }
  const TargetValue& target = window.target->value;
  if (measure.basis == Basis::sample) {
    const Inference found = infer(measure, {window.tally, true, std::nullopt}, target);
    const bool near = found.verdict == Verdict::met && in_watch_band(*value, target);
    return {near ? Verdict::watch : found.verdict, found.reason, value};
  }
  if (!stats::meets(*value, target.direction, target.goal)) {
    return {Verdict::missed, Reason::counted, value};
  }
  return {in_watch_band(*value, target) ? Verdict::watch : Verdict::met, Reason::counted, value};
}

Judgement judge_period(const Measure& measure, std::string_view team, const Zone& zone,
                       const SeriesTable& table, int series, std::int64_t newest,
                       const Pulled& pulled) {
  const Window window = window_of(measure, team, zone, table, series, newest, pulled);
  const Decision decision = decide(measure, window);
  Judgement judgement;
  judgement.verdict = decision.verdict;
  judgement.counted = decision.verdict;
  judgement.reason = decision.reason;
  judgement.basis = measure.basis;
  judgement.window = window.span;
  judgement.periods = window.periods;
  judgement.periods_empty = window.periods_empty;
  judgement.periods_asked = measure.window;
  judgement.tally = window.tally;
  judgement.value = decision.value;
  if (window.target) {
    judgement.target = window.target->value;
    judgement.target_from = window.target->from;
    judgement.target_revision = window.target->revision;
  }
  judgement.as_of = pulled.good_at.value_or(Instant{});
  if (decision.value) {
    const Inference found = infer(measure, {window.tally, true, std::nullopt}, judgement.target);
    judgement.low = found.low;
    judgement.high = found.high;
    judgement.needed = found.needed;
    judgement.sure = found.sure && decided(decision.verdict);
  }
  return judgement;
}

Judgement judge_newest(const Measure& measure, std::string_view team, const Zone& zone,
                       const SeriesTable& table, int series, const Pulled& pulled, Instant as_of) {
  const int clock = table.clock_of(series);
  Judgement judgement;
  judgement.periods_asked = measure.window;
  if (!pulled.good_at) {
    judgement.verdict = pulled.failed_at ? Verdict::source_error : Verdict::no_data;
    judgement.reason = pulled.failed_at ? Reason::scan_failed : Reason::never_pulled;
    return judgement;
  }
  if (const std::optional<std::int64_t> newest = newest_final(table, clock, measure, pulled)) {
    judgement = judge_period(measure, team, zone, table, series, *newest, pulled);
  } else {
    judgement.verdict = judgement.counted = Verdict::settling;
    judgement.reason = Reason::not_final;
    judgement.as_of = *pulled.good_at;
  }
  if (pulled.failed_at && newer_is_due(table, clock, measure, *pulled.good_at, as_of)) {
    judgement.verdict = Verdict::source_error;
    judgement.reason = Reason::scan_failed;
  } else if (measure.stale_after.count() > 0 && as_of - *pulled.good_at > measure.stale_after) {
    judgement.verdict = Verdict::stale;
    judgement.reason = Reason::old_data;
  }
  return judgement;
}

void apply_guardrails(Judgement& judgement, Guards guards) {
  judgement.guardrails_sure = guards.sure;
  const bool kept = judgement.verdict == Verdict::met || judgement.verdict == Verdict::watch;
  if (!kept || guards.missed.empty()) {
    return;
  }
  judgement.verdict = Verdict::guardrail_broken;
  judgement.reason = Reason::guardrail;
  judgement.guardrails = std::move(guards.missed);
}

}  // namespace measured::rules
