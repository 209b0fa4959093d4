// What people said, at its place in the message. An acknowledged miss stays in its table with its
// number and its mark; it only leaves the sentences that call for somebody to look.

#include <algorithm>
#include <tuple>

#include "rules/digest/findings.h"
#include "rules/text/dates.h"
#include "rules/text/numbers.h"

namespace measured::rules {
namespace {

constexpr std::size_t pairs_shown_max = 3;
constexpr std::size_t annotations_shown_max = 3;

std::string pair_of(Language language, const Finding& finding) {
  return say(language, "pair",
             {{"measure", title_of(*finding.measure)}, {"team", title_of(*finding.team)}});
}

bool is_miss(const Finding& finding) {
  return finding.now.verdict == Verdict::missed || finding.now.verdict == Verdict::guardrail_broken;
}

// The periods that a row speaks of: those that are judged, and the newest one of its chart.
bool is_shown(const Finding& finding, const Interval& period) {
  const auto meets = [&period](const Interval& shown) {
    return period.start < shown.end && shown.start < period.end;
  };
  return meets(finding.now.window) || (finding.chart && meets(finding.chart->newest.period));
}

}  // namespace

void take_acknowledgement(const DigestInput& input, Finding& finding) {
  for (const Acknowledgement& said : input.acknowledgements) {
    if (said.measure == finding.measure->id && said.team == finding.team->id) {
      finding.acknowledged = acknowledged(said, finding.now, input.nominal);
      finding.said = finding.acknowledged == Acknowledged::none ? nullptr : &said;
    }
  }
}

std::vector<std::string> say_acts(Language language, const DigestInput& input,
                                  const Finding& finding) {
  std::vector<std::string> notes;
  if (finding.said != nullptr) {
    notes.push_back(say_acknowledged(language, *finding.measure, finding.team->zone, *finding.said,
                                     finding.acknowledged));
  }
  std::vector<const Annotation*> shown;
  for (const Annotation& annotation : input.annotations) {
    if (annotation.measure == finding.measure->id &&
        (annotation.team.empty() || annotation.team == finding.team->id) &&
        is_shown(finding, annotation.period)) {
      shown.push_back(&annotation);
    }
  }
  std::sort(shown.begin(), shown.end(), [](const Annotation* a, const Annotation* b) {
    return std::tie(a->period.start, a->team, a->note) <
           std::tie(b->period.start, b->team, b->note);
  });
  const std::size_t skipped = shown.size() - std::min(shown.size(), annotations_shown_max);
  for (std::size_t i = skipped; i < shown.size(); ++i) {  // the newest periods
    notes.push_back(say_annotation(language, *finding.measure, finding.zone, *shown[i]));
  }
  return notes;
}

std::string say_acknowledged_headline(Language language, const Facts& facts) {
  if (facts.acknowledged.empty()) {
    return "";
  }
  std::vector<std::string> pairs;
  for (const Finding* finding : facts.acknowledged) {
    pairs.push_back(pair_of(language, *finding));
  }
  return say_count(language, "headline.acknowledged", static_cast<std::int64_t>(pairs.size()),
                   {{"list", list_of(language, pairs, pairs_shown_max)}});
}

DigestLink act_link(Language language, const DigestInput& input, const Finding& finding) {
  const std::string& measure = finding.measure->id;
  const std::string& team = finding.team->id;
  if (is_miss(finding) && input.links.acknowledge) {
    const bool said = finding.acknowledged == Acknowledged::holds;
    return {say(language, said ? "act.change" : "act.acknowledge"), pair_of(language, finding),
            input.links.acknowledge(measure, team, finding.now.window)};
  }
  const bool signal = finding.changed == Changed::real || finding.changed == Changed::unusual;
  if (signal && input.links.annotate) {
    return {say(language, "act.annotate"), pair_of(language, finding),
            input.links.annotate(measure, team, finding.chart->newest.period)};
  }
  return {};
}

bool acts_are_news(const DigestInput& input, const std::vector<Finding>& findings) {
  return std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
    const Instant since = input.since.value_or(Instant::min());
    switch (finding.acknowledged) {
      case Acknowledged::none: return false;
      case Acknowledged::holds: return finding.said->at >= since;
      case Acknowledged::expired: return finding.said->until >= since;
      case Acknowledged::moved:
      case Acknowledged::worse: return true;
    }
    return false;
  });
}

}  // namespace measured::rules
