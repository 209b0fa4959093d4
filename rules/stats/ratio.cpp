// Shares against targets.
//
// The problem. 57 of 60 orders were on time and the target is 95 %. As a count that is a plain
// fact: 95.0 %, met. As a sample of how the team delivers it says almost nothing: a process at 90 %
// gives such a month easily. Both readings are needed and must not be mixed, so the caller says
// which one holds (`Basis`, `closed`), and the answer carries the reason that decided.
//
// The interval is Wilson's. The textbook interval (Wald, p +/- z sqrt(p q / n)) has no width at 0 %
// and 100 %, which is where targets live; Clopper and Pearson's never covers less than it says and
// so asks for more cases than needed almost everywhere, as does a continuity correction. Wilson's
// covers close to what it says even for small samples (Wilson 1927; Newcombe 1998, Stat Med
// 17:857).
//
// Close to what it says is not enough next to 100 %. For targets of 95, 99 and 99.5 % and 30 to 99
// cases, a team exactly on its target would be told "missed" by Wilson up to 6.7, 10.5 and 16 % of
// the time in place of 2.5. So a verdict also needs the exact binomial tail on its side to be at
// most (1 - conf) / 2; with it the wrong call cannot happen more often than that, by definition of
// the tail. Wilson stays, since it is the range we print, and a verdict must never contradict the
// range beside it.
//
// Open periods are looked at every day. Thirty looks at 95 % end in a wrong "missed" for 11 to 18 %
// of the teams that are exactly on target; at 99 % for 4 to 6 %. A group sequential boundary would
// be sharper, but needs the number of looks in advance, which a schedule in a rule file may change
// any day.
//
// When every case of an open period will be counted and their number is known, arithmetic can
// decide before the end: `secured` or `out_of_reach`. That is a fact too, and needs no interval.
#include "rules/stats/ratio.h"

#include <algorithm>
#include <cmath>

#include "rules/stats/tails.h"

