#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rules/model/measure.h"
#include "rules/tally.h"
#include "rules/time/instant.h"

namespace measured::rules {

// What can be said about one team, one measure and one window. The first four say how the target was
// done; the others say why that cannot be said, and each is as ordinary as the first.
enum class Verdict {
  met,
  watch,             // met, but inside the watch band
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

// Where a bucket stands at one moment: `open` has not ended, `settling` ended less than `settle` ago.
enum class BucketState { open, settling, final };
std::string_view to_text(BucketState state);
BucketState bucket_state(const Interval& bucket, std::chrono::seconds settle, Instant as_of);

// The value of a tally in the measure's own unit (a share is 0..1; a rate is per `per`); none where
// there was nothing to divide by.
std::optional<double> value_of(const Measure& measure, const Tally& tally);

struct Judgement {
  Verdict verdict = Verdict::no_data;
  bool sure = false;     // a counted verdict that chance alone does not explain (stats.md section 1)
  std::string reason;    // "counted", "straddles", "small_sample", … ; stable words, not sentences
  Interval window{};     // the periods judged
  Tally tally;           // over the window
  std::optional<double> value;
  std::optional<double> low, high;  // 95 % interval of the value
  std::optional<TargetValue> target;
  Instant as_of{};
  friend bool operator==(const Judgement&, const Judgement&) = default;
};

}  // namespace measured::rules
