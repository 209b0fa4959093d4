#include "rules/digest/findings.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <span>
#include <utility>

#include "rules/judge/inference.h"
#include "rules/stats/ratio.h"
#include "rules/text/dates.h"
#include "rules/text/numbers.h"
#include "rules/text/width.h"

namespace measured::rules {
namespace {

constexpr int name_columns = 80;
constexpr int subject_columns = 80;
constexpr int subject_name_columns = 32;
constexpr std::size_t named_max = 2;  // beyond this the tables name them

std::string value_in_words(Language language, const Finding& finding) {
  const Judgement& now = finding.now;
  const std::optional<double> goal = now.target ? std::optional(now.target->goal) : std::nullopt;
  return now.value ? print_value(language, *finding.measure, *now.value, goal) : "";
}

bool decides(Verdict verdict) {
  return verdict == Verdict::met || verdict == Verdict::watch || verdict == Verdict::missed ||
         verdict == Verdict::guardrail_broken;
}

bool is_newly_missed(const Finding* finding) {
  return finding->told != Verdict::missed;
}

std::vector<std::string> pairs(Language language, std::span<const Finding* const> findings) {
  std::vector<std::string> out;
  for (const Finding* finding : findings) {
    out.push_back(
        say(language, "pair",
            {{"measure", title_of(*finding->measure)}, {"team", title_of(*finding->team)}}));
  }
  return out;
}

// The first in full, with its number and what it is compared with; of the others as many as can be
// read at a glance.
void add_missed(Language language, const std::vector<const Finding*>& missed,
                std::vector<std::string>& out) {
  const Finding& first = *missed.front();
  const std::string_view sure = first.now.sure  ? "sure.yes"
                                : first.now.low ? "sure.no"
                                                : "sure.unknown";
  out.push_back(say(language, "headline.missed",
                    {{"measure", title_of(*first.measure)},
                     {"team", title_of(*first.team)},
                     {"value", value_in_words(language, first)},
                     {"counts", print_counts_in_words(language, *first.measure, first.now.tally)},
                     {"target", print_target(language, *first.measure, *first.now.target)},
                     {"sureness", say(language, sure)}}));
  const std::span<const Finding* const> rest = std::span(missed).subspan(1);
  if (rest.empty()) {
    return;
  }
  const bool few = rest.size() <= named_max;
  out.push_back(
      say_count(language, few ? "headline.missed_more" : "headline.missed_many", std::ssize(rest),
                {{"list", few ? list_of(language, pairs(language, rest), named_max) : ""}}));
}

void add_broken(Language language, const std::vector<const Finding*>& broken,
                std::vector<std::string>& out) {
  const Finding& first = *broken.front();
  out.push_back(say(language, "headline.broken",
                    {{"measure", title_of(*first.measure)},
                     {"team", title_of(*first.team)},
                     {"value", value_in_words(language, first)},
                     {"counts", print_counts_in_words(language, *first.measure, first.now.tally)},
                     {"guardrails", first.guardrail_titles}}));
  if (broken.size() > 1) {
    out.push_back(say_count(language, "headline.broken_more", std::ssize(broken) - 1));
  }
}

bool is_share_kind(const Measure& measure) {
  // A query's parts need not be whole.
  return is_share(measure) && measure.kind != MeasureKind::query;
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
    facts.moved =
        facts.moved || (finding.told ? *finding.told != now.verdict : decides(now.verdict));
    if (finding.measure->targets.empty() || now.reason == Reason::no_target) {
      continue;
    }
    ++facts.judged;
    if (finding.told == Verdict::missed && decides(now.verdict) && now.verdict != Verdict::missed) {
      facts.over.push_back(&finding);
    }
    if (finding.acknowledged == Acknowledged::holds) {
      facts.acknowledged.push_back(&finding);
      continue;
    }
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
  // What is new comes first, and before it what chance does not explain; else the order of rules.
  std::stable_partition(facts.missed.begin(), facts.missed.end(), is_newly_missed);
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
    add_missed(language, facts.missed, out);
  }
  if (!facts.broken.empty()) {
    add_broken(language, facts.broken, out);
  }
  if (std::string taken = say_acknowledged_headline(language, facts); !taken.empty()) {
    out.push_back(std::move(taken));
  }
  const bool others = !out.empty();
  if (facts.met > 0) {
    const bool all = facts.met == facts.judged;
    out.push_back(say_count(language,
                            all      ? "headline.met_only"
                            : others ? "headline.met"
                                     : "headline.met_first",
                            facts.met));
  }
  if (facts.cannot > 0) {
    const bool only = !others && facts.met == 0;
    out.push_back(
        say_count(language, only ? "headline.cannot_only" : "headline.cannot", facts.cannot));
  }
  return out;
}

std::vector<std::string> say_since(const DigestInput& input, const Facts& facts) {
  std::vector<std::string> out;
  if (!input.since) {
    return out;
  }
  const Language language = input.reader.language;
  const auto day = std::chrono::floor<std::chrono::days>(input.reader.zone.local(*input.since));
  const std::string date = print_date(language, day);
  std::vector<const Finding*> fresh;
  std::copy_if(facts.missed.begin(), facts.missed.end(), std::back_inserter(fresh),
               is_newly_missed);
  const auto missed = static_cast<std::int64_t>(facts.missed.size());
  if (missed > 0 && fresh.empty()) {
    out.push_back(say_count(language, "headline.since_same", missed, {{"date", date}}));
  } else if (missed > 0 && std::ssize(fresh) == missed) {
    out.push_back(say_count(language, "headline.since_all", missed, {{"date", date}}));
  } else if (missed > 0) {
    out.push_back(say(language, "headline.since_new",
                      {{"date", date}, {"list", list_of(language, pairs(language, fresh), 3)}}));
  }
  if (!facts.over.empty()) {
    out.push_back(
        say(language, "headline.since_over",
            {{"date", date}, {"list", list_of(language, pairs(language, facts.over), 3)}}));
  }
  return out;
}

std::string say_subject(Language language, const Facts& facts) {
  std::vector<std::string> parts;
  if (!facts.missed.empty()) {
    const Finding& first = *facts.missed.front();
    parts.push_back(
        say_count(language, "subject.missed", static_cast<std::int64_t>(facts.missed.size()),
                  {{"measure", one_line(title_of(*first.measure), subject_name_columns)},
                   {"team", one_line(title_of(*first.team), subject_name_columns)},
                   {"value", value_in_words(language, first)}}));
  }
  if (!facts.broken.empty()) {
    parts.push_back(say_count(
        language, "subject.broken", static_cast<std::int64_t>(facts.broken.size()),
        {{"team", one_line(title_of(*facts.broken.front()->team), subject_name_columns)}}));
  }
  if (!facts.acknowledged.empty()) {
    parts.push_back(say_count(language, "subject.acknowledged",
                              static_cast<std::int64_t>(facts.acknowledged.size())));
  }
  const std::size_t bad = parts.size();
  if (facts.met > 0) {
    parts.push_back(say_count(language, "subject.met", facts.met));
  }
  if (facts.cannot > 0) {
    parts.push_back(say_count(language, "subject.cannot", facts.cannot));
  }
  if (parts.empty()) {
    return say(language, "subject.nothing");
  }
  const auto joined = [&parts] {
    std::string out;
    for (const std::string& part : parts) {
      out += (out.empty() ? "" : ", ") + part;
    }
    return out;
  };
  // Lists of mails show little more than this; what went well is the first to go, the mail says it.
  if (bad > 0 && facts.met > 0 && display_width(joined()) > subject_columns) {
    parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(bad));
  }
  return joined();
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
