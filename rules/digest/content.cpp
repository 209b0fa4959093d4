// What one reader is told. Everything is decided here and printed into short strings; the
// renderings only lay them out. A reader with one minute reads the headline: what was missed,
// whether chance could explain it, how much cannot be told. The tables follow, then what changed,
// then what is not known. What has nothing to say vanishes.

#include "rules/digest/content.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "rules/ascii.h"
#include "rules/digest/changes.h"
#include "rules/digest/findings.h"
#include "rules/text/dates.h"
#include "rules/text/numbers.h"
#include "rules/text/width.h"

namespace measured::rules {
namespace {

std::string lower_ascii(std::string text) {
  for (char& c : text) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return text;
}

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

DigestRow row_of(Language language, const Finding& finding) {
  DigestRow row;
  const Judgement& now = finding.now;
  row.team_id = finding.team->id;
  row.team = one_line(finding.team->title.empty() ? finding.team->id : finding.team->title, 80);
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
  row.change = say_change(language, finding);
  if (std::string note = say_change_note(language, finding); !note.empty()) {
    row.notes.push_back(std::move(note));
  }
  if (now.verdict == Verdict::guardrail_broken) {
    row.notes.push_back(
        say(language, "guardrail.note", {{"guardrails", finding.guardrail_titles}}));
  }
  return row;
}

// Measures in the order in which the rules declare them.
bool declared_before(const SourceSpan& a, const std::string& a_id, const SourceSpan& b,
                     const std::string& b_id) {
  return std::tie(a.file, a.line, a.column, a_id) < std::tie(b.file, b.line, b.column, b_id);
}

std::string window_of_finding(Language language, const Finding& finding) {
  return finding.now.periods > 0
             ? print_window(language, *finding.measure, finding.zone, finding.now.window)
             : "";
}

std::vector<DigestMeasure> measures_of(Language language,
                                       const std::vector<const Finding*>& findings) {
  std::vector<DigestMeasure> out;
  const Measure* open = nullptr;
  for (const Finding* finding : findings) {
    if (finding->measure != open) {
      open = finding->measure;
      out.push_back({open->id, one_line(open->title.empty() ? open->id : open->title, 80), "", {}});
    }
    DigestMeasure& measure = out.back();
    measure.rows.push_back(row_of(language, *finding));
    if (measure.period.empty()) {
      measure.period = window_of_finding(language, *finding);
    }
  }
  return out;
}

bool wanted(const Digest& digest, const std::string& driver) {
  return digest.drivers.empty() ||
         std::find(digest.drivers.begin(), digest.drivers.end(), driver) != digest.drivers.end();
}

std::vector<DigestDriver> drivers_of(const DigestInput& input, Language language,
                                     const std::vector<Finding>& findings) {
  std::vector<const Driver*> drivers;
  for (const Driver& driver : input.rules->drivers) {
    drivers.push_back(&driver);
  }
  std::sort(drivers.begin(), drivers.end(), [](const Driver* a, const Driver* b) {
    return declared_before(a->place, a->id, b->place, b->id);
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
    shown.measures = measures_of(language, measures);
    shown.outcomes = measures_of(language, outcomes);
    out.push_back(std::move(shown));
  }
  return out;
}

// The period, when every measure shows the same one: it is then said once, at the top.
std::string shared_period(std::vector<DigestDriver>& drivers) {
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

std::string capitalised(std::string text) {
  if (!text.empty() && is_lower(text[0])) {
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  }
  return text;
}

std::vector<Finding> findings_of(const DigestInput& input) {
  std::vector<Finding> findings;
  const auto& own = input.reader.teams;
  const std::vector<bool> real = real_changes(input);
  for (std::size_t i = 0; i < input.verdicts.size(); ++i) {
    const TeamVerdict& verdict = input.verdicts[i];
    const Measure* measure = input.rules->measure(verdict.measure);
    const Team* team = input.rules->team(verdict.team);
    if (measure == nullptr || team == nullptr ||
        (!measure->is_outcome && !wanted(*input.digest, measure->driver))) {
      continue;
    }
    const bool hers = std::binary_search(own.begin(), own.end(), team->id);
    const bool inside = std::binary_search(own.begin(), own.end(), team->parent);
    const bool bad = verdict.now.verdict == Verdict::missed ||
                     verdict.now.verdict == Verdict::guardrail_broken || real[i];
    // The reader of a region sees the region, and the teams inside it that need her.
    if (hers || (inside && bad)) {
      findings.push_back(make_finding(input.reader.language, *input.rules, *measure, *team,
                                      verdict.now, verdict.before));
      findings.back().chart = verdict.chart;
      findings.back().changed = changed_of(verdict.chart, real[i]);
      findings.back().open = verdict.open;
    }
  }
  std::sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    if (a.measure != b.measure) {
      return declared_before(a.measure->place, a.measure->id, b.measure->place, b.measure->id);
    }
    return a.team->id < b.team->id;
  });
  return findings;
}

// Whether something shown rests on a source that fails or has gone silent.
bool is_source_in_trouble(const DigestInput& input, const std::vector<Finding>& findings) {
  const auto& failing = input.failing_measures;
  return std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
    return finding.now.verdict == Verdict::stale || finding.now.verdict == Verdict::source_error ||
           std::find(failing.begin(), failing.end(), finding.measure->id) != failing.end();
  });
}

