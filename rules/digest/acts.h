#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/judge/verdict.h"
#include "rules/model/measure.h"
#include "rules/text/messages.h"
#include "rules/time/zone.h"

// What people said about what they were told, and where they can say more.
namespace measured::rules {

// "I know, and this is what we do about it": of a miss that lasts, with what was known of it then.
struct Acknowledgement {
  std::string measure;
  std::string team;
  Verdict verdict = Verdict::missed;  // missed or guardrail_broken
  std::string by;
  std::string note;
  std::string action;  // what is going to be done; may be empty
  Instant at{};
  Instant until{};  // from here on the miss is told as before
  std::optional<double> value;
  std::optional<double> goal;
  bool sure = false;  // chance alone did not explain it
};

// What happened in some time: "strike on Tuesday".
struct Annotation {
  std::string measure;
  std::string team;  // empty: every team
  Interval period{};
  std::string by;
  std::string note;
};

// Whether a judgement is what was acknowledged. `none`: it is no miss of that kind. `moved`: it is
// judged by another target now. `worse`: chance no longer explains it, or its distance from the
// target has grown by half. Whatever is not `holds` is told like a miss that nobody acknowledged,
// with what was said of it.
enum class Acknowledged { none, holds, expired, moved, worse };
Acknowledged acknowledged(const Acknowledgement& said, const Judgement& now, Instant as_of);

// "Acknowledged by Ana until 5 Dec 2026: the carrier is on strike. Planned: a second carrier."
// `zone` is that of the day.
std::string say_acknowledged(Language language, const Measure& measure, const Zone& zone,
                             const Acknowledgement& said, Acknowledged state);

// "Week 47 (16–22 Nov): strike on Tuesday (Ana)."
std::string say_annotation(Language language, const Measure& measure, const Zone& zone,
                           const Annotation& annotation);

// One thing that a reader can do from the message, as a link.
struct DigestLink {
  std::string label;  // "Say what you do about it"
  std::string about;  // "On-time deliveries, Burundi"; empty where it is about the message
  std::string url;
  bool empty() const { return url.empty(); }
};

// Where the links of one message lead, as who sends it knows. Without one, there is no such link.
struct ActLinks {
  using OfRow = std::function<std::string(std::string_view measure, std::string_view team,
                                          const Interval& window)>;
  OfRow acknowledge = {};
  OfRow annotate = {};
  std::string settings = {};
};

}  // namespace measured::rules
