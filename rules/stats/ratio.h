#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "rules/model/measure.h"
#include "rules/stats/bounds.h"

// Shares: how many of the cases counted were hits. A share is 0..1, never a percentage; `conf` is
// the confidence of a two-sided interval, in (0, 1).
namespace measured::rules::stats {

// `hits` of `cases`; valid when 0 <= hits <= cases.
struct RatioCounts {
  std::int64_t hits = 0;
  std::int64_t cases = 0;
  friend bool operator==(const RatioCounts&, const RatioCounts&) = default;
};

enum class RatioStatus {
  ok,
  no_data,  // no cases: there is no share
  invalid,  // fewer hits than 0 or more than cases: what was counted contradicts itself
};
std::string_view to_text(RatioStatus status);

struct RatioInterval {
  RatioStatus status = RatioStatus::no_data;
  std::optional<double> share;  // none unless `ok`
  Bounds bounds;                // of the share behind the counts; inside [0, 1]
};

// Wilson's score interval, without continuity correction. Exactly 0 at the bottom when nothing hit
// and exactly 1 at the top when everything did. (Wilson 1927; Newcombe 1998, Stat Med 17:857.)
RatioInterval ratio_interval(const RatioCounts& counts, double conf = 0.95);

// Whether the counts are all there is to know about the period (every order of the month), or stand
// for a process that goes on (answers of a survey).
enum class Basis { process, census };

struct RatioTarget {
  Direction direction = Direction::at_least;
  double target = 0;  // 0..1; outside of it the verdict is `invalid`
  Basis basis = Basis::process;
  bool closed = true;                          // no further case can come
  std::optional<std::int64_t> expected_cases;  // of the whole open period, where it is known
  double conf = 0.95;                          // closed periods are judged once
  double conf_open = 0.99;                     // open ones are looked at every day
  std::int64_t cases_min = 10;                 // fewer never decide an inference
};

enum class RatioReason {
  clear,         // the interval and the exact tail are on one side of the target
  straddles,     // chance alone could put the share on either side
  small_sample,  // fewer than `cases_min`
  counted,       // closed census: a fact, met or missed by the count
  secured,       // open census: met even if every case still to come misses
  out_of_reach,  // open census: missed even if every case still to come hits
  no_data,
  invalid,
};
std::string_view to_text(RatioReason reason);

struct RatioVerdict {
  TargetVerdict verdict = TargetVerdict::no_data;
  RatioReason reason = RatioReason::no_data;
  std::optional<double> share;
  Bounds bounds;                             // at `conf_used`
  std::optional<double> conf_used;           // none when invalid
  bool sure = false;                         // chance does not explain it, or nothing can change it
  std::optional<std::int64_t> cases_needed;  // see ratio_cases_needed
};

// Judges counts against a target. A closed census is a fact and decided by the count; everything
// else is inference and needs Wilson's interval and the exact binomial tail to agree, because
// Wilson alone calls "missed" wrongly up to 16 % of the time for targets near 100 %. Refusals are
// verdicts: `no_data`, `invalid`, and `too_early` with its reason. A target of 100 % is never met
// from a sample.
RatioVerdict ratio_target(const RatioCounts& counts, const RatioTarget& target);

// The smallest number of cases at which a record without a miss would be called met at `conf`: 73
// for 95 %, 381 for 99 %. None for a target of 100 % (or at most 0 %): it can be missed, never
// shown.
std::optional<std::int64_t> ratio_cases_needed(const RatioTarget& target, double conf);

enum class RatioChangeVerdict { up, down, no_clear_change, too_little_data, no_data };
std::string_view to_text(RatioChangeVerdict verdict);

struct RatioChangeOptions {
  double conf = 0.95;
  std::int64_t cases_min = 30;  // on both sides
  double effect_min = 0;        // a change must be shown to be larger than this; share, >= 0
};

// What an interval of a difference says: too little data under `cases_min` on the thinner side,
// else a move only where the whole interval lies beyond `effect_min`.
RatioChangeVerdict change_verdict(std::int64_t cases, const Bounds& bounds,
                                  const RatioChangeOptions& options);

struct RatioChange {
  RatioChangeVerdict verdict = RatioChangeVerdict::no_data;
  std::optional<double> difference;  // later minus earlier share
  Bounds bounds;  // inside [-1, 1]; also given where the data are too few to decide
};

// How far a share moved between two separate sets of cases: Newcombe's hybrid of two Wilson
// intervals. `no_data` when either side has no cases or counts that contradict themselves.
// (Newcombe 1998, Stat Med 17:873, method 10.)
RatioChange ratio_change(const RatioCounts& earlier, const RatioCounts& later,
                         const RatioChangeOptions& options = {});

}  // namespace measured::rules::stats
