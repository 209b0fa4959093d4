#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/model/rule_set.h"
#include "rules/time/instant.h"

namespace measured::rules {

// What an alert can be told of, as the rules write it ("target.missed").
enum class EventKind {
  target_missed,
  target_met,
  target_cannot_tell,
  target_revised,  // a verdict that was told is another one now, because its numbers changed
  target_review,   // the day has come to look at a target again
  guardrail_broken,
  signal_worse,   // of the process behaviour chart, in the bad direction
  signal_better,  // and in the good one
  data_stale,
  data_fresh,
  data_revised,
  integrity_smoothed,       // the chart's periods differ less than counting alone would make them
  integrity_flattered,      // final numbers that were changed afterwards mostly got better
  integrity_response_drop,  // a survey's score rose while fewer of those asked answered
  source_failed,
  source_recovered,
};
std::string_view to_text(EventKind kind);
std::optional<EventKind> parse_event_kind(std::string_view text);
// Every kind, in the order in which one period's news are looked at.
const std::vector<EventKind>& all_event_kinds();

// The memory of one alert about one kind of event. Counts are periods in a row, without and with
// the period judged last, so that a second look at the same period (a guardrail that came in later,
// a revision) replaces its part and never counts it twice. A row is `clear` when at least one of
// its periods lies outside the noise of the target.
struct AlertRow {
  EventKind kind = EventKind::target_missed;
  int in_before = 0;   // periods in a row that meet the condition, before the last one
  int out_before = 0;  // periods in a row that do not
  int in = 0;
  int out = 0;
  bool in_clear_before = false;
  bool out_clear_before = false;
  bool in_clear = false;
  bool out_clear = false;
  bool firing = false;      // told, and not over yet
  bool loose = false;       // over, but only by a row within noise: it takes a clear row to begin
  Instant told_until{};     // end of the period that was told last
  std::string folded_into;  // the team above whose message told this one's; empty: told itself
  friend bool operator==(const AlertRow&, const AlertRow&) = default;
};

// What one alert remembers of one team and measure.
struct AlertMemory {
  std::string alert;
  std::vector<AlertRow> rows;  // by kind, as they came
  // Whether something began or ended in each of the last judged periods, the newest in bit 0.
  std::uint8_t turns_before = 0;
  std::uint8_t turns = 0;
  bool flapping = false;  // said so, and silent until it settles
  friend bool operator==(const AlertMemory&, const AlertMemory&) = default;
};

// Whether the condition of a kind holds in a period; unknown where the period cannot be judged.
enum class Holds { yes, no, unknown };

// One period as an alert counts it.
struct AlertPeriod {
  Holds held = Holds::unknown;
  bool clear = true;  // outside the noise of the target, or no noise is known
  Instant end{};
  bool quiet = false;  // history: it moves the counts and tells nobody
  // Periods in a row that count as much as one that is clear.
  int persistence = 1;
};

enum class News { none, fired, repeated, over };

// Counts the period and says what is new.
//   fired     the condition has held for `for` periods in a row
//   over      it has not held for `recover` periods in a row, one of them clear, or for
//             `persistence` periods if none was
//   repeated  it still holds and `repeat` has passed
// After an end that was not clear the next beginning has to be: at least one clear period, or
// `persistence` periods.
News count_period(AlertRow& row, const Alert& alert, const AlertPeriod& period);

// How many judged periods are looked at, how many turns in them are flapping, and how many periods
// without a turn end it.
inline constexpr int flap_periods = 8;
inline constexpr int flap_turns = 4;
inline constexpr int flap_settled = 4;

enum class Flap { none, began, lasts, settled };

// Takes in whether the period turned something; `judged` is false for one that cannot be judged,
// which does not count. Call it once a look; next_period() begins a new one.
Flap count_turn(AlertMemory& memory, bool turned, bool judged);

// Makes what is known so far the part before the period that comes.
void next_period(AlertMemory& memory);

// True when nothing in it can change what comes: then it need not be kept.
bool is_blank(const AlertRow& row);
bool is_blank(const AlertMemory& memory);

}  // namespace measured::rules
