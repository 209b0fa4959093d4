#include "rules/text/sentences/trends.h"

#include <cmath>

#include "rules/text/dates.h"
#include "rules/text/messages.h"
#include "rules/text/numbers.h"
#include "rules/text/sentences/phrases.h"

namespace measured::rules {
namespace {

using stats::ProjectionVerdict;
using stats::TrendVerdict;
using stats::WeekdayStatus;

// How fast, without its sign: a fall is said by the word.
std::string say_pace(Language language, const Measure& measure, const stats::Trend& trend,
                     double conf) {
  stats::Bounds pace = trend.slope_bounds;
  if (trend.verdict == TrendVerdict::falling) {
    const auto negative = [](const std::optional<double>& bound) {
      return bound ? std::optional(-*bound) : std::nullopt;
    };
    pace = {negative(trend.slope_bounds.high), negative(trend.slope_bounds.low)};
  }
  std::string range = say(language, "range.open");
  if (pace.low && pace.high) {
    range = print_difference_range(language, measure, *pace.low, *pace.high);
  } else if (pace.low || pace.high) {
    const double bound = pace.low ? *pace.low : *pace.high;
    range = say(language, pace.low ? "range.at_least" : "range.at_most",
                {{"value", print_difference(language, measure, bound)}});
  }
  return say(language, "confidence",
             {{"conf", print_count(language, std::lround(conf * 100))}, {"range", range}});
}

}  // namespace

std::string say_weekdays(Language language, const stats::WeekdayAdjustment& adjustment,
                         const stats::WeekdayOptions& options) {
  switch (adjustment.status) {
    case WeekdayStatus::ok:
      return say(language, adjustment.adjust ? "weekday.adjusted" : "weekday.alike");
    case WeekdayStatus::not_applicable: return say(language, "weekday.not_applicable");
    case WeekdayStatus::too_little_data:
      return say(language, "weekday.too_little_data",
                 {{"needed", print_count(language, static_cast<std::int64_t>(options.weeks_min))}});
    case WeekdayStatus::no_variation: return say(language, "weekday.no_variation");
    case WeekdayStatus::invalid: break;
  }
  return say(language, "weekday.invalid");
}

std::string say_trend(Language language, const Measure& measure, const stats::Trend& trend,
                      const stats::TrendOptions& options) {
  const std::string span = say_span(language, measure, trend.n);
  switch (trend.verdict) {
    case TrendVerdict::too_little_data:
      return say(language, "trend.too_little_data",
                 {{"span", span},
                  {"needed", print_count(language, static_cast<std::int64_t>(options.n_min))}});
    case TrendVerdict::no_clear_trend:
      return say(language, "trend.no_clear_trend", {{"span", span}});
    case TrendVerdict::rising:
    case TrendVerdict::falling: break;
  }
  const bool rising = trend.verdict == TrendVerdict::rising;
  return say(language, rising ? "trend.rising" : "trend.falling",
             {{"slope", print_difference(language, measure, std::abs(trend.slope.value_or(0)))},
              {"time", say_period_name(language, measure)},
              {"range", say_pace(language, measure, trend, options.conf)},
              {"span", span}});
}

std::string say_projection(Language language, const Measure& measure,
                           const stats::Projection& projection, const TargetValue& target,
                           std::chrono::local_days date, const stats::ProjectionOptions& options) {
  const MessageArgs args = {
      {"date", print_date(language, date)},
      {"value", print_value(language, measure, projection.projected.value_or(0))},
      {"range", say_confidence(language, measure, projection.bounds, options.trend.conf)},
      {"target", print_target(language, measure, target)},
      {"needed", say_span(language, measure, options.trend.n_min)}};
  std::string out;
  switch (projection.verdict) {
    case ProjectionVerdict::too_little_data:
      return say(language, "projection.too_little_data", args);
    case ProjectionVerdict::past: return say(language, "projection.past", args);
    case ProjectionVerdict::too_far: return say(language, "projection.too_far", args);
    case ProjectionVerdict::on_course: out = say(language, "projection.on_course", args); break;
    case ProjectionVerdict::off_course: out = say(language, "projection.off_course", args); break;
    case ProjectionVerdict::too_early: out = say(language, "projection.too_early", args); break;
  }
  const bool moving = projection.trend != TrendVerdict::no_clear_trend;
  return moving ? out : out + " " + say(language, "projection.not_moving");
}

}  // namespace measured::rules
