// What a digest says of its own past: numbers and verdicts that were told and are others now, and
// measures that count something else since.

#include <algorithm>
#include <map>
#include <tuple>

#include "rules/digest/findings.h"
#include "rules/text/dates.h"
#include "rules/text/lists.h"
#include "rules/text/numbers.h"
#include "rules/text/width.h"

namespace measured::rules {
namespace {

constexpr int name_columns = 80;
constexpr std::size_t lines_a_measure_max = 6;

std::string word_of(Language language, Verdict verdict) {
  return say(language, "verdict." + std::string(to_text(verdict)));
}

using Of = std::tuple<std::string, std::string, Interval>;  // measure, team, window

// What was told first and what is known last of one window.
struct Turned {
  Verdict before = Verdict::no_data;
  Verdict now = Verdict::no_data;
  std::optional<double> value_before, value_now;
};

// Verdicts that turned and did not turn back.
std::map<Of, Turned> turned_verdicts(const DigestInput& input) {
  std::map<Of, Turned> turned;
  for (const RevisedTold& one : input.revised_verdicts) {
    Turned& known = turned
                        .try_emplace({one.measure, one.team, one.window},
                                     Turned{one.before, one.before, one.value_before, {}})
                        .first->second;
    known.now = one.now;
    known.value_now = one.value_now;
  }
  std::erase_if(turned, [](const auto& one) { return one.second.before == one.second.now; });
  return turned;
}

// The same of numbers.
std::map<Of, std::pair<std::optional<Tally>, std::optional<Tally>>> changed_numbers(
    const DigestInput& input) {
  std::map<Of, std::pair<std::optional<Tally>, std::optional<Tally>>> changed;
  for (const Revision& one : input.revisions) {
    auto& known =
        changed.try_emplace({one.measure, one.team, one.period}, std::pair{one.before, one.after})
            .first->second;
    known.second = one.after;
  }
  std::erase_if(changed, [](const auto& one) { return one.second.first == one.second.second; });
  return changed;
}

std::string say_number(Language language, const Finding& finding, const Interval& period,
                       const std::optional<Tally>& first, const std::optional<Tally>& last) {
  const Measure& measure = *finding.measure;
  const auto printed = [&](const std::optional<Tally>& tally) {
    const bool rows = tally && tally->n > 0;
    const std::optional<double> value = rows ? value_of(measure, *tally) : std::nullopt;
    return value ? print_value(language, measure, *value) +
                       print_counts_in_words(language, measure, *tally)
                 : "";
  };
  const std::string before = printed(first);
  const std::string after = printed(last);
  const std::string_view key = before.empty()  ? "changed.revision_new"
                               : after.empty() ? "changed.revision_gone"
                                               : "changed.revision";
  return say(language, key,
             {{"measure", title_of(measure)},
              {"team", title_of(*finding.team)},
              {"period", print_window(language, measure, finding.zone, period)},
              {"before", before},
              {"after", after}});
}

std::string say_verdict(Language language, const Finding& finding, const Interval& window,
                        const Turned& turned) {
  const auto printed = [&](const std::optional<double>& value) {
    return value ? " (" + print_value(language, *finding.measure, *value) + ")" : "";
  };
  return say(language, "changed.verdict",
             {{"measure", title_of(*finding.measure)},
              {"team", title_of(*finding.team)},
              {"period", print_window(language, *finding.measure, finding.zone, window)},
              {"before", word_of(language, turned.before) + printed(turned.value_before)},
              {"after", word_of(language, turned.now) + printed(turned.value_now)}});
}

const Finding* find(const std::vector<Finding>& findings, const std::string& measure,
                    const std::string& team) {
  const auto found = std::find_if(findings.begin(), findings.end(), [&](const Finding& finding) {
    return finding.measure->id == measure && finding.team->id == team;
  });
  return found == findings.end() ? nullptr : &*found;
}

}  // namespace

std::vector<std::string> say_redefined(Language language, const DigestInput& input,
                                       const std::vector<Finding>& findings) {
  std::vector<std::string> out;
  std::map<std::string, const Redefined*> newest;
  for (const Redefined& change : input.redefined) {
    newest[change.measure] = &change;
  }
  const Measure* last = nullptr;
  for (const Finding& finding : findings) {
    const auto change = newest.find(finding.measure->id);
    if (finding.measure == last || change == newest.end()) {
      continue;
    }
    last = finding.measure;
    // Whether any of its teams has a value under the new definition to compare with.
    const bool compared = std::any_of(findings.begin(), findings.end(), [&](const Finding& one) {
      return one.measure == last && one.before && one.before->value;
    });
    const std::string author = one_line(change->second->author, name_columns);
    const auto day = std::chrono::floor<std::chrono::days>(finding.zone.local(change->second->at));
    out.push_back(say(
        language, compared ? "changed.redefined_again" : "changed.redefined",
        {{"measure", title_of(*last)},
         {"date", print_date(language, day)},
         {"why", author.empty() ? "" : say(language, "changed.author", {{"author", author}})}}));
  }
  return out;
}

std::vector<std::string> say_revised(Language language, const DigestInput& input,
                                     const std::vector<Finding>& findings) {
  std::map<Of, Turned> verdicts = turned_verdicts(input);
  std::map<Of, std::string> lines;  // by measure, team and window
  for (const auto& [of, numbers] : changed_numbers(input)) {
    const auto& [measure, team, period] = of;
    const Finding* finding = find(findings, measure, team);
    if (finding == nullptr) {
      continue;
    }
    std::string line = say_number(language, *finding, period, numbers.first, numbers.second);
    if (const auto turned = verdicts.find(of); turned != verdicts.end()) {
      line += " " + say(language, "changed.verdict_too",
                        {{"before", word_of(language, turned->second.before)},
                         {"after", word_of(language, turned->second.now)}});
      verdicts.erase(turned);
    }
    lines.emplace(of, std::move(line));
  }
  for (const auto& [of, turned] : verdicts) {
    const auto& [measure, team, window] = of;
    if (const Finding* finding = find(findings, measure, team)) {
      lines.emplace(of, say_verdict(language, *finding, window, turned));
    }
  }
  std::vector<std::string> out;
  std::map<std::string, std::size_t> said;  // by measure
  for (auto& [of, line] : lines) {
    if (++said[std::get<0>(of)] <= lines_a_measure_max) {
      out.push_back(std::move(line));
    }
  }
  for (const auto& [measure, count] : said) {
    if (count > lines_a_measure_max) {
      out.push_back(say_count(language, "changed.revision_more",
                              static_cast<std::int64_t>(count - lines_a_measure_max),
                              {{"measure", title_of(*input.rules->measure(measure))}}));
    }
  }
  return out;
}

std::vector<std::string> ask_about_revisions(Language language, const DigestInput& input,
                                             const std::vector<Finding>& findings) {
  constexpr std::size_t revised_min = 6;
  constexpr std::size_t one_in = 5;  // a fifth of all final numbers: those of today are preliminary
  std::vector<std::string> out;
  for (const RevisionHabit& habit : input.revision_habits) {
    const bool shown = std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
      return finding.measure->id == habit.measure;
    });
    const stats::RevisionBias& bias = habit.bias;
    const bool often = bias.revised >= revised_min && bias.revised * one_in >= habit.final;
    const std::string_view key =
        bias.verdict == stats::RevisionVerdict::flattering ? "unknown.revised_better"
        : bias.verdict == stats::RevisionVerdict::harsher  ? "unknown.revised_worse"
        : often                                            ? "unknown.revised_often"
                                                           : "";
    if (!shown || key.empty()) {
      continue;
    }
    const auto count = [&](std::size_t n) {
      return print_count(language, static_cast<std::int64_t>(n));
    };
    out.push_back(say(language, key,
                      {{"measure", title_of(*input.rules->measure(habit.measure))},
                       {"revised", count(bias.revised)},
                       {"final", count(habit.final)},
                       {"better", count(bias.better)},
                       {"worse", count(bias.worse)}}));
  }
  return out;
}

}  // namespace measured::rules
