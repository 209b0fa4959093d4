// Periods that are not over, or still wait for late rows. Told is what may change what a reader
// does: what is decided, what turns against the newest verdict, and who is short of a target that
// she last met. That a period goes as the one before, or is too early to tell, is no news.

#include <algorithm>
#include <cmath>

#include "rules/digest/findings.h"
#include "rules/judge/inference.h"
#include "rules/stats/bounds.h"
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

enum class Tells { nothing, decided, on_course, in_danger };

Tells tells(const Finding& finding) {
  if (!finding.open) {
    return Tells::nothing;
  }
  const Judgement& open = *finding.open;
  const bool was_missed = finding.now.verdict == Verdict::missed;
  if (is_certain(open)) {
    return Tells::decided;
  }
  if (open.verdict == Verdict::missed) {
    return was_missed ? Tells::nothing : Tells::decided;
  }
  if (open.verdict == Verdict::met) {
    return was_missed ? Tells::on_course : Tells::nothing;
  }
  // What adds up is always short of its target until the period ends.
  const bool compares = is_share(*finding.measure) || is_mean(*finding.measure);
  const bool is_short =
      compares && !stats::meets(*open.value, open.target->direction, open.target->goal);
  return is_short && !was_missed && open.tally.n >= finding.measure->min_sample ? Tells::in_danger
                                                                                : Tells::nothing;
}

// One sentence for the teams of a measure of whom the same is to be said.
std::string say_group(Language language, const std::vector<const Finding*>& group) {
  const Finding& first = *group.front();
  std::vector<std::string> teams;
  for (const Finding* finding : group) {
    teams.push_back(say(language, "open.team",
                        {{"team", title_of(*finding->team)},
                         {"value", value_of_open(language, *finding)},
                         {"counts", counts_of_open(language, *finding)}}));
  }
  return say(language, tells(first) == Tells::on_course ? "open.on_course" : "open.in_danger",
             {{"measure", title_of(*first.measure)},
              {"period", period_of_open(language, first)},
              {"teams", list_of(language, teams, teams_shown_max)},
              {"target", print_target(language, *first.measure, *first.open->target)}});
}

}  // namespace

std::vector<std::string> say_open(Language language, const std::vector<Finding>& findings) {
  std::vector<std::string> out;
  std::vector<std::vector<const Finding*>> groups;  // by measure, period, target and what is told
  for (const Finding& finding : findings) {
    const Tells what = tells(finding);
    if (what == Tells::nothing) {
      continue;
    }
    if (what == Tells::decided) {
      out.push_back(say_decided(language, finding));
      continue;
    }
    auto same = std::find_if(groups.begin(), groups.end(), [&](const auto& group) {
      const Finding& first = *group.front();
      return first.measure == finding.measure && first.open->window == finding.open->window &&
             first.open->target == finding.open->target && tells(first) == what;
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
