#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "rules/time/instant.h"

namespace measured::daemon {

// What people say and decide about what they were told, as the store keeps it. Ids are the rules'
// own. `author` is who did it: a name that is shown, or the user of a command. `link` is the id of
// the signed link it came by, and empty for a command: one link does one thing once.

// A target that a team misses, or a guardrail that it breaks, from the verdict with which it began
// to the one that ended it.
struct MissRow {
  std::int64_t number = 0;
  std::string measure;
  std::string team;
  std::string verdict;        // missed | guardrail_broken
  rules::Instant began_at{};  // end of the period with which the verdict began
  std::optional<rules::Instant> ended_at;
  friend bool operator==(const MissRow&, const MissRow&) = default;
};

// "I know, and this is what we do about it": one miss, with what was known of it then.
struct AcknowledgementRow {
  std::int64_t number = 0;
  std::int64_t miss = 0;  // of the miss that lasts; the store finds it when it is 0
  std::string measure;
  std::string team;
  std::string note;
  std::string action;      // what is going to be done; may be empty
  rules::Instant until{};  // from here on the miss is told as before
  rules::Interval window{};
  std::optional<double> value;
  std::optional<double> goal;
  bool sure = false;  // chance alone did not explain it
  std::string author;
  rules::Instant at{};
  std::string link;
  std::optional<rules::Instant> withdrawn_at;
  friend bool operator==(const AcknowledgementRow&, const AcknowledgementRow&) = default;
};

// What happened in some time, told wherever the number of that time is shown: "strike on Tuesday".
struct AnnotationRow {
  std::int64_t number = 0;
  std::string measure;
  std::string team;  // empty: every team
  rules::Interval period{};
  std::string note;
  std::string author;
  rules::Instant at{};
  std::string link;
  std::optional<rules::Instant> withdrawn_at;
  friend bool operator==(const AnnotationRow&, const AnnotationRow&) = default;
};

// What one reader wants of one digest. Without a row she gets it as the rules say.
struct SubscriptionRow {
  std::string digest;
  std::string reader;                   // address in lower case
  std::string state = "active";         // active | paused | unsubscribed
  std::string frequency;                // empty: as the rules say; on_change | on_signal | monthly
  std::optional<rules::Instant> until;  // of a pause
  std::string author;
  rules::Instant at{};
  friend bool operator==(const SubscriptionRow&, const SubscriptionRow&) = default;
};

}  // namespace measured::daemon
