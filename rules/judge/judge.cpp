// How a verdict comes about. A closed period whose every case was counted is a fact, so the number
// decides met or missed, and statistics only say whether chance alone could explain it (`sure`).
// What is not known (too few cases, no rows, old data, a failed scan) is a verdict of its own and
// never a guess. Finality is measured from when the data were read and not from now: a period that
// became final after the last pull still lacks the rows that came late.

#include "rules/judge/judge.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "rules/stats/mean.h"
#include "rules/stats/ratio.h"

namespace measured::rules {
namespace {

// Ratios, rates and queries that give one: hits among cases.
bool is_share(const Measure& measure) {
  return measure.kind == MeasureKind::ratio || measure.kind == MeasureKind::rate ||
         (measure.kind == MeasureKind::query && measure.query_value == QueryValue::ratio);
}

bool is_mean(const Measure& measure) {
  return measure.kind == MeasureKind::mean ||
         (measure.kind == MeasureKind::query && measure.query_value == QueryValue::mean);
}

bool zero_when_empty(const Measure& measure) {
  return measure.empty_is_zero && !is_share(measure) && !is_mean(measure);
}

bool in_watch_band(double value, const TargetValue& target) {
  return target.watch && !stats::meets(value, target.direction, *target.watch);
}

// The counts of a share as whole numbers; none where a query's parts are not.
std::optional<stats::RatioCounts> counts_of(const Tally& tally) {
  const bool whole = tally.numerator == std::floor(tally.numerator) &&
                     tally.denominator == std::floor(tally.denominator) && tally.numerator >= 0 &&
                     tally.numerator <= tally.denominator && tally.denominator < 9e15;
  if (!whole) {
    return std::nullopt;
  }
  return stats::RatioCounts{static_cast<std::int64_t>(tally.numerator),
                            static_cast<std::int64_t>(tally.denominator)};
}

// The interval of a share, and whether chance could explain its verdict.
void add_share_interval(const Measure& measure, Judgement& judgement) {
  const std::optional<stats::RatioCounts> counts = counts_of(judgement.tally);
  if (!counts) {
    return;
  }
  const double per = measure.kind == MeasureKind::rate ? measure.per : 1;
  stats::Bounds bounds = stats::ratio_interval(*counts).bounds;
  const double share = judgement.target ? judgement.target->goal / per : -1;
  if (share >= 0 && share <= 1) {
    stats::RatioTarget target;
    target.direction = judgement.target->direction;
    target.target = share;
    target.basis = stats::Basis::census;
    target.cases_min = measure.min_sample;
    judgement.sure = stats::ratio_target(*counts, target).sure;
  }
  if (bounds.low) {
    judgement.low = *bounds.low * per;
  }
  if (bounds.high) {
    judgement.high = *bounds.high * per;
  }
}

void add_mean_interval(const Measure& measure, Judgement& judgement) {
  const Tally& tally = judgement.tally;
  stats::MeanOptions options;
  options.n_min = measure.min_sample;
  const stats::MeanEstimate estimate =
      stats::mean_interval(stats::moments_of_sums(tally.n, tally.sum, tally.sum_sq), options);
  judgement.low = estimate.bounds.low;
  judgement.high = estimate.bounds.high;
  if (judgement.target) {
    const stats::TargetVerdict inferred =
        stats::mean_target(estimate, judgement.target->direction, judgement.target->goal);
    judgement.sure =
        inferred == (judgement.counted == Verdict::missed ? stats::TargetVerdict::missed
                                                          : stats::TargetVerdict::met);
  }
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
  if (measure.kind == MeasureKind::ratio && window.tally.numerator > window.tally.denominator) {
    return {Verdict::cannot_tell, Reason::invalid, value};
  }
  if ((is_share(measure) || is_mean(measure)) && window.tally.n < measure.min_sample) {
    return {Verdict::too_few, Reason::small_sample, value};
  }
  if (!window.target) {
    return {Verdict::cannot_tell, Reason::no_target, value};
  }
  const TargetValue& target = window.target->value;
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
  if (decision.value && is_share(measure)) {
    add_share_interval(measure, judgement);
  } else if (decision.value && is_mean(measure)) {
    add_mean_interval(measure, judgement);
  }
  judgement.sure = judgement.sure && decided(decision.verdict);
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

void apply_guardrails(Judgement& judgement, std::vector<std::string> missed) {
  const bool kept = judgement.verdict == Verdict::met || judgement.verdict == Verdict::watch;
  if (!kept || missed.empty()) {
    return;
  }
  judgement.verdict = Verdict::guardrail_broken;
  judgement.reason = Reason::guardrail;
  judgement.guardrails = std::move(missed);
}

}  // namespace measured::rules
