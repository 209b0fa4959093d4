#include "rules/text/sentences/shares.h"

#include <cmath>

#include "rules/text/messages.h"
#include "rules/text/numbers.h"
#include "rules/text/sentences/phrases.h"

namespace measured::rules {
namespace {

using stats::RatioReason;
using stats::TargetVerdict;

std::string contradiction(Language language, const stats::RatioCounts& counts) {
  return say(language, "contradiction.share",
             {{"hits", print_count(language, counts.hits)},
              {"cases", print_count(language, counts.cases)}});
}

std::string target_text(Language language, const Measure& measure,
                        const stats::RatioTarget& target) {
  const double per = measure.kind == MeasureKind::rate ? static_cast<double>(measure.per) : 1.0;
  return print_target(language, measure, {target.direction, target.target * per, {}});
}

// Where the period ends if every case still to come goes one way.
std::string say_end(Language language, const Measure& measure, const stats::RatioCounts& counts,
                    const stats::RatioTarget& target, RatioReason reason) {
  const std::int64_t all = target.expected_cases.value_or(counts.cases);
  const std::int64_t rest = all - counts.cases;
  const std::string goal = target_text(language, measure, target);
  const bool secured = reason == RatioReason::secured;
  if (rest <= 0) {
    return say(language, secured ? "ratio_target.all_in_met" : "ratio_target.all_in_missed",
               {{"finding", say_share_of(language, measure, counts)}, {"target", goal}});
  }
  // What was promised is held even if all go wrong, or out of reach even if all go well.
  const bool at_least = target.direction == Direction::at_least;
  const std::int64_t hits = counts.hits + (at_least == secured ? 0 : rest);
  const double share = static_cast<double>(hits) / static_cast<double>(all);
  return say_count(language, secured ? "ratio_target.secured" : "ratio_target.out_of_reach", rest,
                   {{"end", say_share(language, measure, share)}, {"target", goal}});
}

// What is lacking where chance alone could put the share on either side.
std::string say_straddling(Language language, const stats::RatioCounts& counts,
                           const stats::RatioTarget& target, const stats::RatioVerdict& verdict,
                           MessageArgs args) {
  const bool at_least = target.direction == Direction::at_least;
  const bool spotless = at_least ? counts.hits == counts.cases : counts.hits == 0;
  if (!verdict.cases_needed && spotless) {
    return say(language, "ratio_target.never_shown", args);
  }
  if (verdict.cases_needed && counts.cases < *verdict.cases_needed) {
    return say(language, at_least ? "ratio_target.needed_at_least" : "ratio_target.needed_at_most",
               args);
  }
  return say(language, target.closed ? "ratio_target.cannot_tell" : "ratio_target.too_early", args);
}

}  // namespace

std::string say_ratio_interval(Language language, const Measure& measure,
                               const stats::RatioCounts& counts,
                               const stats::RatioInterval& interval, double conf) {
  switch (interval.status) {
    case stats::RatioStatus::no_data: return say(language, "nothing.counted");
    case stats::RatioStatus::invalid: return contradiction(language, counts);
    case stats::RatioStatus::ok: break;
  }
  return say(language, "ratio_interval.ok",
             {{"finding", say_share_of(language, measure, counts)},
              {"range", say_share_confidence(language, measure, interval.bounds, conf)}});
}

std::string say_ratio_target(Language language, const Measure& measure,
                             const stats::RatioCounts& counts, const stats::RatioTarget& target,
                             const stats::RatioVerdict& verdict) {
  const std::string goal = target_text(language, measure, target);
  if (verdict.reason == RatioReason::no_data) {
    return say(language, "ratio_target.no_data", {{"target", goal}});
  }
  if (verdict.reason == RatioReason::invalid) {
    return contradiction(language, counts);
  }
  const bool met = verdict.verdict == TargetVerdict::met;
  const double conf = verdict.conf_used.value_or(target.conf);
  const MessageArgs args = {
      {"finding", say_share_of(language, measure, counts)},
      {"target", goal},
      {"range", say_share_confidence(language, measure, verdict.bounds, conf)},
      {"needed", print_count(language, verdict.reason == RatioReason::small_sample
                                           ? target.cases_min
                                           : verdict.cases_needed.value_or(0))}};
  switch (verdict.reason) {
    case RatioReason::clear:
      return say(language, met ? "ratio_target.met_inferred" : "ratio_target.missed_inferred",
                 args);
    case RatioReason::straddles: return say_straddling(language, counts, target, verdict, args);
    case RatioReason::small_sample: return say(language, "ratio_target.small_sample", args);
    case RatioReason::counted:
      return say(language,
                 met ? (verdict.sure ? "ratio_target.met_sure" : "ratio_target.met_chance")
                     : (verdict.sure ? "ratio_target.missed_sure" : "ratio_target.missed_chance"),
                 args);
    case RatioReason::secured:
    case RatioReason::out_of_reach:
      return say_end(language, measure, counts, target, verdict.reason);
    case RatioReason::no_data:
    case RatioReason::invalid: break;
  }
  return contradiction(language, counts);
}

std::string say_ratio_change(Language language, const Measure& measure,
                             const stats::RatioCounts& earlier, const stats::RatioCounts& later,
                             const stats::RatioChange& change,
                             const stats::RatioChangeOptions& options) {
  if (change.verdict == stats::RatioChangeVerdict::no_data) {
    return say(language, "ratio_change.no_data");
  }
  const double per = measure.kind == MeasureKind::rate ? static_cast<double>(measure.per) : 1.0;
  const std::string range =
      print_difference_range(language, measure, change.bounds.low.value_or(-1) * per,
                             change.bounds.high.value_or(1) * per);
  const MessageArgs args = {
      {"before", say_share_of(language, measure, earlier)},
      {"after", say_share_of(language, measure, later)},
      {"range",
       say(language, "confidence.change",
           {{"conf", print_count(language, std::lround(options.conf * 100))}, {"range", range}})},
      {"needed", print_count(language, options.cases_min)},
      {"points", print_difference(language, measure, options.effect_min * per)}};
  switch (change.verdict) {
    case stats::RatioChangeVerdict::up: return say(language, "ratio_change.up", args);
    case stats::RatioChangeVerdict::down: return say(language, "ratio_change.down", args);
    case stats::RatioChangeVerdict::no_clear_change:
      return say(language,
                 options.effect_min > 0 ? "ratio_change.too_small" : "ratio_change.no_clear_change",
                 args);
    case stats::RatioChangeVerdict::too_little_data:
      return say(language, "ratio_change.too_little_data", args);
    case stats::RatioChangeVerdict::no_data: break;
  }
  return say(language, "ratio_change.no_data");
}

}  // namespace measured::rules
