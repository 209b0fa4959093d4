// The tables of a digest: drivers in the order of the rules, below each its measures, teams by id.
#include "rules/digest/tables.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "rules/ascii.h"
#include "rules/digest/changes.h"
#include "rules/text/dates.h"
#include "rules/text/numbers.h"
#include "rules/text/width.h"

namespace measured::rules {
namespace {

constexpr int title_columns = 78;

std::string mark_of(Verdict verdict, bool judged) {
  if (!judged) {
    return "·";
  }
  switch (verdict) {
    case Verdict::met: return "✓";
    case Verdict::watch:
    case Verdict::guardrail_broken: return "!";
    case Verdict::missed: return "✗";
    case Verdict::cannot_tell:
    case Verdict::too_few:
    case Verdict::no_data:
    case Verdict::stale:
    case Verdict::source_error: return "?";
    case Verdict::settling: return "·";
  }
  return "?";
}

std::string printed(Language language, const Finding& finding, const Judgement& judgement) {
  const std::optional<double> goal =
      judgement.target ? std::optional(judgement.target->goal) : std::nullopt;
  return judgement.value ? print_value(language, *finding.measure, *judgement.value, goal) : "";
}

// "≥ 95 % since Oct": the year where it is not that of the window.
std::string dated_target(Language language, const Finding& finding) {
  const Judgement& now = finding.now;
  if (!now.target) {
    return say(language, "target.none");
  }
  const std::string target = print_target(language, *finding.measure, *now.target);
  if (!now.target_from) {
    return target;
  }
  const auto window_day =
      std::chrono::floor<std::chrono::days>(finding.zone.local(now.window.start));
  return say(
      language, "since",
      {{"target", target}, {"date", print_beginning(language, *now.target_from, window_day)}});
}

// "388 of 1842 asked have answered (21.1 %)": beside what a survey says, how many say it.
std::string say_answered(Language language, const Finding& finding) {
  const Tally& tally = finding.now.tally;
  if (finding.measure->kind != MeasureKind::survey || tally.asked <= 0 || tally.n > tally.asked) {
    return "";
  }
  Measure share = *finding.measure;
  share.kind = MeasureKind::ratio;
  share.unit = "%";
  const double rate = static_cast<double>(tally.n) / static_cast<double>(tally.asked);
  return say(language, "response.row",
             {{"answers", print_count(language, tally.n)},
              {"asked", print_count(language, tally.asked)},
              {"rate", print_value(language, share, rate)}});
}

DigestRow row_of(const DigestInput& input, const Finding& finding) {
  const Language language = input.reader.language;
  DigestRow row;
  const Judgement& now = finding.now;
  row.team_id = finding.team->id;
  row.team = title_of(*finding.team);
  row.verdict = now.verdict;
  row.judged = now.reason != Reason::no_target;
  row.value = printed(language, finding, now);
  row.counts = now.value ? print_counts(language, *finding.measure, now.tally) : "";
  row.target = dated_target(language, finding);
  row.mark = mark_of(now.verdict, row.judged);
  row.word = say(language,
                 row.judged ? "verdict." + std::string(to_text(now.verdict)) : "verdict.no_target");
  if (now.verdict == Verdict::missed && now.low && !now.sure) {
    row.word += ", " + say(language, "chance");
  }
  if (finding.before && finding.before->value && now.value) {
    const std::string before = printed(language, finding, *finding.before);
    const std::string_view arrow = *now.value > *finding.before->value   ? "▲ "
                                   : *now.value < *finding.before->value ? "▼ "
                                                                         : "= ";
    // The column beside it names the unit already.
    Measure bare = *finding.measure;
    bare.unit.clear();
    row.before = std::string(arrow) + print_value(language, bare, *finding.before->value);
    // Where a chart says what is noise, two windows are not compared once more.
    const Moved moved = finding.changed == Changed::unknown ? movement(finding) : Moved::not_clear;
    if (moved != Moved::not_clear) {
      row.notes.push_back(say(language,
                              moved == Moved::up ? "change.clear_up" : "change.clear_down",
                              {{"before", before}}));
    }
  }
  if (std::string answered = say_answered(language, finding); !answered.empty()) {
    row.notes.push_back(std::move(answered));
  }
  row.change = say_change(language, finding);
  if (std::string note = say_change_note(language, finding); !note.empty()) {
    row.notes.push_back(std::move(note));
  }
  if (now.verdict == Verdict::guardrail_broken) {
    row.notes.push_back(
        say(language, "guardrail.note", {{"guardrails", finding.guardrail_titles}}));
  }
  if (finding.acknowledged == Acknowledged::holds) {
    row.word += ", " + say(language, "act.word");
  }
  for (std::string& note : say_acts(language, input, finding)) {
    row.notes.push_back(std::move(note));
  }
  row.act = act_link(language, input, finding);
  return row;
}

bool is_before(const SourceSpan& a, const std::string& a_id, const SourceSpan& b,
               const std::string& b_id) {
  return std::tie(a.file, a.line, a.column, a_id) < std::tie(b.file, b.line, b.column, b_id);
}

std::string window_of_finding(Language language, const Finding& finding) {
  return finding.now.periods > 0
             ? print_window(language, *finding.measure, finding.zone, finding.now.window)
             : "";
}

std::vector<DigestMeasure> measures_of(const DigestInput& input,
                                       const std::vector<const Finding*>& findings) {
  std::vector<DigestMeasure> out;
  const Measure* open = nullptr;
  for (const Finding* finding : findings) {
    if (finding->measure != open) {
      open = finding->measure;
      out.push_back({open->id, one_line(title_of(*open), title_columns), "", {}});
    }
    DigestMeasure& measure = out.back();
    measure.rows.push_back(row_of(input, *finding));
    if (measure.period.empty()) {
      measure.period = window_of_finding(input.reader.language, *finding);
    }
  }
  return out;
}

}  // namespace

bool is_declared_before(const Measure& a, const Measure& b) {
  return is_before(a.place, a.id, b.place, b.id);
}

std::vector<DigestDriver> drivers_of(const DigestInput& input,
                                     const std::vector<Finding>& findings) {
  const Language language = input.reader.language;
  std::vector<const Driver*> drivers;
  for (const Driver& driver : input.rules->drivers) {
    drivers.push_back(&driver);
  }
  std::sort(drivers.begin(), drivers.end(), [](const Driver* a, const Driver* b) {
    return is_before(a->place, a->id, b->place, b->id);
  });
  drivers.push_back(nullptr);  // measures of no driver come last
  std::vector<DigestDriver> out;
  std::set<std::string> outcomes_shown;
  for (const Driver* driver : drivers) {
    std::vector<const Finding*> measures;
    std::vector<const Finding*> outcomes;
    const std::string id = driver != nullptr ? driver->id : "";
    for (const Finding& finding : findings) {
      const Measure& measure = *finding.measure;
      if (!measure.is_outcome && measure.driver == id) {
        measures.push_back(&finding);
      } else if (measure.is_outcome && driver != nullptr && driver->outcome == measure.id &&
                 shows(*input.digest, DigestSection::outcomes) &&
                 !outcomes_shown.contains(measure.id)) {
        outcomes.push_back(&finding);
      }
    }
    if (measures.empty()) {
      continue;
    }
    for (const Finding* outcome : outcomes) {
      outcomes_shown.insert(outcome->measure->id);
    }
    DigestDriver shown;
    shown.title = driver == nullptr       ? say(language, "driver.none")
                  : driver->title.empty() ? driver->id
                                          : one_line(driver->title, 120);
    shown.measures = measures_of(input, measures);
    shown.outcomes = measures_of(input, outcomes);
    out.push_back(std::move(shown));
  }
  return out;
}

std::string take_shared_period(std::vector<DigestDriver>& drivers) {
  std::set<std::string> periods;
  for (const DigestDriver& driver : drivers) {
    for (const auto* list : {&driver.measures, &driver.outcomes}) {
      for (const DigestMeasure& measure : *list) {
        periods.insert(measure.period);
      }
    }
  }
  periods.erase("");
  if (periods.size() != 1) {
    return "";
  }
  for (DigestDriver& driver : drivers) {
    for (auto* list : {&driver.measures, &driver.outcomes}) {
      for (DigestMeasure& measure : *list) {
        measure.period.clear();
      }
    }
  }
  return *periods.begin();
}

}  // namespace measured::rules
