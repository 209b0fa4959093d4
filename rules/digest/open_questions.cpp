// The two lists at the end of a digest: what changed in how is measured, and what is not known.

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "rules/digest/changes.h"
#include "rules/digest/findings.h"
#include "rules/stats/bounds.h"
#include "rules/text/dates.h"
#include "rules/text/numbers.h"
#include "rules/text/width.h"

namespace measured::rules {
namespace {

constexpr int name_columns = 80;
constexpr int reason_columns = 200;
constexpr std::size_t teams_shown_max = 4;
constexpr std::size_t moved_teams_shown_max = 12;
constexpr std::size_t values_shown_max = 5;

// The target that the team had before the one in force, if it differs.
std::optional<TargetValue> old_target(const Finding& finding) {
  const int revision = finding.now.target_revision;
  const bool moved = finding.before && finding.before->target && revision > 0 &&
                     finding.before->target_revision != revision;
  const bool differs = moved && !(finding.before->target == finding.now.target);
  return differs ? finding.before->target : std::nullopt;
}

// Who moved the target and why: 'J. Weber: "new carrier contract"', or the half of it that is
// known.
std::string say_why(Language language, const DigestInput& input, const Finding& finding) {
  const auto index = static_cast<std::size_t>(finding.now.target_revision) - 1;
  const DatedTarget& target = finding.measure->targets[index];
  std::string author;
  for (const TargetAuthor& known : input.target_authors) {
    if (known.measure == finding.measure->id && known.from == target.from) {
      author = one_line(known.author, name_columns);
    }
  }
  const std::string reason = one_line(target.reason, reason_columns);
  if (author.empty() && reason.empty()) {
    return "";
  }
  const std::string_view key = author.empty()   ? "changed.reason"
                               : reason.empty() ? "changed.author"
                                                : "changed.author_reason";
  return say(language, key, {{"author", author}, {"reason", reason}});
}

// Teams of one measure whose target moved in the same way: told once.
struct MovedTarget {
  const Measure* measure = nullptr;
  std::string text;  // the move, without the teams
  std::vector<std::string> teams;
  std::vector<std::string> met;     // of these, who would have met the old target
  std::vector<std::string> missed;  // and who would have missed it
};

std::vector<MovedTarget> moved_targets(Language language, const DigestInput& input,
                                       const std::vector<Finding>& findings) {
  std::vector<MovedTarget> moves;
  for (const Finding& finding : findings) {
    const std::optional<TargetValue> old = old_target(finding);
    if (!old) {
      continue;
    }
    const std::string text =
        say(language, "changed.move",
            {{"new", print_target(language, *finding.measure, *finding.now.target)},
             {"old", print_target(language, *finding.measure, *old)},
             {"date", print_date(language, *finding.now.target_from)},
             {"why", say_why(language, input, finding)}});
    auto same = std::find_if(moves.begin(), moves.end(), [&](const MovedTarget& move) {
      return move.measure == finding.measure && move.text == text;
    });
    if (same == moves.end()) {
      same = moves.insert(moves.end(), {finding.measure, text, {}, {}, {}});
    }
    same->teams.push_back(title_of(*finding.team));
    const Verdict counted = finding.now.counted;
    if (finding.now.value &&
        (counted == Verdict::met || counted == Verdict::watch || counted == Verdict::missed)) {
      const bool met = stats::meets(*finding.now.value, old->direction, old->goal);
      (met ? same->met : same->missed).push_back(title_of(*finding.team));
    }
  }
  return moves;
}

std::string say_moved_target(Language language, const MovedTarget& move) {
  const std::string measure = title_of(*move.measure);
  if (move.teams.size() == 1) {
    std::string out =
        say(language, "changed.target_of_team",
            {{"measure", measure}, {"team", move.teams.front()}, {"move", move.text}});
    if (!move.met.empty() || !move.missed.empty()) {
      out += " " + say(language, move.met.empty() ? "changed.target_missed_by_old"
                                                  : "changed.target_met_by_old");
    }
    return out;
  }
  std::string out = say(language, "changed.target", {{"measure", measure}, {"move", move.text}});
  if (!move.met.empty()) {
    out += " " + say(language, "changed.would_have_met",
                     {{"teams", list_of(language, move.met, moved_teams_shown_max)}});
  }
  if (!move.missed.empty()) {
    out += " " + say(language, "changed.would_have_missed",
                     {{"teams", list_of(language, move.missed, moved_teams_shown_max)}});
  }
  return out;
}

// Why a finding decides nothing, as the key of its sentence; empty when it decides.
std::string_view doubt_of(const Finding& finding) {
  const Judgement& now = finding.now;
  switch (now.verdict) {
    case Verdict::too_few: return "unknown.too_few";
    case Verdict::no_data:
      return now.reason == Reason::never_pulled ? "unknown.settling" : "unknown.no_data";
    case Verdict::stale: return "unknown.stale";
    case Verdict::settling: return "unknown.settling";
    case Verdict::source_error:
      return now.as_of == Instant{} ? "unknown.source_error_never" : "unknown.source_error";
    case Verdict::cannot_tell:
      return now.reason == Reason::invalid     ? "unknown.contradiction"
             : now.reason == Reason::straddles ? "unknown.straddles"
                                               : "";
    case Verdict::met:
    case Verdict::watch:
    case Verdict::missed:
    case Verdict::guardrail_broken: break;
  }
  if (now.periods < now.periods_asked) {
    return "unknown.short";
  }
  return now.periods_empty > 0 ? "unknown.empty_periods" : "";
}

// One sentence for all teams of a measure that share a doubt.
std::string say_doubt(Language language, std::string_view key,
                      const std::vector<const Finding*>& group) {
  const Finding& first = *group.front();
  std::vector<std::string> teams;
  for (const Finding* finding : group) {
    teams.push_back(title_of(*finding->team));
  }
  const bool alone_too_few = key == "unknown.too_few" && group.size() == 1;
  const Judgement& now = first.now;
  const std::string_view one_too_few =
      now.tally.n == 1 ? "unknown.one_too_few.one" : "unknown.one_too_few.other";
  return say(
      language, alone_too_few ? one_too_few : key,
      {{"measure", title_of(*first.measure)},
       {"teams", list_of(language, teams, teams_shown_max)},
       {"n", print_count(language, now.tally.n)},
       {"needed", print_count(language, first.measure->min_sample)},
       {"have", std::to_string(now.periods)},
       {"asked", std::to_string(now.periods_asked)},
       {"period",
        now.periods > 0 ? print_window(language, *first.measure, first.zone, now.window) : ""},
       {"as_of",
        say(language, "data_as_of", {{"time", print_moment(language, first.zone, now.as_of)}})}});
}

void add_doubts(Language language, const std::vector<Finding>& findings,
                std::vector<std::string>& out) {
  std::vector<
      std::pair<std::tuple<const Measure*, std::string_view, int>, std::vector<const Finding*>>>
      groups;
  for (const Finding& finding : findings) {
    const std::string_view key = doubt_of(finding);
    if (key.empty()) {
      continue;
    }
    const int have = key == "unknown.short" ? finding.now.periods : 0;
    const std::tuple name{finding.measure, key, have};
    auto group = std::find_if(groups.begin(), groups.end(),
                              [&](const auto& other) { return other.first == name; });
    if (group == groups.end()) {
      group = groups.insert(groups.end(), {name, {}});
    }
    group->second.push_back(&finding);
  }
  for (const auto& [name, group] : groups) {
    out.push_back(say_doubt(language, std::get<1>(name), group));
  }
}

void add_failing(Language language, const DigestInput& input, const std::vector<Finding>& findings,
                 std::vector<std::string>& out) {
  const Measure* said = nullptr;
  for (const Finding& finding : findings) {
    const auto& failing = input.failing_measures;
    const bool fails =
        std::find(failing.begin(), failing.end(), finding.measure->id) != failing.end();
    if (!fails || finding.measure == said || finding.now.verdict == Verdict::source_error) {
      continue;
    }
    said = finding.measure;
    out.push_back(say(language, "unknown.source_failing",
                      {{"measure", title_of(*said)},
                       {"as_of", say_as_of(language, {finding}, input.reader.zone)}}));
  }
}

// The values that one measure's scan met and no team claims, largest first.
std::string say_values(Language language, std::vector<UnknownTeam> values) {
  std::sort(values.begin(), values.end(), [](const UnknownTeam& a, const UnknownTeam& b) {
    return std::tie(b.n, a.value) < std::tie(a.n, b.value);
  });
  std::vector<std::string> printed;
  for (const UnknownTeam& unknown : values) {
    const std::string value = unknown.value ? one_line(*unknown.value, 40) : "";
    printed.push_back(say(language, "unmatched.value",
                          {{"value", value.empty() ? say(language, "empty_value") : value},
                           {"n", print_count(language, unknown.n)}}));
  }
  return list_of(language, printed, values_shown_max);
}

// Measures that count the same rows meet the same unknown teams; they are named in one sentence.
void add_unmatched(Language language, const DigestInput& input,
                   const std::vector<Finding>& findings, std::vector<std::string>& out) {
  std::map<std::string, std::vector<UnknownTeam>> by_measure;
  for (const UnknownTeam& unknown : input.unknown_teams) {
    by_measure[unknown.measure].push_back(unknown);
  }
  struct Unmatched {
    std::string values;
    std::int64_t rows = 0;
    std::vector<std::string> measures;
  };
  std::vector<Unmatched> said;
  const Measure* last = nullptr;
  for (const Finding& finding : findings) {
    const auto found = by_measure.find(finding.measure->id);
    if (finding.measure == last || found == by_measure.end()) {
      continue;
    }
    last = finding.measure;
    const std::string values = say_values(language, found->second);
    auto same = std::find_if(said.begin(), said.end(),
                             [&](const Unmatched& one) { return one.values == values; });
    if (same == said.end()) {
      same = said.insert(said.end(), {values, 0, {}});
      for (const UnknownTeam& unknown : found->second) {
        same->rows += unknown.n;
      }
    }
    same->measures.push_back(title_of(*last));
  }
  for (const Unmatched& one : said) {
    out.push_back(say_count(
        language, "unknown.unmatched", one.rows,
        {{"measure", list_of(language, one.measures, teams_shown_max)}, {"values", one.values}}));
  }
}

}  // namespace

std::vector<std::string> say_changed(Language language, const DigestInput& input,
                                     const std::vector<Finding>& findings) {
  std::vector<std::string> out;
  for (const MovedTarget& move : moved_targets(language, input, findings)) {
    out.push_back(say_moved_target(language, move));
  }
  for (std::string& line : say_redefined(language, input, findings)) {
    out.push_back(std::move(line));
  }
  for (std::string& line : say_revised(language, input, findings)) {
    out.push_back(std::move(line));
  }
  return out;
}

Reviews say_reviews(Language language, const DigestInput& input,
                    const std::vector<Finding>& findings) {
  Reviews reviews;
  const Measure* last = nullptr;
  for (const Finding& finding : findings) {
    const Measure& measure = *finding.measure;
    if (&measure == last) {
      continue;
    }
    last = &measure;
    const auto day = [&](Instant t) {
      return std::chrono::floor<std::chrono::days>(finding.zone.local(t));
    };
    const DatedTarget* target = target_to_review(measure, day(input.nominal));
    if (target == nullptr) {
      continue;
    }
    reviews.fresh =
        reviews.fresh || !input.since || target_to_review(measure, day(*input.since)) == nullptr;
    reviews.lines.push_back(say(language, target->for_all ? "changed.review" : "changed.review_own",
                                {{"measure", title_of(measure)},
                                 {"target", print_target(language, measure, target->value)},
                                 {"from", print_date(language, target->from)},
                                 {"date", print_date(language, *target->review)}}));
  }
  return reviews;
}

std::vector<std::string> say_unknown(Language language, const DigestInput& input,
                                     const std::vector<Finding>& findings) {
  std::vector<std::string> out;
  add_doubts(language, findings, out);
  for (std::string& question : say_chart_questions(language, findings)) {
    out.push_back(std::move(question));
  }
  add_failing(language, input, findings, out);
  add_unmatched(language, input, findings, out);
  for (std::string& line : ask_about_revisions(language, input, findings)) {
    out.push_back(std::move(line));
  }
  for (std::string& line : ask_about_meaning(language, input, findings)) {
    out.push_back(std::move(line));
  }
  return out;
}

}  // namespace measured::rules
