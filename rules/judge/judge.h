#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/judge/series.h"
#include "rules/judge/verdict.h"
#include "rules/model/measure.h"
#include "rules/time/zone.h"

namespace measured::rules {

// What the pulls of a measure have brought so far.
struct Pulled {
  std::optional<Instant> good_at;    // when the newest scan that worked read the source
  Instant from{};                    // start of the oldest period that was ever asked for
  std::optional<Instant> failed_at;  // when the newest scan began, if it failed; later than good_at
  bool away = false;  // it failed because the source cannot be reached now, not by what was asked
};

// The dated target of one team that a period is judged by.
struct TargetInForce {
  TargetValue value;
  std::chrono::local_days from{};  // as written
  Instant since{};                 // that date's midnight in the team's zone
  int revision = 0;                // 1 for the measure's oldest target
};
std::optional<TargetInForce> target_in_force(const Measure& measure, std::string_view team,
                                             const Zone& zone, Instant start);

// The periods that one verdict rests on: the newest `measure.window` ones up to a final period,
// without a hole, none of them before the first pull's history or before the target that judges
// them (history is never judged by a later target).
struct Window {
  Interval span{};
  int periods = 0;
  int periods_empty = 0;  // without a row, and that is not a zero
  Tally tally;
  std::optional<TargetInForce> target;
};

// The newest period of `clock` that was final when the data were read. A period that has ended
// since, or ended less than `settle` before, decides nothing: its late rows have not been seen.
std::optional<std::int64_t> newest_final(const SeriesTable& table, int clock,
                                         const Measure& measure, const Pulled& pulled);

// The oldest kept period that the pulls have covered whole, and so can be judged.
std::int64_t oldest_covered(const SeriesTable& table, int clock, const Pulled& pulled);

// The window that ends with period `newest`.
Window window_of(const Measure& measure, std::string_view team, const Zone& zone,
                 const SeriesTable& table, int series, std::int64_t newest, const Pulled& pulled);

// What the window's numbers say, without intervals: the one place where a verdict is decided, cheap
// enough to run for every team at each round.
//   settling     no period is final yet
//   no_data      nothing was counted (but a count or sum with `empty_is_zero` is 0), or no value
//   exists too_few      fewer than min_sample cases; counts and sums are their own sample and
//   always judged cannot_tell  no target is in force: the value stands alone met, watch, missed by
//   the number: a closed period in which every case was counted is a fact. Of a sample, the
//   interval decides, and cannot_tell is what it cannot.
struct Decision {
  Verdict verdict = Verdict::settling;
  Reason reason = Reason::not_final;
  std::optional<double> value;
};
Decision decide(const Measure& measure, const Window& window);

// The whole judgement of the window that ends with period `newest`, with interval and `sure`.
Judgement judge_period(const Measure& measure, std::string_view team, const Zone& zone,
                       const SeriesTable& table, int series, std::int64_t newest,
                       const Pulled& pulled);

// The judgement of the newest final window, as it stands at `as_of`:
//   source_error  the last scan failed, and a period that should be final by now was not read; or
//                 nothing was ever read. A failed scan between two periods takes nothing away.
//   stale         the newest data are older than `stale_after` (0: never)
// Both keep the last known value, and the verdict it had in `counted`.
Judgement judge_newest(const Measure& measure, std::string_view team, const Zone& zone,
                       const SeriesTable& table, int series, const Pulled& pulled, Instant as_of);

// What the measures that guard a target say for the same team.
struct Guards {
  std::vector<std::string> missed;  // ids of those that missed their own targets
  bool sure = true;                 // see Judgement::guardrails_sure
};

// Makes a met or watched target `guardrail_broken` when a measure that guards it was missed.
void apply_guardrails(Judgement& judgement, Guards guards);

}  // namespace measured::rules
