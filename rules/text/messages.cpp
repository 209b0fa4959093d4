#include "rules/text/messages.h"

#include <algorithm>
#include <array>
#include <span>

#include "rules/text/numbers.h"

namespace measured::rules {
namespace {

struct Message {
  std::string_view key;
  std::string_view text;
};

// One sentence says the finding, the number with its n, the comparison, in that order. No blame, no
// exclamation, no ranking.
constexpr std::array english = {
    Message{"before", "before"},
    Message{"change.clear_down", "clearly down from {before}"},
    Message{"change.clear_up", "clearly up from {before}"},
    Message{"changed.heading", "Changed in how we measure"},
    Message{"changed.move", "{new} since {date}; before, {old}."},
    Message{"changed.revision",
            "{measure}, {team}, {period}: we told you {before}; it is now {after}."},
    Message{
        "changed.revision_gone",
        "{measure}, {team}, {period}: we told you {before}; the source no longer has these rows."},
    Message{"changed.revision_new",
            "{measure}, {team}, {period}: rows came late; it is now {after}."},
    Message{"changed.target", "Target for {measure}: {move}"},
    Message{"changed.target_met_by_old", "The old target would have been met."},
    Message{"changed.target_missed_by_old", "The old target would have been missed."},
    Message{"changed.target_of_team", "Target for {measure}, {team}: {move}"},
    Message{"changed.would_have_met", "{teams} would have met the old one."},
    Message{"changed.would_have_missed", "{teams} would have missed the old one."},
    Message{"chance", "may be chance"},
    Message{"counts", "{hits} of {cases}"},
    Message{"data_as_of", "data as of {time}"},
    Message{"data_none", "no data yet"},
    Message{"driver.none", "Other measures"},
    Message{"empty_value", "(empty)"},
    Message{"footer.order",
            "Measures and teams stand in the order of the rules; there is no ranking."},
    Message{"footer.why", "Sent to {email} because you are named in digest '{digest}'."},
    Message{"guardrail.note", "Met while {guardrails} missed its own target: perhaps at its cost."},
    Message{"headline.broken",
            "{measure} at {team} was met at {value}{counts}, while {guardrails} missed its own "
            "target."},
    Message{"headline.cannot.one", "Of one other target it cannot be told."},
    Message{"headline.cannot.other", "Of {n} other targets it cannot be told."},
    Message{"headline.cannot_only.one", "The one target cannot be judged; below is why."},
    Message{"headline.cannot_only.other", "None of the {n} targets can be judged; below is why."},
    Message{"headline.met.one", "One other target was met."},
    Message{"headline.met.other", "{n} other targets were met."},
    Message{"headline.met_only.one", "The one target was met."},
    Message{"headline.met_only.other", "All {n} targets were met."},
    Message{"headline.missed",
            "{measure} at {team} missed its target: {value}{counts}, target {target}: {sureness}."},
    Message{"headline.missed_more.one", "One more target was missed: {list}."},
    Message{"headline.missed_more.other", "{n} more targets were missed: {list}."},
    Message{"headline.nothing", "There is nothing to report for your teams yet."},
    Message{"headline.quiet.one", "The one target was met, as in the period before."},
    Message{"headline.quiet.other", "All {n} targets were met, as in the period before."},
    Message{"headline.untargeted", "No measure of your teams has a target."},
    Message{"late", "late: due {time}"},
    Message{"list.and", "{all} and {last}"},
    Message{"list.more.one", "{all} and one more"},
    Message{"list.more.other", "{all} and {n} more"},
    Message{"now", "now"},
    Message{"outcomes.heading", "What customers say"},
    Message{"per", "per {n}"},
    Message{"pair", "{measure} at {team}"},
    Message{"period.quarter", "Q{quarter} {year}"},
    Message{"period.week", "week {week} ({days})"},
    Message{"period.weeks", "weeks {first} to {last} ({days})"},
    Message{"range", "{first} to {last}"},
    Message{"since", "{target} since {date}"},
    Message{"subject.broken.one", "guardrail broken at {team}"},
    Message{"subject.broken.other", "{n} guardrails broken"},
    Message{"subject.cannot.one", "1 cannot be judged"},
    Message{"subject.cannot.other", "{n} cannot be judged"},
    Message{"subject.met.one", "1 target met"},
    Message{"subject.met.other", "{n} targets met"},
    Message{"subject.missed.one", "{measure} missed at {team}, {value}"},
    Message{"subject.missed.other", "{n} targets missed"},
    Message{"subject.nothing", "nothing to report yet"},
    Message{"sure.no", "this could be chance"},
    Message{"sure.unknown", "counted in full"},
    Message{"sure.yes", "more than chance explains"},
    Message{"target", "target"},
    Message{"target.at_least", "≥ {value}"},
    Message{"target.at_most", "≤ {value}"},
    Message{"target.none", "–"},
    Message{"team", "team"},
    Message{"to", "To {name}"},
    Message{"unknown.contradiction",
            "{measure}, {teams}: more hits than cases; the rule counts something twice."},
    Message{"unknown.empty_periods",
            "{measure}, {teams}: some of the periods judged have no rows; the verdict rests on the "
            "others."},
    Message{"unknown.heading", "What we do not know"},
    Message{"unknown.no_data", "{measure}, {teams}: no rows in {period}."},
    Message{"unknown.one_too_few.one",
            "{measure}, {teams}: 1 case, too few for a verdict ({needed} needed)."},
    Message{"unknown.one_too_few.other",
            "{measure}, {teams}: {n} cases, too few for a verdict ({needed} needed)."},
    Message{"unknown.settling", "{measure}, {teams}: no period is final yet."},
    Message{
        "unknown.short",
        "{measure}, {teams}: judged on fewer periods than the rule asks for ({have} of {asked})."},
    Message{
        "unknown.source_error",
        "{measure}, {teams}: the source could not be read; last known values are shown ({as_of})."},
    Message{"unknown.source_error_never", "{measure}, {teams}: the source could not be read yet."},
    Message{"unknown.source_failing", "{measure}: the last pull failed; {as_of}."},
    Message{"unknown.stale",
            "{measure}, {teams}: no new data for too long; last known values are shown ({as_of})."},
    Message{"unknown.too_few",
            "{measure}, {teams}: too few cases for a verdict ({needed} needed)."},
    Message{"unknown.unmatched.one", "{measure}: one row belongs to no team: {values}."},
    Message{"unknown.unmatched.other", "{measure}: {n} rows belong to no team: {values}."},
    Message{"unmatched.value", "{value} ({n})"},
    Message{"verdict", "verdict"},
    Message{"verdict.cannot_tell", "cannot tell"},
    Message{"verdict.guardrail_broken", "guardrail broken"},
    Message{"verdict.met", "met"},
    Message{"verdict.missed", "missed"},
    Message{"verdict.no_data", "no data"},
    Message{"verdict.no_target", "no target"},
    Message{"verdict.settling", "settling"},
    Message{"verdict.source_error", "source error"},
    Message{"verdict.stale", "stale"},
    Message{"verdict.too_few", "too few"},
    Message{"verdict.watch", "watch"},
};

std::span<const Message> catalogue(Language language) {
  switch (language) {
    case Language::en: return english;
  }
  return english;
}

// Arguments are put in as they are and never looked at again, so that a `{` in a name is a `{`.
std::string filled(std::string_view text, MessageArgs args, std::string_view n) {
  std::string out;
  while (!text.empty()) {
    const std::size_t open = text.find('{');
    const std::size_t close = text.find('}', open);
    out += text.substr(0, open);
    if (open == std::string_view::npos || close == std::string_view::npos) {
      break;
    }
    const std::string_view name = text.substr(open + 1, close - open - 1);
    const auto arg = std::find_if(args.begin(), args.end(),
                                  [name](const auto& pair) { return pair.first == name; });
    if (arg != args.end()) {
      out += arg->second;
    } else {
      out += name == "n" ? n : text.substr(open, close - open + 1);
    }
    text.remove_prefix(close + 1);
  }
  return out;
}

std::string_view text_of(Language language, std::string_view key) {
  const std::span<const Message> messages = catalogue(language);
  const auto found = std::find_if(messages.begin(), messages.end(),
                                  [key](const Message& message) { return message.key == key; });
  return found != messages.end() ? found->text : key;
}

}  // namespace

std::string say(Language language, std::string_view key, MessageArgs args) {
  return filled(text_of(language, key), args, "");
}

std::string say_count(Language language, std::string_view key, std::int64_t n, MessageArgs args) {
  const std::string form = std::string(key) + (n == 1 ? ".one" : ".other");
  return filled(text_of(language, form), args, print_count(n));
}

}  // namespace measured::rules
