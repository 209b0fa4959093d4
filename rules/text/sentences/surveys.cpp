#include "rules/text/sentences/surveys.h"

#include <cmath>

#include "rules/text/messages.h"
#include "rules/text/numbers.h"
#include "rules/text/sentences/phrases.h"

namespace measured::rules {
namespace {

using stats::ResponseVerdict;
using stats::SurveyStatus;

std::string conf_digits(Language language, double conf) {
  return print_count(language, std::lround(conf * 100));
}

std::string nps_bounds(Language language, const stats::Bounds& bounds) {
  return say(language, "range",
             {{"first", print_nps(language, bounds.low.value_or(-100))},
              {"last", print_nps(language, bounds.high.value_or(100))}});
}

std::string nps_finding(Language language, const stats::Nps& nps, std::optional<std::int64_t> asked,
                        double conf) {
  const bool known = asked && *asked > 0;
  const double rate = known ? static_cast<double>(nps.n) / static_cast<double>(*asked) : 0;
  return say(language, known ? "nps.finding_asked" : "nps.finding",
             {{"score", print_nps(language, nps.score.value_or(0))},
              {"range", say(language, "confidence",
                            {{"conf", conf_digits(language, conf)},
                             {"range", nps_bounds(language, nps.bounds)}})},
              {"answers", say_answers(language, nps.n)},
              {"asked", print_count(language, asked.value_or(0))},
              {"rate", print_share(language, rate)}});
}

// Why there is no score; empty when there is one.
std::string_view refusal(SurveyStatus status) {
  switch (status) {
    case SurveyStatus::no_data: return "nothing.answered";
    case SurveyStatus::invalid: return "contradiction.answers";
    case SurveyStatus::ok:
    case SurveyStatus::one_value: break;
  }
  return "";
}

// A score of a scale: two decimals below 10, as for any mean.
std::string score_text(Language language, double score) {
  return print_value(language, plain_number(), score);
}

std::string say_silent(Language language, const stats::Response& response) {
  const std::string silent = print_share(language, 1 - response.rate.value_or(0));
  if (!response.verdict) {
    const bool bounded = response.score_bounds.low && response.score_bounds.high;
    return bounded ? say(language, "response.range",
                         {{"silent", silent},
                          {"range", say_range(language, plain_number(), response.score_bounds)}})
                   : "";
  }
  switch (*response.verdict) {
    case ResponseVerdict::safe: return say(language, "response.safe", {{"silent", silent}});
    case ResponseVerdict::could_overturn:
      return say(
          language, "response.could_overturn",
          {{"silent", silent}, {"needed", score_text(language, response.needed.value_or(0))}});
    case ResponseVerdict::complete:
    case ResponseVerdict::no_answers: break;
  }
  return "";
}

}  // namespace

std::string print_nps(Language language, double score) {
  const std::string text = print_decimal(language, score, 0);
  return score >= 0.5 ? "+" + text : text;
}

std::string say_nps(Language language, const stats::Nps& nps, std::optional<std::int64_t> asked,
                    double conf) {
  const std::string_view key = refusal(nps.status);
  return key.empty() ? nps_finding(language, nps, asked, conf) + "." : say(language, key);
}

std::string say_nps_target(Language language, const stats::Nps& nps, Direction direction,
                           double target, std::optional<std::int64_t> asked, std::int64_t n_min,
                           double conf) {
  if (const std::string_view key = refusal(nps.status); !key.empty()) {
    return say(language, key);
  }
  std::string finding = nps_finding(language, nps, asked, conf);
  std::string goal =
      say(language, direction == Direction::at_least ? "target.at_least" : "target.at_most",
          {{"value", print_nps(language, target)}});
  if (nps.n < n_min) {
    return say(language, "against.too_few_answers",
               {{"finding", finding}, {"target", goal}, {"needed", print_count(language, n_min)}});
  }
  return say_against(language, stats::nps_target(nps, direction, target, n_min), std::move(finding),
                     std::move(goal));
}

std::string say_nps_change(Language language, const stats::Nps& earlier, const stats::Nps& later,
                           const stats::NpsChange& change,
                           const stats::RatioChangeOptions& options) {
  const MessageArgs args = {{"before", print_nps(language, earlier.score.value_or(0))},
                            {"after", print_nps(language, later.score.value_or(0))},
                            {"answers_before", say_answers(language, earlier.n)},
                            {"answers_after", say_answers(language, later.n)},
                            {"needed", print_count(language, options.cases_min)},
                            {"range", say(language, "confidence.change",
                                          {{"conf", conf_digits(language, options.conf)},
                                           {"range", nps_bounds(language, change.bounds)}})}};
  switch (change.verdict) {
    case stats::RatioChangeVerdict::up: return say(language, "nps_change.up", args);
    case stats::RatioChangeVerdict::down: return say(language, "nps_change.down", args);
    case stats::RatioChangeVerdict::no_clear_change:
      return say(language, "nps_change.no_clear_change", args);
    case stats::RatioChangeVerdict::too_little_data:
      return say(language, "nps_change.too_little_data", args);
    case stats::RatioChangeVerdict::no_data: break;
  }
  return say(language, "nps_change.no_data");
}

std::string say_scale_score(Language language, const stats::ScaleScore& score,
                            const stats::Scale& scale, double conf) {
  if (const std::string_view key = refusal(score.status); !key.empty()) {
    return say(language, key);
  }
  Measure share;
  share.kind = MeasureKind::ratio;
  return say(language,
             score.status == SurveyStatus::one_value ? "scale_score.one_value" : "scale_score.ok",
             {{"top", print_count(language, score.top.value_or(0))},
              {"answers", say_answers(language, score.n)},
              {"share", print_share(language, score.share.value_or(0))},
              {"from", std::to_string(scale.top_from)},
              {"lowest", std::to_string(scale.lowest)},
              {"highest", std::to_string(scale.highest)},
              {"range", say_confidence(language, share, score.share_bounds, conf)},
              {"mean", score_text(language, score.mean.value_or(0))},
              {"mean_range", say_confidence(language, plain_number(), score.mean_bounds, conf)}});
}

std::string say_response(Language language, const stats::ResponseCounts& counts,
                         const stats::Response& response) {
  switch (response.status) {
    case SurveyStatus::no_data: return say(language, "response.nobody_reached");
    case SurveyStatus::invalid: return say(language, "contradiction.answers");
    case SurveyStatus::ok:
    case SurveyStatus::one_value: break;
  }
  const std::int64_t reached = counts.invited - counts.undelivered;
  const std::string delivered = print_count(language, reached);
  if (counts.responded == 0 || counts.responded == reached) {
    return say(language, counts.responded == 0 ? "response.nobody" : "response.complete",
               {{"delivered", delivered}});
  }
  const std::string rate = say(language, "response.rate",
                               {{"responded", print_count(language, counts.responded)},
                                {"delivered", delivered},
                                {"rate", print_share(language, response.rate.value_or(0))}});
  const std::string silent = say_silent(language, response);
  return silent.empty() ? rate : rate + " " + silent;
}

}  // namespace measured::rules
