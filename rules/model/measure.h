#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rules/diagnostic.h"
#include "rules/model/kind_parts.h"
#include "rules/model/schedule_spec.h"
#include "rules/tally.h"
#include "rules/time/bucket.h"

namespace measured::rules {

enum class Better { higher, lower };
enum class Direction { at_least, at_most };

// Whether every case of a period is counted (a fact, once the period is closed), or some stand for
// the rest (an inference, always).
enum class Basis { census, sample };

// A threshold in the measure's own unit: a share is 0.92, never 92.
struct TargetValue {
  Direction direction = Direction::at_least;
  double goal = 0;
  std::optional<double> watch;  // the near side of the goal: met, but by less than this asks
  friend bool operator==(const TargetValue&, const TargetValue&) = default;
};

// Better by a share than the team's own value over past days, which is worked out once and then
// frozen.
struct OwnBaseline {
  std::chrono::local_days first{};
  std::chrono::local_days last{};  // the last day that belongs to it
  double better_by = 0;            // 0.1: a tenth better than it was
  friend bool operator==(const OwnBaseline&, const OwnBaseline&) = default;
};

// A target holds for the buckets that start on or after `from` (a date in the measure's zone) until
// the next one does. History is never judged by a later target.
struct DatedTarget {
  std::chrono::local_days from;
  TargetValue value;
  std::optional<std::chrono::local_days> review;
  std::map<std::string, TargetValue> teams;  // team id -> its own value in place of `value`
  bool for_all = true;                       // false: only the teams in `teams` have one
  std::optional<OwnBaseline> baseline;       // what `teams` are worked out from
  std::string reason;                        // why it was agreed, for the readers of digests
  SourceSpan place;
};

// Targets that another system keeps: a query, or a relation or file of a source.
struct TargetSource {
  std::string source;
  std::string from;  // exactly one of from and query is set
  std::string query;
  ScheduleSpec refresh;
  SourceSpan place;
};

// A declared change of what produces the numbers: charts begin a new baseline with the first period
// that starts on or after `from`. Nothing else ever moves a frozen baseline.
struct DeclaredBaseline {
  std::chrono::local_days from;
  std::string reason;
  std::string by;                  // who declared it; may be empty
  std::vector<std::string> teams;  // ids; empty: all
  SourceSpan place;
};

// The cases behind a miss that a manager can act on.
struct RowsSpec {
  std::string where;  // empty: what fails the measure's own condition
  std::vector<std::pair<std::string, std::string>>
      show;              // label, SQL expression; in the file's order
  std::string order_by;  // empty: the worst value first where rows have one, else the newest
  std::string link;      // https://…/{label}
  int limit = 5;
  SourceSpan place;
};

// One thing that is counted, per team and bucket. Expressions are SQL of the source.
struct Measure {
  std::string id;
  std::string title;
  bool is_outcome = false;  // what customers say and do: shown beside the drivers, never a target
  std::string driver;       // driver id; empty for none
  std::string source;
  std::string from;
  std::string time;
  std::string team;   // empty: the source has no team column; every row counts for the one team
  std::string where;  // empty: every row
  MeasureKind kind = MeasureKind::count;
  std::string of;     // count: condition or empty; ratio, rate: numerator; sum, mean, percentile,
                      // median, survey: expression; query: SQL
  std::string among;  // ratio, rate: denominator condition; empty: every row
  double per = 1;     // rate: per how many
  KindParts parts;    // per_customer, handoffs, duration, survey, and the p of percentiles
  QueryValue query_value = QueryValue::ratio;  // what the value is, where the kind leaves that open
  bool empty_is_zero = false;  // count and sum: a bucket without rows is 0, not "no data"
  std::string unit;            // printed behind the value: "%" for ratios, else what the rule says
  Better better = Better::higher;
  Grain period;
  std::string time_zone;  // IANA name, or "team" for each team's own
  int window = 1;         // periods that a target judges together
  std::chrono::seconds settle{0};
  std::chrono::seconds history{0};
  // How often final periods are read again, and how many, for rows that came later still; 0: never.
  std::chrono::seconds recheck{0};
  int lookback = 0;
  std::chrono::seconds stale_after{0};  // older data than this makes every verdict `stale`
  std::int64_t min_sample = 1;
  Basis basis = Basis::census;
  // Cases that one whole period is going to have, where that is known beforehand: a number for each
  // team that has no teams inside it, or the id of a count that holds it. At most one is set.
  std::optional<std::int64_t> expected;
  std::string expected_by;
  ScheduleSpec pull;
  std::vector<std::string> guardrails;        // measure ids
  std::string guardrail_waived;               // the reason, if the author waived one
  std::vector<DatedTarget> targets;           // ascending by `from`
  std::vector<DeclaredBaseline> baselines;    // ascending by `from`
  std::optional<TargetSource> target_source;  // then `targets` are what it said last
  std::optional<RowsSpec> rows;
  SourceSpan place;     // of the id
  SourceSpan of_place;  // of the expression that is counted

  // SHA-256 over what is counted (source, relation, time, team, conditions, kind, zone, period),
  // never over titles; 64 hex digits. Buckets of different definitions are never compared.
  std::string definition;
};

// What the value of a measure is, whatever kind it comes from: all that judging and printing need
// to know.
enum class ValueForm {
  count,     // whole, of rows
  sum,       // anything that adds up
  share,     // hits among cases, 0..1
  rate,      // the same, per `per`
  mean,      // a sum over cases
  quantile,  // of the values in Tally::spread
  nps,       // points from -100 to 100
};
ValueForm form_of(const Measure& measure);

}  // namespace measured::rules
