#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/model/measure.h"
#include "rules/tally.h"
#include "rules/time/instant.h"

namespace measured::rules {

// What can be said about one team, one measure and one window. The first four say how the target
// was done; the others say why that cannot be said, and each is as ordinary as the first.
enum class Verdict {
  met,
  watch,  // met, but inside the watch band
  missed,
  guardrail_broken,  // met, while a measure that guards it missed its own target
  cannot_tell,       // the interval covers the target
  too_few,           // fewer cases than min_sample
  no_data,           // nothing was counted
  stale,             // the newest data are older than the rule allows
  settling,          // no final bucket yet
  source_error,      // the last scan failed
};

std::string_view to_text(Verdict verdict);
std::optional<Verdict> parse_verdict(std::string_view text);

// Where a bucket stands at one moment: `open` has not ended, `settling` ended less than `settle`
// ago.
enum class BucketState { open, settling, final };
std::string_view to_text(BucketState state);
BucketState bucket_state(const Interval& bucket, std::chrono::seconds settle, Instant as_of);

// The value of a tally in the measure's own unit (a share is 0..1; a rate is per `per`); none where
// there was nothing to divide by.
std::optional<double> value_of(const Measure& measure, const Tally& tally);

// Why a verdict is what it is: a stable word for machines, never a sentence.
enum class Reason {
  counted,       // a closed period, every case counted: decided by the number
  clear,         // an inference with the whole interval on one side of the target
  straddles,     // an inference that chance alone could turn
  secured,       // an open period: met whatever its rest brings
  out_of_reach,  // an open period: missed whatever its rest brings
  small_sample,  // fewer cases than min_sample
  no_rows,       // no case in the window
  never_pulled,  // no scan has worked yet
  not_final,     // no period is final yet
  old_data,      // the newest pull that worked is older than stale_after
  scan_failed,   // a period should be final by now and the last scan failed
  guardrail,     // met, while a guardrail was missed
  no_target,     // nothing to judge against: the value is shown, the verdict is not
  invalid,       // counts that contradict themselves, such as more hits than cases
};
std::string_view to_text(Reason reason);

// What is said about one team, measure and window, with everything it was decided from.
struct Judgement {
  Verdict verdict = Verdict::no_data;
  // The verdict of the data alone. It differs from `verdict` where that is `stale`, `source_error`
  // or `guardrail_broken`: the last thing known is still shown, marked.
  Verdict counted = Verdict::no_data;
  bool sure = false;  // a counted verdict that chance alone does not explain (stats.md section 1)
  Reason reason = Reason::no_rows;
  Basis basis = Basis::census;
  Interval window{};      // the periods judged, from the start of the first to the end of the last
  int periods = 0;        // periods in the window
  int periods_empty = 0;  // of these, without a row: the verdict rests on the others
  int periods_asked = 1;  // what the rule asks for; more than `periods` while history is short
  Tally tally;            // over the window
  std::optional<double> value;
  std::optional<double> low, high;  // interval of the value; none where none is defined
  double confidence = 0.95;         // of that interval: 0.99 for an open period
  std::optional<std::int64_t>
      expected;                        // cases of the whole window, of an open one that knows them
  std::optional<std::int64_t> needed;  // cases at which a spotless record would be called met
  std::optional<TargetValue> target;
  std::optional<std::chrono::local_days> target_from;
  int target_revision = 0;              // 1 for the oldest dated target of the measure; 0: none
  std::vector<std::string> guardrails;  // measures that broke it, in the rule's order
  // Chance alone does not explain on which side of their targets its guardrails are: one that was
  // missed, or all of them when none was. Also true of guardrails without an interval.
  bool guardrails_sure = true;
  Instant as_of{};  // when the data were read; the epoch when they never were
  friend bool operator==(const Judgement&, const Judgement&) = default;
};

}  // namespace measured::rules