namespace measured::rules::stats {
namespace {

double share_of(std::int64_t hits, std::int64_t cases) {
  return static_cast<double>(hits) / static_cast<double>(cases);
}

// What is already certain about an open period whose cases will all be counted.
std::optional<RatioReason> certain(const RatioCounts& counts, const RatioTarget& target) {
  if (target.closed || target.basis != Basis::census || !target.expected_cases ||
      *target.expected_cases < counts.cases) {
    return std::nullopt;
  }
  const std::int64_t expected = *target.expected_cases;
  const double lowest = share_of(counts.hits, expected);
  const double highest = share_of(counts.hits + expected - counts.cases, expected);
  const bool upwards = target.direction == Direction::at_least;
  if (!meets(upwards ? highest : lowest, target.direction, target.target)) {
    return RatioReason::out_of_reach;
  }
  if (meets(upwards ? lowest : highest, target.direction, target.target)) {
    return RatioReason::secured;
  }
  return std::nullopt;
}

// The interval's verdict, unless the exact tail does not confirm it.
TargetVerdict infer(const RatioCounts& counts, const Bounds& bounds, const RatioTarget& target,
                    double conf) {
  const TargetVerdict verdict = compare(bounds, target.direction, target.target);
  if (verdict == TargetVerdict::too_early) {
    return verdict;
  }
  const bool above = (verdict == TargetVerdict::met) == (target.direction == Direction::at_least);
  const double tail = above ? binomial_at_least(counts.hits, counts.cases, target.target)
                            : binomial_at_most(counts.hits, counts.cases, target.target);
  return tail <= (1.0 - conf) / 2.0 ? verdict : TargetVerdict::too_early;
}

void decide(const RatioCounts& counts, const RatioTarget& target, RatioVerdict& out) {
  if (const std::optional<RatioReason> reason = certain(counts, target)) {
    out.verdict = *reason == RatioReason::secured ? TargetVerdict::met : TargetVerdict::missed;
    out.reason = *reason;
    out.sure = true;
    return;
  }
  const TargetVerdict inferred = infer(counts, out.bounds, target, *out.conf_used);
  const bool enough = counts.cases >= target.cases_min;
  if (target.closed && target.basis == Basis::census) {
    out.verdict = meets(*out.share, target.direction, target.target) ? TargetVerdict::met
                                                                     : TargetVerdict::missed;
    out.reason = RatioReason::counted;
    out.sure = enough && inferred == out.verdict;
    return;
  }
  out.verdict = enough ? inferred : TargetVerdict::too_early;
  out.sure = out.verdict != TargetVerdict::too_early;
  out.reason = !enough    ? RatioReason::small_sample
               : out.sure ? RatioReason::clear
                          : RatioReason::straddles;
}

}  // namespace

std::string_view to_text(RatioStatus status) {
  switch (status) {
    case RatioStatus::ok: return "ok";
    case RatioStatus::no_data: return "no_data";
    case RatioStatus::invalid: return "invalid";
  }
  return "invalid";
}

std::string_view to_text(RatioReason reason) {
  switch (reason) {
    case RatioReason::clear: return "clear";
    case RatioReason::straddles: return "straddles";
    case RatioReason::small_sample: return "small_sample";
    case RatioReason::counted: return "counted";
    case RatioReason::secured: return "secured";
    case RatioReason::out_of_reach: return "out_of_reach";
    case RatioReason::no_data: return "no_data";
    case RatioReason::invalid: return "invalid";
  }
  return "invalid";
}

std::string_view to_text(RatioChangeVerdict verdict) {
  switch (verdict) {
    case RatioChangeVerdict::up: return "up";
    case RatioChangeVerdict::down: return "down";
    case RatioChangeVerdict::no_clear_change: return "no_clear_change";
    case RatioChangeVerdict::too_little_data: return "too_little_data";
    case RatioChangeVerdict::no_data: return "no_data";
  }
  return "no_data";
}

RatioInterval ratio_interval(const RatioCounts& counts, double conf) {
  if (counts.hits < 0 || counts.hits > counts.cases) {
    return {RatioStatus::invalid, std::nullopt, {}};
  }
  if (counts.cases == 0) {
    return {RatioStatus::no_data, std::nullopt, {}};
  }
  const double n = static_cast<double>(counts.cases);
  const double p = share_of(counts.hits, counts.cases);
  const double z = normal_z(conf);
  const double shrink = 1.0 + z * z / n;
  const double centre = (p + z * z / (2.0 * n)) / shrink;
  const double half = z / shrink * std::sqrt(p * (1.0 - p) / n + z * z / (4.0 * n * n));
  // At the ends the two terms are equal, and their difference would be rounding noise.
  const double low = counts.hits == 0 ? 0.0 : std::max(0.0, centre - half);
  const double high = counts.hits == counts.cases ? 1.0 : std::min(1.0, centre + half);
  return {RatioStatus::ok, p, {low, high}};
}

std::optional<std::int64_t> ratio_cases_needed(const RatioTarget& target, double conf) {
  const double goal = target.direction == Direction::at_least ? target.target : 1.0 - target.target;
  if (goal >= 1.0) {
    return std::nullopt;
  }
  const double z = normal_z(conf);
  const double by_interval = z * z * goal / (1.0 - goal);
  const double by_tail = goal <= 0.0 ? 0.0 : std::log((1.0 - conf) / 2.0) / std::log(goal);
  const double cases = std::ceil(std::max(by_interval, by_tail));
  return std::max(target.cases_min, static_cast<std::int64_t>(cases));
}

RatioVerdict ratio_target(const RatioCounts& counts, const RatioTarget& target) {
  const double conf = target.closed ? target.conf : target.conf_open;
  const RatioInterval interval = ratio_interval(counts, conf);
  RatioVerdict out;
  if (interval.status == RatioStatus::invalid || !(target.target >= 0.0 && target.target <= 1.0)) {
    out.verdict = TargetVerdict::invalid;
    out.reason = RatioReason::invalid;
    return out;
  }
  out.conf_used = conf;
  out.cases_needed = ratio_cases_needed(target, conf);
  out.share = interval.share;
  out.bounds = interval.bounds;
  if (interval.status == RatioStatus::ok) {
    decide(counts, target, out);
  }
  return out;
}

RatioChangeVerdict change_verdict(std::int64_t cases, const Bounds& bounds,
                                  const RatioChangeOptions& options) {
  if (cases < options.cases_min) {
    return RatioChangeVerdict::too_little_data;
  }
  if (bounds.low && *bounds.low > options.effect_min) {
    return RatioChangeVerdict::up;
  }
  if (bounds.high && *bounds.high < -options.effect_min) {
    return RatioChangeVerdict::down;
  }
  return RatioChangeVerdict::no_clear_change;
}

RatioChange ratio_change(const RatioCounts& earlier, const RatioCounts& later,
                         const RatioChangeOptions& options) {
  const RatioInterval before = ratio_interval(earlier, options.conf);
  const RatioInterval after = ratio_interval(later, options.conf);
  RatioChange out;
  if (before.status != RatioStatus::ok || after.status != RatioStatus::ok) {
    return out;
  }
  const double p1 = *before.share;
  const double p2 = *after.share;
  const double difference = p2 - p1;
  out.difference = difference;
  out.bounds.low = difference - std::hypot(p2 - *after.bounds.low, *before.bounds.high - p1);
  out.bounds.high = difference + std::hypot(*after.bounds.high - p2, p1 - *before.bounds.low);
  out.verdict = change_verdict(std::min(earlier.cases, later.cases), out.bounds, options);
  return out;
}

}  // namespace measured::rules::stats
