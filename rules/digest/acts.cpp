#include "rules/digest/acts.h"

#include <cmath>

#include "rules/ascii.h"
#include "rules/text/dates.h"
#include "rules/text/numbers.h"
#include "rules/text/width.h"

namespace measured::rules {
namespace {

constexpr int name_columns = 60;
constexpr int note_columns = 300;

// How much farther from its target a miss has to be before it is another matter than the one that
// was acknowledged: half as far again.
constexpr double worse_factor = 1.5;

bool is_sound(const std::optional<double>& number) {
  return number && std::isfinite(*number);
}

// A sentence ends once, whatever somebody wrote.
std::string without_stop(std::string text) {
  while (text.ends_with('.') || text.ends_with(' ')) {
    text.pop_back();
  }
  return text;
}

std::string said_text(const std::string& text) {
  return without_stop(one_line(text, note_columns));
}

std::string day_of(Language language, const Zone& zone, Instant t) {
  return print_date(language, std::chrono::floor<std::chrono::days>(zone.local(t)));
}

}  // namespace

Acknowledged acknowledged(const Acknowledgement& said, const Judgement& now, Instant as_of) {
  if (now.verdict != said.verdict) {
    return Acknowledged::none;
  }
  if (as_of >= said.until) {
    return Acknowledged::expired;
  }
  if (now.target && said.goal && now.target->goal != *said.goal) {
    return Acknowledged::moved;
  }
  if (now.verdict != Verdict::missed) {
    return Acknowledged::holds;
  }
  if (now.sure && !said.sure) {
    return Acknowledged::worse;
  }
  if (!is_sound(said.value) || !is_sound(said.goal) || !is_sound(now.value)) {
    return Acknowledged::holds;
  }
  const double then = std::abs(*said.value - *said.goal);
  return std::abs(*now.value - *said.goal) > worse_factor * then ? Acknowledged::worse
                                                                 : Acknowledged::holds;
}

std::string say_acknowledged(Language language, const Measure& measure, const Zone& zone,
                             const Acknowledgement& said, Acknowledged state) {
  const std::string by = one_line(said.by, name_columns);
  const std::string value =
      said.value ? print_value(language, measure, *said.value, said.goal) : "";
  std::string out;
  switch (state) {
    case Acknowledged::none: return "";
    case Acknowledged::holds:
      out = say(language, "act.holds",
                {{"by", by},
                 {"until", day_of(language, zone, said.until)},
                 {"note", said_text(said.note)}});
      break;
    case Acknowledged::expired:
      out = say(language, "act.expired",
                {{"by", by},
                 {"until", day_of(language, zone, said.until)},
                 {"note", said_text(said.note)}});
      break;
    case Acknowledged::moved:
      out = say(language, "act.moved",
                {{"by", by},
                 {"goal", print_goal(language, measure, *said.goal)},
                 {"note", said_text(said.note)}});
      break;
    case Acknowledged::worse:
      out = say(language, "act.worse",
                {{"by", by},
                 {"at", day_of(language, zone, said.at)},
                 {"value", value},
                 {"note", said_text(said.note)}});
      break;
  }
  if (!said.action.empty()) {
    out += " " + say(language, "act.planned", {{"action", said_text(said.action)}});
  }
  return out;
}

std::string say_annotation(Language language, const Measure& measure, const Zone& zone,
                           const Annotation& annotation) {
  return say(language, "act.annotation",
             {{"period", capitalised(print_window(language, measure, zone, annotation.period))},
              {"note", said_text(annotation.note)},
              {"by", one_line(annotation.by, name_columns)}});
}

}  // namespace measured::rules
