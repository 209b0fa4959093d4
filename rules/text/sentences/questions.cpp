#include "rules/text/sentences/questions.h"

#include <cmath>

#include "rules/text/messages.h"
#include "rules/text/numbers.h"
#include "rules/text/sentences/phrases.h"
#include "rules/text/sentences/surveys.h"
#include "rules/text/width.h"

namespace measured::rules {
namespace {

std::string count_of(Language language, std::size_t n) {
  return print_count(language, static_cast<std::int64_t>(n));
}

std::string title_of(const Measure& measure) {
  constexpr int name_columns = 80;
  return one_line(measure.title.empty() ? measure.id : measure.title, name_columns);
}

std::string wave_rate(Language language, const stats::SurveyWave& wave) {
  const double rate = wave.delivered > 0 ? static_cast<double>(wave.answers.answers()) /
                                               static_cast<double>(wave.delivered)
                                         : 0;
  return print_share(language, rate);
}

// "12.0 % (12 of 100)" is what a share is elsewhere; here "12 of 100 (12.0 %)", or "0 of 0".
std::string say_excluded(Language language, const stats::Excluded& excluded) {
  Measure share;
  share.kind = MeasureKind::ratio;
  return excluded.total > 0 ? say_share_of(language, share, {excluded.excluded, excluded.total})
                            : say(language, "counts", {{"hits", "0"}, {"cases", "0"}});
}

}  // namespace

std::string say_response_drop(Language language, const stats::SurveyWave& reference,
                              const stats::SurveyWave& now, const stats::ResponseDrop& drop,
                              const stats::ResponseDropOptions& options) {
  const auto score = [&](const stats::SurveyWave& wave) {
    return print_nps(language, stats::nps(wave.answers).score.value_or(0));
  };
  const MessageArgs args = {{"rate_before", wave_rate(language, reference)},
                            {"rate_after", wave_rate(language, now)},
                            {"before", score(reference)},
                            {"after", score(now)},
                            {"answers_before", say_answers(language, reference.answers.answers())},
                            {"answers_after", say_answers(language, now.answers.answers())},
                            {"needed", print_count(language, options.answers_min)}};
  switch (drop.verdict) {
    case stats::ResponseDropVerdict::suspicious:
      return say(language, "response_drop.suspicious", args);
    case stats::ResponseDropVerdict::rate_drop:
      return say(language, "response_drop.rate_drop", args);
    case stats::ResponseDropVerdict::score_up: return say(language, "response_drop.score_up", args);
    case stats::ResponseDropVerdict::no_sign: return say(language, "response_drop.no_sign", args);
    case stats::ResponseDropVerdict::too_little_data:
      return say(language, "response_drop.too_little_data", args);
    case stats::ResponseDropVerdict::no_data: break;
  }
  return say(language, "nps_change.no_data");
}

std::string say_bunching(Language language, const Measure& measure, double threshold,
                         const stats::Bunching& bunching) {
  const std::int64_t near = bunching.inside + bunching.outside;
  const double inside = bunching.expected.value_or(0) * static_cast<double>(near);
  const MessageArgs args = {
      {"inside", print_count(language, bunching.inside)},
      {"outside", print_count(language, bunching.outside)},
      {"target", print_goal(language, measure, threshold)},
      {"expected_inside", print_count(language, std::lround(inside))},
      {"expected_outside", print_count(language, near - std::lround(inside))}};
  switch (bunching.verdict) {
    case stats::BunchingVerdict::bunched: return say(language, "bunching.bunched", args);
    case stats::BunchingVerdict::no_sign: return say(language, "bunching.no_sign", args);
    case stats::BunchingVerdict::too_little_data: break;
  }
  return say(language, "bunching.too_little_data", args);
}

std::string say_digit_preference(Language language, const stats::DigitPreference& digits,
                                 const stats::DigitOptions& options) {
  const MessageArgs args = {{"times", print_decimal(language, digits.whipple.value_or(0), 1)},
                            {"cases", say_cases(language, static_cast<std::int64_t>(digits.n))},
                            {"needed", count_of(language, options.n_min)}};
  switch (digits.verdict) {
    case stats::DigitVerdict::heaped: return say(language, "digit_preference.heaped", args);
    case stats::DigitVerdict::no_sign: return say(language, "digit_preference.no_sign", args);
    case stats::DigitVerdict::not_applicable:
      return say(language, "digit_preference.not_applicable", args);
    case stats::DigitVerdict::too_little_data: break;
  }
  return say(language, "digit_preference.too_little_data", args);
}

std::string say_selection_skew(Language language, std::int64_t surveyed, std::int64_t eligible,
                               const stats::SelectionSkew& skew) {
  const MessageArgs args = {{"surveyed", print_count(language, surveyed)},
                            {"eligible", print_count(language, eligible)}};
  switch (skew.verdict) {
    case stats::SelectionVerdict::ok: return say(language, "selection_skew.ok", args);
    case stats::SelectionVerdict::shifted: return say(language, "selection_skew.shifted", args);
    case stats::SelectionVerdict::strongly_shifted:
      return say(language, "selection_skew.strongly_shifted", args);
    case stats::SelectionVerdict::complete: return say(language, "selection_skew.complete", args);
    case stats::SelectionVerdict::too_little_data:
      return say(language, "selection_skew.too_little_data", args);
    case stats::SelectionVerdict::invalid: return say(language, "selection_skew.invalid", args);
    case stats::SelectionVerdict::no_data: break;
  }
  return say(language, "nothing.answered");
}

std::string say_revision_bias(Language language, const Measure& measure,
                              const stats::RevisionBias& bias,
                              const stats::RevisionOptions& options) {
  const MessageArgs args = {{"span", say_span(language, measure, bias.buckets)},
                            {"revised", count_of(language, bias.revised)},
                            {"better", count_of(language, bias.better)},
                            {"worse", count_of(language, bias.worse)},
                            {"needed", count_of(language, options.revisions_min)}};
  std::string out;
  switch (bias.verdict) {
    case stats::RevisionVerdict::none: return say(language, "revision_bias.none", args);
    case stats::RevisionVerdict::few: out = say(language, "revision_bias.few", args); break;
    case stats::RevisionVerdict::mixed: out = say(language, "revision_bias.mixed", args); break;
    case stats::RevisionVerdict::flattering:
      out = say(language, "revision_bias.flattering", args);
      break;
    case stats::RevisionVerdict::harsher: out = say(language, "revision_bias.harsher", args); break;
  }
  // Facts, whatever the pattern.
  if (bias.flips_to_met > 0) {
    out +=
        " " + say(language, "revision_bias.to_met", {{"n", count_of(language, bias.flips_to_met)}});
  }
  if (bias.flips_to_missed > 0) {
    out += " " + say(language, "revision_bias.to_missed",
                     {{"n", count_of(language, bias.flips_to_missed)}});
  }
  return out;
}

std::string say_exclusions(Language language, const stats::Excluded& reference,
                           const stats::Excluded& now, const stats::Exclusions& exclusions,
                           std::int64_t cases_min) {
  const MessageArgs args = {{"before", say_excluded(language, reference)},
                            {"now", say_excluded(language, now)},
                            {"needed", print_count(language, cases_min)}};
  std::string out;
  switch (exclusions.verdict) {
    case stats::ExclusionVerdict::growing: out = say(language, "exclusions.growing", args); break;
    case stats::ExclusionVerdict::shrinking:
      out = say(language, "exclusions.shrinking", args);
      break;
    case stats::ExclusionVerdict::stable: out = say(language, "exclusions.stable", args); break;
    case stats::ExclusionVerdict::too_little_data:
      out = say(language, "exclusions.too_little_data", args);
      break;
    case stats::ExclusionVerdict::no_data: out = say(language, "exclusions.no_data"); break;
  }
  if (now.excluded == 0 || !exclusions.rate || !exclusions.rate_worst) {
    return out;
  }
  const bool flips = exclusions.flips.value_or(false);
  return out + " " +
         say_count(language, flips ? "exclusions.flips" : "exclusions.worst", now.excluded,
                   {{"rate", print_share(language, *exclusions.rate)},
                    {"worst", print_share(language, *exclusions.rate_worst)}});
}

std::string say_divergence(Language language, const Measure& measure, const Measure& outcome,
                           const stats::Divergence& divergence,
                           const stats::TrendOptions& options) {
  return say(language, "divergence." + std::string(stats::to_text(divergence.verdict)),
             {{"measure", title_of(measure)},
              {"outcome", title_of(outcome)},
              {"needed", say_span(language, measure, options.n_min)}});
}

}  // namespace measured::rules
