#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules/digest/content.h"
#include "rules/judge/verdict.h"
#include "rules/model/rule_set.h"
#include "rules/text/lists.h"
#include "rules/text/messages.h"

// The sentences of a digest, each from the judgements it rests on.
namespace measured::rules {

// What is said of a change: nothing, that it is noise, that the chart calls it a signal, or that it
// also survives over all that the reader could have been shown.
enum class Changed { unknown, noise, unusual, real };

// One judgement with all that is needed to speak about it.
struct Finding {
  const Measure* measure = nullptr;
  const Team* team = nullptr;
  Zone zone;  // of the measure's periods for this team
  Judgement now;
  std::optional<Judgement> before;
  std::optional<Judgement> open;
  std::string guardrail_titles;  // of the measures that broke it; empty when none did
  std::optional<ChartView> chart;
  Changed changed = Changed::unknown;
  const Acknowledgement* said = nullptr;  // what somebody said of this miss; null for nothing
  Acknowledged acknowledged = Acknowledged::none;
  std::optional<Verdict> told;  // what this reader was told last, or how it stood before
};
Finding make_finding(Language language, const RuleSet& rules, const Measure& measure,
                     const Team& team, Judgement now, std::optional<Judgement> before);

// What readers know them by: the title, or the id where there is none, in one line.
std::string title_of(const Measure& measure);
std::string title_of(const Team& team);

// Whether a share differs clearly between two windows that share no period (stats.md section 1,
// ratio_change at 95 %). `not_clear` wherever that cannot be said.
enum class Moved { up, down, not_clear };
Moved movement(const Finding& finding);

// The findings that have a target, sorted out by what was found.
struct Facts {
  std::vector<const Finding*> missed;  // what is new and no chance first
  std::vector<const Finding*> broken;
  std::vector<const Finding*> acknowledged;  // misses and broken guardrails that somebody has taken
  std::vector<const Finding*> over;          // judged, no longer missed
  int met = 0;                               // watch included
  int watch = 0;
  int cannot = 0;      // too few, no data, stale, …
  int judged = 0;      // all of these
  int shown = 0;       // findings of any kind
  bool moved = false;  // some verdict differs from the one before, or is the first
};
Facts facts_of(const std::vector<Finding>& findings);

// Takes what was said of the finding's miss, if anything was.
void take_acknowledgement(const DigestInput& input, Finding& finding);
// What was said of a finding's miss and of the periods that it shows, as notes of its row.
std::vector<std::string> say_acts(Language language, const DigestInput& input,
                                  const Finding& finding);
// "3 missed targets are acknowledged: …"; empty where none is.
std::string say_acknowledged_headline(Language language, const Facts& facts);
// What the reader can do about a finding: of a miss, say what is done; of a signal, what happened.
DigestLink act_link(Language language, const DigestInput& input, const Finding& finding);
// Whether a miss was acknowledged since the reader's last message, or is told again since.
bool acts_are_news(const DigestInput& input, const std::vector<Finding>& findings);

std::vector<std::string> say_headline(Language language, const Facts& facts);
// What differs from what this reader was told last; nothing in her first message.
std::vector<std::string> say_since(const DigestInput& input, const Facts& facts);
std::string say_subject(Language language, const Facts& facts);
// The oldest reading among the findings: "data as of Mon 23 Nov 06:55".
std::string say_as_of(Language language, const std::vector<Finding>& findings, const Zone& zone);
std::vector<std::string> say_changed(Language language, const DigestInput& input,
                                     const std::vector<Finding>& findings);
// Measures that count something else than they did when this reader was told of them last.
std::vector<std::string> say_redefined(Language language, const DigestInput& input,
                                       const std::vector<Finding>& findings);
// Numbers and verdicts that were told and are others now, each from what was told to what it is.
std::vector<std::string> say_revised(Language language, const DigestInput& input,
                                     const std::vector<Finding>& findings);
// Final numbers that change often, or always to one side: a question, never an accusation.
std::vector<std::string> ask_about_revisions(Language language, const DigestInput& input,
                                             const std::vector<Finding>& findings);
// Whether the numbers still say what they are meant to: measures that get better while what they
// are for gets worse, and surveys that get better while fewer answer. Questions, never accusations.
std::vector<std::string> ask_about_meaning(Language language, const DigestInput& input,
                                           const std::vector<Finding>& findings);
// Targets whose review day has come. They are said until somebody has looked; `fresh`: one of them
// was not said the last time.
struct Reviews {
  std::vector<std::string> lines;
  bool fresh = false;
};
Reviews say_reviews(Language language, const DigestInput& input,
                    const std::vector<Finding>& findings);
// Periods that are not final yet, as far as something can be said of them.
std::vector<std::string> say_open(Language language, const std::vector<Finding>& findings);
std::vector<std::string> say_unknown(Language language, const DigestInput& input,
                                     const std::vector<Finding>& findings);

// The cases behind what was missed or is a real change, measure by measure.
std::vector<DigestCases> cases_of(Language language, const DigestInput& input,
                                  const std::vector<Finding>& findings);

// What alerts do not tell for now, and why.
std::vector<std::string> say_silences(Language language, const DigestInput& input);

}  // namespace measured::rules
