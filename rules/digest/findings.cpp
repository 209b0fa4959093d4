#include "rules/digest/findings.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "rules/stats/ratio.h"
#include "rules/text/dates.h"
#include "rules/text/numbers.h"
#include "rules/text/width.h"

namespace measured::rules {
namespace {

constexpr int name_columns = 80;

std::string value_in_words(Language language, const Finding& finding) {
  const Judgement& now = finding.now;
  const std::optional<double> goal = now.target ? std::optional(now.target->goal) : std::nullopt;
  return now.value ? print_value(language, *finding.measure, *now.value, goal) : "";
}

std::string sureness(Language language, const Judgement& judgement) {
  return say(language, judgement.sure ? "sure.yes" : judgement.low ? "sure.no" : "sure.unknown");
}

bool decides(Verdict verdict) {
  return verdict == Verdict::met || verdict == Verdict::watch || verdict == Verdict::missed ||
         verdict == Verdict::guardrail_broken;
}

bool is_share_kind(const Measure& measure) {
  return measure.kind == MeasureKind::ratio || measure.kind == MeasureKind::rate;
}

}  // namespace

std::string title_of(const Measure& measure) {
  return one_line(measure.title.empty() ? measure.id : measure.title, name_columns);
}

std::string title_of(const Team& team) {
  return one_line(team.title.empty() ? team.id : team.title, name_columns);
}

Finding make_finding(Language language, const RuleSet& rules, const Measure& measure,
                     const Team& team, Judgement now, std::optional<Judgement> before) {
  Finding finding;
  finding.measure = &measure;
  finding.team = &team;
  finding.zone = measure.time_zone == "team"
                     ? team.zone
                     : Zone::load(measure.time_zone).value_or(rules.defaults.time_zone);
  finding.now = std::move(now);
  finding.before = std::move(before);
  std::vector<std::string> titles;
  for (const std::string& id : finding.now.guardrails) {
    const Measure* guard = rules.measure(id);
    titles.push_back(guard != nullptr ? title_of(*guard) : id);
  }
  finding.guardrail_titles = list_of(language, titles, 3);
  return finding;
}

Moved movement(const Finding& finding) {
  if (!finding.before || !is_share_kind(*finding.measure)) {
    return Moved::not_clear;
  }
  const auto counts = [](const Tally& tally) {
    return stats::RatioCounts{std::llround(tally.numerator), std::llround(tally.denominator)};
  };
  const stats::RatioChange change =
      stats::ratio_change(counts(finding.before->tally), counts(finding.now.tally));
  return change.verdict == stats::RatioChangeVerdict::up     ? Moved::up
         : change.verdict == stats::RatioChangeVerdict::down ? Moved::down
                                                             : Moved::not_clear;
}

Facts facts_of(const std::vector<Finding>& findings) {
  Facts facts;
  for (const Finding& finding : findings) {
    ++facts.shown;
    const Judgement& now = finding.now;
    // Before its first verdict nothing was decided about a team.
    facts.moved = facts.moved ||
                  (finding.before ? finding.before->verdict != now.verdict : decides(now.verdict));
    if (finding.measure->targets.empty() || now.reason == Reason::no_target) {
      continue;
    }
    ++facts.judged;
    switch (now.verdict) {
      case Verdict::met: ++facts.met; break;
      case Verdict::watch:
        ++facts.met;
        ++facts.watch;
        break;
      case Verdict::missed: facts.missed.push_back(&finding); break;
      case Verdict::guardrail_broken: facts.broken.push_back(&finding); break;
      case Verdict::cannot_tell:
      case Verdict::too_few:
      case Verdict::no_data:
      case Verdict::stale:
      case Verdict::settling:
      case Verdict::source_error: ++facts.cannot; break;
    }
  }
  // A miss that chance does not explain comes first; within, the order of the rules.
  std::stable_partition(facts.missed.begin(), facts.missed.end(),
                        [](const Finding* finding) { return finding->now.sure; });
  return facts;
}

std::vector<std::string> say_headline(Language language, const Facts& facts) {
  if (facts.judged == 0) {
    return {say(language, facts.shown == 0 ? "headline.nothing" : "headline.untargeted")};
  }
  std::vector<std::string> out;
  if (!facts.missed.empty()) {
    const Finding& first = *facts.missed.front();
    out.push_back(say(language, "headline.missed",
                      {{"measure", title_of(*first.measure)},
                       {"team", title_of(*first.team)},
                       {"value", value_in_words(language, first)},
                       {"counts", print_counts_in_words(language, *first.measure, first.now.tally)},
                       {"target", print_target(language, *first.measure, *first.now.target)},
                       {"sureness", sureness(language, first.now)}}));
  }
  if (facts.missed.size() > 1) {
    std::vector<std::string> rest;
    for (std::size_t i = 1; i < facts.missed.size(); ++i) {
      rest.push_back(say(language, "pair",
                         {{"measure", title_of(*facts.missed[i]->measure)},
                          {"team", title_of(*facts.missed[i]->team)}}));
    }
    out.push_back(say_count(language, "headline.missed_more",
                            static_cast<std::int64_t>(rest.size()),
                            {{"list", list_of(language, rest, 3)}}));
  }
  for (const Finding* broken : facts.broken) {
    out.push_back(
        say(language, "headline.broken",
            {{"measure", title_of(*broken->measure)},
             {"team", title_of(*broken->team)},
             {"value", value_in_words(language, *broken)},
             {"counts", print_counts_in_words(language, *broken->measure, broken->now.tally)},
             {"guardrails", broken->guardrail_titles}}));
  }
  const bool others = !out.empty();
  if (facts.met > 0) {
    const bool all = facts.met == facts.judged;
    out.push_back(say_count(language, all ? "headline.met_only" : "headline.met", facts.met));
  }
  if (facts.cannot > 0) {
    const bool only = !others && facts.met == 0;
    out.push_back(
        say_count(language, only ? "headline.cannot_only" : "headline.cannot", facts.cannot));
  }
  return out;
}

std::string say_subject(Language language, const Facts& facts) {
  std::vector<std::string> parts;
  if (!facts.missed.empty()) {
    const Finding& first = *facts.missed.front();
    parts.push_back(say_count(language, "subject.missed",
                              static_cast<std::int64_t>(facts.missed.size()),
                              {{"measure", one_line(title_of(*first.measure), 40)},
                               {"team", one_line(title_of(*first.team), 40)},
                               {"value", value_in_words(language, first)}}));
  }
  if (!facts.broken.empty()) {
    parts.push_back(say_count(language, "subject.broken",
                              static_cast<std::int64_t>(facts.broken.size()),
                              {{"team", one_line(title_of(*facts.broken.front()->team), 40)}}));
  }
  if (facts.met > 0) {
    parts.push_back(say_count(language, "subject.met", facts.met));
  }
  if (facts.cannot > 0) {
    parts.push_back(say_count(language, "subject.cannot", facts.cannot));
  }
  if (parts.empty()) {
    return say(language, "subject.nothing");
  }
  std::string out;
  for (const std::string& part : parts) {
    out += (out.empty() ? "" : ", ") + part;
  }
  return out;
}

std::string say_as_of(Language language, const std::vector<Finding>& findings, const Zone& zone) {
  std::optional<Instant> oldest;
  for (const Finding& finding : findings) {
    if (finding.now.as_of != Instant{}) {
      oldest = std::min(oldest.value_or(finding.now.as_of), finding.now.as_of);
    }
  }
  return oldest ? say(language, "data_as_of", {{"time", print_moment(language, zone, *oldest)}})
                : say(language, "data_none");
}

}  // namespace measured::rules