// A real change that the reader has not been told of: it began with the newest period.
bool begins_to_change(const std::vector<Finding>& findings) {
  return std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.changed == Changed::real &&
           finding.chart->since == finding.chart->newest.period.start;
  });
}

std::string greeting(const DigestInput& input, Language language) {
  const Person& person = input.reader.person;
  std::vector<std::string> teams;
  for (const std::string& id : input.reader.teams) {
    const Team* team = input.rules->team(id);
    teams.push_back(team != nullptr && !team->title.empty() ? one_line(team->title, 60) : id);
  }
  const std::string name = one_line(person.name.empty() ? person.email : person.name, 60);
  const std::string to = say(language, "to", {{"name", name}});
  return teams.empty() ? to : to + " · " + list_of(language, teams, 3);
}

}  // namespace

std::vector<Reader> readers_of(const RuleSet& rules, const Digest& digest) {
  std::map<std::string, Reader> readers;
  const auto add = [&](const Person& person, const Zone& zone, Language language) -> Reader& {
    const std::string id = lower_ascii(person.email);
    Reader reader{id, person, zone, digest.language.value_or(language), {}};
    return readers.try_emplace(id, std::move(reader)).first->second;
  };
  if (digest.to_managers) {
    for (const Team& team : rules.teams) {
      if (!team.manager.email.empty()) {
        add(team.manager, team.zone, team.language).teams.push_back(team.id);
      }
    }
  }
  for (const Person& person : digest.to) {
    Reader& reader = add(person, rules.defaults.time_zone, rules.defaults.language);
    reader.teams.clear();
    for (const Team& team : rules.teams) {
      reader.teams.push_back(team.id);
    }
  }
  std::vector<Reader> out;
  for (auto& [id, reader] : readers) {
    std::sort(reader.teams.begin(), reader.teams.end());
    out.push_back(std::move(reader));
  }
  return out;
}

DigestContent digest_content(const DigestInput& input) {
  const std::vector<Finding> findings = findings_of(input);
  const Facts facts = facts_of(findings);
  DigestContent content;
  content.digest = input.digest->id;
  content.title =
      one_line(input.digest->title.empty() ? input.digest->id : input.digest->title, 80);
  content.reader = input.reader.id;
  const Language language = input.reader.language;
  content.language = language;
  content.to = greeting(input, language);
  content.date = print_weekday_date(language, input.reader.zone, input.nominal);
  content.as_of = say_as_of(language, findings, input.reader.zone);
  if (input.late) {
    content.as_of +=
        ", " +
        say(language, "late", {{"time", print_moment(language, input.reader.zone, input.nominal)}});
  }
  content.drivers = drivers_of(input, language, findings);
  content.period = capitalised(shared_period(content.drivers));
  content.expected = say_expected(language, findings);
  content.changed = say_changed(language, input, findings);
  content.unknown = say_unknown(language, input, findings);
  const bool real = std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.changed == Changed::real;
  });
  content.signal = !facts.missed.empty() || !facts.broken.empty() || real;
  Reviews reviews = say_reviews(language, input, findings);
  content.news = facts.moved || begins_to_change(findings) || !content.changed.empty() ||
                 reviews.fresh || is_source_in_trouble(input, findings);
  for (std::string& sentence : say_silences(language, input)) {
    content.changed.push_back(std::move(sentence));  // no news: digests go on all the same
  }
  std::move(reviews.lines.begin(), reviews.lines.end(), std::back_inserter(content.changed));
  content.open = say_open(language, findings);
  const bool quiet = !content.signal && !content.news && content.unknown.empty() &&
                     content.open.empty() && content.changed.empty() && facts.watch == 0 &&
                     facts.judged > 0;
  content.headline = quiet ? std::vector{say_count(language, "headline.quiet", facts.judged)}
                           : say_headline(language, facts);
  if (!quiet) {
    for (std::string& sentence : say_change_headline(language, findings)) {
      content.headline.push_back(std::move(sentence));
    }
  }
  content.subject = content.title + ": " + say_subject(language, facts);
  if (quiet) {
    content.drivers.clear();
    content.expected.clear();
  } else if (!content.drivers.empty()) {
    content.footer.push_back(say(language, "footer.order"));
  }
  if (real) {
    content.footer.push_back(say(language, "footer.chance"));
  }
  content.footer.push_back(
      say(language, "footer.why",
          {{"email", one_line(input.reader.person.email, 120)}, {"digest", content.digest}}));
  return content;
}

bool worth_sending(const DigestContent& content, Digest::When when) {
  switch (when) {
    case Digest::When::always: return true;
    case Digest::When::on_change: return content.news;
    case Digest::When::on_signal: return content.signal;
  }
  return true;
}

}  // namespace measured::rules
