#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rules/judge/alert_memory.h"
#include "rules/judge/answers.h"
#include "rules/judge/chart_reading.h"
#include "rules/judge/judge.h"
#include "rules/judge/verdict.h"
#include "rules/model/rule_set.h"
#include "rules/stats/integrity.h"

namespace measured::rules {

// Where one team stands with one measure: everything that judging the next period needs to know.
struct Standing {
  Verdict verdict = Verdict::settling;
  Instant since{};                       // end of the period with which the verdict began
  Interval window{};                     // judged last; end is the epoch before the first
  std::int64_t transition = 0;           // changes of verdict so far; 1 is the first verdict
  Tally tally;                           // of the window judged last
  Verdict previous = Verdict::settling;  // before this verdict
  Instant previous_since{};
  std::vector<AlertMemory> alerts;
  friend bool operator==(const Standing&, const Standing&) = default;
};

// One thing that systems are told: the event of one alert.
struct Change {
  std::string id;  // "msg_" and 26 digits; the same for the same decision, whenever it is made
  EventKind kind = EventKind::target_missed;
  std::string alert;
  std::string measure;
  std::string team;        // empty for what concerns all teams of a measure
  bool recovered = false;  // ends what was told before
  bool repeated = false;   // told before, and still so
  Judgement judgement;
  Verdict previous = Verdict::settling;
  std::optional<Instant> previous_since;
  std::int64_t transition = 0;
  std::optional<double> was;  // data.revised, target.revised: the value that was told before
  std::optional<ChartReading> reading;     // signal.* and what is asked of a chart's newest period
  std::optional<AnswersCompared> answers;  // integrity.response_drop
  std::optional<stats::RevisionBias> habit;  // integrity.flattered
  std::vector<std::string> send;             // channel ids; none for a folded change
  Flap flap = Flap::none;  // `began`: this message says that it flaps; `settled`: its end
  int flap_for = 0;        // with `began`: the `for` that would be calmer
  int flap_window = 0;     // and the window
  // The subject whose message tells this change: it is recorded, and sent nowhere itself.
  std::string folded_into;
  std::vector<std::string> folds;  // subjects of what this message tells besides
  std::string silenced;            // id of the silence that kept it from being sent
};

// "msg_" and 26 base32 digits of SHA-256(instance, rule, team, measure, window, transition).
std::string event_id(std::string_view instance, std::string_view rule, std::string_view team,
                     std::string_view measure, const Interval& window, std::int64_t transition);

// The nearest team above that an alert has told of a miss which lasts in the period that ends at
// `end`; empty for none.
using TeamAbove = std::function<std::string(std::string_view alert, Instant end)>;

// "team/hub-sp/measure/on_time", or "measure/on_time" where no team is meant.
std::string subject_of(std::string_view team, std::string_view measure);

// Takes the channels of what is silenced at `at`: it is recorded, and not sent.
void silence(std::vector<Change>& changes, std::span<const Silence> silences, const RuleSet& rules,
             Instant at);

struct StepOptions {
  std::string_view instance;  // names this installation; part of every id
  // Periods that ended at or before this move the state and tell nobody: the history of the first
  // pull is not news. What still holds afterwards is told with the first period after it.
  Instant quiet_until{};
  TeamAbove above = {};  // none: nothing is folded
};

// Moves one team's standing by the judgement of one final period. The state after it depends on the
// periods and their values alone: the same period with the same numbers changes nothing, an older
// one is ignored, a period seen again with another verdict replaces what it said.
//
// An alert fires when its condition has held for `for_periods` final periods in a row, is over
// after `recover_periods` in a row without (count_period() says when a row within the noise of the
// target is enough), and is told again when `repeat` has passed. A period that cannot be judged (no
// data, too few cases) neither counts nor breaks a row: not knowing is not recovering. Who was told
// of a miss is told that it is over, whether or not the alert names `target.met`.
//
// With `fold`, a miss is folded into the message of the team above that misses as well, and so is
// its end. When the team above is over it and this one is not, this one's miss is told then.
std::vector<Change> step(Standing& standing, std::span<const Alert> alerts, const Measure& measure,
                         std::string_view team, const Judgement& judgement,
                         const StepOptions& options);

// True when step() with this judgement would change nothing: the steady round's fast way out.
bool is_settled(const Standing& standing, const Interval& window, Verdict verdict,
                const Tally& tally);

// How fresh a measure's data are; the same for all its teams, so it is told once a measure.
struct Freshness {
  enum class State { unknown, fresh, failing, stale };
  State state = State::unknown;
  Instant since{};
  std::int64_t transition = 0;
  std::vector<std::string> told;  // alerts that were told of what still holds, sorted
  bool away = false;              // bad because the source itself cannot be reached
  friend bool operator==(const Freshness&, const Freshness&) = default;
};

// data.stale when the newest data are older than the measure allows, source.failed when its last
// scan failed, and their ends. The judgement of such a change holds only the times.
std::vector<Change> step_freshness(Freshness& freshness, std::span<const Alert> alerts,
                                   const Measure& measure, const Pulled& pulled, Instant as_of,
                                   const StepOptions& options);

// A final bucket that was judged and now says something else. `before` and `after` are of that one
// period; `number` tells revisions of one period apart and never repeats for it.
struct Revision {
  std::string measure;
  std::string team;
  Interval period{};
  std::optional<Tally> before;
  std::optional<Tally> after;
  Instant found_at{};
};
std::vector<Change> revision_changes(std::span<const Alert> alerts, const Measure& measure,
                                     const Revision& revision, std::int64_t number,
                                     const StepOptions& options);

// A window that was judged and is now judged otherwise, because buckets in it were revised.
struct RevisedVerdict {
  std::string measure;
  std::string team;
  Judgement before;
  Judgement now;
  Instant found_at{};
};
std::vector<Change> revised_verdict_changes(std::span<const Alert> alerts, const Measure& measure,
                                            const RevisedVerdict& revised, std::int64_t number,
                                            const StepOptions& options);

// Asks why final numbers of the measure mostly got better when they were changed afterwards, if
// they did. Once for each definition of the measure: the same habit always gives the same ids.
// `habit_of` says what became of the numbers of these teams (none: of all), and is asked only where
// an alert wants to know; `found` is from the oldest of these numbers to when the newest change was
// found.
using HabitOf = std::function<stats::RevisionBias(const std::vector<std::string>& teams)>;
std::vector<Change> flattery_changes(std::span<const Alert> alerts, const Measure& measure,
                                     const HabitOf& habit_of, Interval found,
                                     const StepOptions& options);

// The newest target of `measure`, if its review day has come on `today` (in the measure's zone) and
// no target follows it; else null.
const DatedTarget* target_to_review(const Measure& measure, std::chrono::local_days today);
// Tells of it, once: the same target and day always give the same ids.
std::vector<Change> review_changes(std::span<const Alert> alerts, const Measure& measure,
                                   const Zone& zone, Instant as_of, const StepOptions& options);

// As JSON for a store; reading back gives the same value. None for text that is not one.
std::string to_json(const Standing& standing);
std::optional<Standing> standing_from_json(std::string_view json);
std::string to_json(const Freshness& freshness);
std::optional<Freshness> freshness_from_json(std::string_view json);

}  // namespace measured::rules
