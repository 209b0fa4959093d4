// Periods that are not over, or still wait for late rows. What is certain or bad is said of each
// team; what is well or too early to tell is one sentence a measure.

#include <algorithm>
#include <cmath>

#include "rules/digest/findings.h"
#include "rules/text/dates.h"
#include "rules/text/lists.h"
#include "rules/text/numbers.h"
#include "rules/text/width.h"

namespace measured::rules {
namespace {

constexpr std::size_t teams_shown_max = 4;

std::string value_of_open(Language language, const Finding& finding) {
  const Judgement& open = *finding.open;
  return print_value(language, *finding.measure, *open.value, open.target->goal);
}

std::string counts_of_open(Language language, const Finding& finding) {
  return print_counts_in_words(language, *finding.measure, finding.open->tally);
}

std::string period_of_open(Language language, const Finding& finding) {
  return print_window(language, *finding.measure, finding.zone, finding.open->window);
}

// Where the window ends when every case to come is a hit, or none is.
std::string end_of(Language language, const Finding& finding, bool all_hits) {
  const Judgement& open = *finding.open;
  const double expected = static_cast<double>(*open.expected);
  const double rest = expected - open.tally.denominator;
  Tally end = open.tally;
  end.numerator += all_hits ? rest : 0;
  end.denominator = expected;
  return print_value(language, *finding.measure, value_of(*finding.measure, end).value_or(0),
                     open.target->goal);
}

bool is_certain(const Judgement& open) {
  return open.reason == Reason::secured || open.reason == Reason::out_of_reach;
}

std::string_view key_of(const Judgement& open) {
  const bool met = open.verdict == Verdict::met;
  if (!is_certain(open)) {
    return "open.likely_missed";
  }
  if (open.expected) {
    return met ? "open.secured_at_worst" : "open.out_of_reach_at_best";
  }
  return met ? "open.secured" : "open.out_of_reach";
}

std::string say_decided(Language language, const Finding& finding) {
  const Judgement& open = *finding.open;
  const bool met = open.verdict == Verdict::met;
  const bool hits_help = open.target->direction == Direction::at_least;
  const auto left =
      open.expected ? *open.expected - std::llround(open.tally.denominator) : std::int64_t{0};
  return say(
      language, key_of(open),
      {{"measure", title_of(*finding.measure)},
       {"team", title_of(*finding.team)},
       {"period", period_of_open(language, finding)},
       {"value", value_of_open(language, finding)},
       {"counts", counts_of_open(language, finding)},
       {"target", print_target(language, *finding.measure, *open.target)},
       {"left", print_count(language, left)},
       {"end", open.expected ? end_of(language, finding, met ? !hits_help : hits_help) : ""}});
}

// One sentence for the teams of a measure that are well on the good side so far, or of whom nothing
// can be said yet.
std::string say_group(Language language, const std::vector<const Finding*>& group) {
  const Finding& first = *group.front();
  std::vector<std::string> teams;
  std::optional<std::int64_t> needed = first.open->needed;
  for (const Finding* finding : group) {
    teams.push_back(say(language, "open.team",
                        {{"team", title_of(*finding->team)},
                         {"value", value_of_open(language, *finding)},
                         {"counts", counts_of_open(language, *finding)}}));
    const bool same =
        finding->open->needed == needed && finding->open->target == first.open->target;
    const bool short_of = needed && finding->open->tally.n < *needed;
    needed = same && short_of ? needed : std::nullopt;
  }
  const bool upwards = first.open->target->direction == Direction::at_least;
  const std::string_view key = first.open->verdict == Verdict::met ? "open.on_course"
                               : needed && upwards                 ? "open.early_needed"
                                                                   : "open.early";
  return say(language, key,
             {{"measure", title_of(*first.measure)},
              {"period", period_of_open(language, first)},
              {"teams", list_of(language, teams, teams_shown_max)},
              {"needed", needed ? print_count(language, *needed) : ""},
              {"target", print_target(language, *first.measure, *first.open->target)}});
}

}  // namespace

std::vector<std::string> say_open(Language language, const std::vector<Finding>& findings) {
  std::vector<std::string> out;
  std::vector<std::vector<const Finding*>> groups;  // by measure, period, target and verdict
  for (const Finding& finding : findings) {
    if (!finding.open) {
      continue;
    }
    const Judgement& open = *finding.open;
    if (is_certain(open) || open.verdict == Verdict::missed) {
      out.push_back(say_decided(language, finding));
      continue;
    }
    auto same = std::find_if(groups.begin(), groups.end(), [&](const auto& group) {
      const Judgement& first = *group.front()->open;
      const bool good = open.verdict == Verdict::met;
      return group.front()->measure == finding.measure && first.window == open.window &&
             good == (first.verdict == Verdict::met) &&
             (!good || first.target->goal == open.target->goal);
    });
    if (same == groups.end()) {
      same = groups.insert(groups.end(), std::vector<const Finding*>{});
    }
    same->push_back(&finding);
  }
  for (const auto& group : groups) {
    out.push_back(say_group(language, group));
  }
  return out;
}

}  // namespace measured::rules
