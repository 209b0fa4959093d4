// How calmly an alert speaks. A closed period is a fact, but a value near its target crosses it by
// chance, and who is told of each crossing stops reading. Three things keep that away, each a
// function of the judged periods alone:
//   - hysteresis from the noise band: what was told is taken back by a period outside the noise
//     (Judgement::sure), or by as many in a row as share no case with those that were told, at
//     least three. Three, because with the true rate on the target they fall on one side by chance
//     once in eight times; that is a judgement, not theory.
//   - `for` and `recover`, as the rule says
//   - flapping: four turns in eight judged periods are told as such, once, and then nothing until
//     four periods have passed without a turn.
// docs/decisions ("Alerts do not speak within noise") says why it is so and what was refused.

#include "rules/judge/alert_memory.h"

#include <algorithm>
#include <bit>

namespace measured::rules {
namespace {

void count(AlertRow& row, const AlertPeriod& period) {
  switch (period.held) {
    case Holds::yes:
      row.in = row.in_before + 1;
      row.in_clear = row.in_clear_before || period.clear;
      row.out = 0;
      row.out_clear = false;
      return;
    case Holds::no:
      row.out = row.out_before + 1;
      row.out_clear = row.out_clear_before || period.clear;
      row.in = 0;
      row.in_clear = false;
      return;
    case Holds::unknown:
      row.in = row.in_before;
      row.in_clear = row.in_clear_before;
      row.out = row.out_before;
      row.out_clear = row.out_clear_before;
      return;
  }
}

bool enough(int periods, bool clear, int asked, int persistence) {
  return periods >= asked && (clear || periods >= persistence);
}

}  // namespace

const std::vector<EventKind>& all_event_kinds() {
  static const std::vector<EventKind> kinds = {
      EventKind::target_missed,       EventKind::target_met,
      EventKind::target_cannot_tell,  EventKind::target_revised,
      EventKind::target_review,       EventKind::guardrail_broken,
      EventKind::signal_worse,        EventKind::signal_better,
      EventKind::data_stale,          EventKind::data_fresh,
      EventKind::data_revised,        EventKind::integrity_smoothed,
      EventKind::integrity_flattered, EventKind::integrity_response_drop,
      EventKind::source_failed,       EventKind::source_recovered};
  return kinds;
}

std::string_view to_text(EventKind kind) {
  switch (kind) {
    case EventKind::target_missed: return "target.missed";
    case EventKind::target_met: return "target.met";
    case EventKind::target_cannot_tell: return "target.cannot_tell";
    case EventKind::target_revised: return "target.revised";
    case EventKind::target_review: return "target.review";
    case EventKind::guardrail_broken: return "guardrail.broken";
    case EventKind::signal_worse: return "signal.worse";
    case EventKind::signal_better: return "signal.better";
    case EventKind::data_stale: return "data.stale";
    case EventKind::data_fresh: return "data.fresh";
    case EventKind::data_revised: return "data.revised";
    case EventKind::integrity_smoothed: return "integrity.smoothed";
    case EventKind::integrity_flattered: return "integrity.flattered";
    case EventKind::integrity_response_drop: return "integrity.response_drop";
    case EventKind::source_failed: return "source.failed";
    case EventKind::source_recovered: return "source.recovered";
  }
  return "";
}

std::optional<EventKind> parse_event_kind(std::string_view text) {
  for (const EventKind kind : all_event_kinds()) {
    if (to_text(kind) == text) {
      return kind;
    }
  }
  return std::nullopt;
}

News count_period(AlertRow& row, const Alert& alert, const AlertPeriod& period) {
  count(row, period);
  if (!row.firing && row.out_clear) {
    row.loose = false;
  }
  if (period.quiet) {
    return News::none;
  }
  if (!row.firing) {
    const bool begins =
        enough(row.in, row.in_clear || !row.loose, alert.for_periods, period.persistence);
    if (period.held != Holds::yes || !begins) {
      return News::none;
    }
    row.firing = true;
    row.loose = false;
    row.told_until = period.end;
    return News::fired;
  }
  if (period.held == Holds::no &&
      enough(row.out, row.out_clear, alert.recover_periods, period.persistence)) {
    row.firing = false;
    row.loose = !row.out_clear;
    return News::over;
  }
  // A reminder is of what somebody has to mend; that all is still well is none.
  const bool due = row.kind != EventKind::target_met && alert.repeat.count() > 0 &&
                   period.end - row.told_until >= alert.repeat;
  if (period.held == Holds::yes && due) {
    row.told_until = period.end;
    return News::repeated;
  }
  return News::none;
}

Flap count_turn(AlertMemory& memory, bool turned, bool judged) {
  constexpr unsigned kept = (1U << flap_periods) - 1;
  constexpr unsigned recent = (1U << flap_settled) - 1;
  const unsigned turns = memory.turns_before;
  memory.turns = static_cast<std::uint8_t>(
      judged || turned ? ((turns << 1U) | (turned ? 1U : 0U)) & kept : turns);
  if (memory.flapping) {
    if ((memory.turns & recent) != 0) {
      return Flap::lasts;
    }
    memory.flapping = false;
    memory.turns = 0;
    return Flap::settled;
  }
  if (turned && std::popcount(memory.turns) >= flap_turns) {
    memory.flapping = true;
    return Flap::began;
  }
  return Flap::none;
}

void next_period(AlertMemory& memory) {
  for (AlertRow& row : memory.rows) {
    row.in_before = row.in;
    row.out_before = row.out;
    row.in_clear_before = row.in_clear;
    row.out_clear_before = row.out_clear;
  }
  memory.turns_before = memory.turns;
}

bool is_blank(const AlertRow& row) {
  return row.in == 0 && row.in_before == 0 && !row.firing && !row.loose;
}

bool is_blank(const AlertMemory& memory) {
  return memory.rows.empty() && memory.turns == 0 && memory.turns_before == 0 && !memory.flapping;
}

}  // namespace measured::rules
