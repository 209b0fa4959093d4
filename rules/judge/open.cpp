#include "rules/judge/open.h"

#include <algorithm>

#include "rules/judge/inference.h"

namespace measured::rules {
namespace {

// Cases of the periods from `first` to `last`: of a final one those that it has, of any other those
// that it is going to have.
std::optional<std::int64_t> expected_cases(const Measure& measure, const SeriesTable& table,
                                           int series, std::int64_t first, std::int64_t last,
                                           Instant read_at, const Expected& expected) {
  const int clock = table.clock_of(series);
  std::int64_t cases = 0;
  for (std::int64_t n = first; n <= last; ++n) {
    const std::optional<Tally> tally = table.at(series, n);
    const auto have = static_cast<std::int64_t>(tally ? tally->denominator : 0);
    if (bucket_state(table.period(clock, n), measure.settle, read_at) == BucketState::final) {
      cases += have;
      continue;
    }
    const std::optional<std::int64_t> whole = expected(table.period(clock, n));
    if (!whole) {
      return std::nullopt;
    }
    cases += std::max(*whole, have);
  }
  return cases;
}

bool is_half_over(const Interval& period, Instant read_at) {
  return read_at - period.start >= (period.end - period.start) / 2;
}

// A share of at most 100 % or at least 0 % is met by whatever comes: there is nothing to wait for.
bool is_open_question(const Measure& measure, const TargetValue& target) {
  const double most = measure.kind == MeasureKind::rate ? measure.per : 1;
  const bool idle = target.direction == Direction::at_most ? target.goal >= most : target.goal <= 0;
  return !is_share(measure) || !idle;
}

}  // namespace

std::optional<Judgement> judge_open(const Measure& measure, std::string_view team, const Zone& zone,
                                    const SeriesTable& table, int series, const Pulled& pulled,
                                    const Expected& expected) {
  const int clock = table.clock_of(series);
  if (!pulled.good_at) {
    return std::nullopt;
  }
  const std::optional<std::int64_t> final = newest_final(table, clock, measure, pulled);
  const std::int64_t stop = final ? *final : oldest_covered(table, clock, pulled) - 1;
  for (std::int64_t n = table.end_period(clock) - 1; n > stop; --n) {
    const Window window = window_of(measure, team, zone, table, series, n, pulled);
    const std::optional<double> value = value_of(measure, window.tally);
    const bool asked = window.target && is_open_question(measure, window.target->value);
    if (!value || !asked || !table.at(series, n)) {
      continue;
    }
    Cases cases{window.tally, false, std::nullopt};
    if (is_share(measure)) {
      cases.expected = expected_cases(measure, table, series, n + 1 - window.periods, n,
                                      *pulled.good_at, expected);
    }
    const Inference found = infer(measure, cases, window.target->value);
    const bool decided = found.verdict == Verdict::met || found.verdict == Verdict::missed;
    if (!decided && !is_half_over(table.period(clock, n), *pulled.good_at)) {
      continue;
    }
    Judgement judgement;
    judgement.verdict = judgement.counted = found.verdict;
    judgement.reason = found.reason;
    judgement.sure = found.sure;
    judgement.basis = Basis::sample;
    judgement.window = window.span;
    judgement.periods = window.periods;
    judgement.periods_empty = window.periods_empty;
    judgement.periods_asked = measure.window;
    judgement.tally = window.tally;
    judgement.value = value;
    judgement.low = found.low;
    judgement.high = found.high;
    judgement.confidence = found.confidence;
    judgement.expected = cases.expected;
    judgement.needed = found.needed;
    judgement.target = window.target->value;
    judgement.target_from = window.target->from;
    judgement.target_revision = window.target->revision;
    judgement.as_of = *pulled.good_at;
    return judgement;
  }
  return std::nullopt;
}

}  // namespace measured::rules
