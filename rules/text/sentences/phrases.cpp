#include "rules/text/sentences/phrases.h"

#include <cmath>
#include <utility>

#include "rules/text/messages.h"
#include "rules/text/numbers.h"

namespace measured::rules {
namespace {

std::string_view name_of(const Grain& period) {
  switch (period.kind) {
    case Grain::Kind::hour: return "hour";
    case Grain::Kind::day: return "day";
    case Grain::Kind::week: return "week";
    case Grain::Kind::month: return "month";
    case Grain::Kind::quarter:
    case Grain::Kind::fiscal_quarter: return "quarter";
    case Grain::Kind::year:
    case Grain::Kind::fiscal_year: return "year";
    case Grain::Kind::minutes:
    case Grain::Kind::fiscal_period: return "period";
  }
  return "period";
}

// A rate is counted as a share and shown per so many cases.
double shown(const Measure& measure, double share) {
  return measure.kind == MeasureKind::rate ? share * static_cast<double>(measure.per) : share;
}

}  // namespace

std::string say_cases(Language language, std::int64_t n) {
  return say_count(language, "cases", n);
}

std::string say_answers(Language language, std::int64_t n) {
  return say_count(language, "answers", n);
}

std::string say_span(Language language, const Measure& measure, std::size_t periods) {
  const std::string key = "span." + std::string(name_of(measure.period));
  return say_count(language, key, static_cast<std::int64_t>(periods));
}

std::string say_period_name(Language language, const Measure& measure) {
  return say(language, "time." + std::string(name_of(measure.period)));
}

std::string say_share(Language language, const Measure& measure, double share) {
  return measure.kind == MeasureKind::rate ? print_value(language, measure, shown(measure, share))
                                           : print_share(language, share);
}

std::string say_share_of(Language language, const Measure& measure,
                         const stats::RatioCounts& counts) {
  const double share = static_cast<double>(counts.hits) / static_cast<double>(counts.cases);
  return say(language, "share.finding",
             {{"hits", print_count(language, counts.hits)},
              {"cases", print_count(language, counts.cases)},
              {"value", say_share(language, measure, share)}});
}

std::string say_range(Language language, const Measure& measure, const stats::Bounds& bounds) {
  if (bounds.low && bounds.high) {
    return print_range(language, measure, *bounds.low, *bounds.high);
  }
  if (bounds.low) {
    return say(language, "range.at_least",
               {{"value", print_value(language, measure, *bounds.low)}});
  }
  return bounds.high ? say(language, "range.at_most",
                           {{"value", print_value(language, measure, *bounds.high)}})
                     : say(language, "range.open");
}

std::string say_confidence(Language language, const Measure& measure, const stats::Bounds& bounds,
                           double conf) {
  return say(language, "confidence",
             {{"conf", print_count(language, std::lround(conf * 100))},
              {"range", say_range(language, measure, bounds)}});
}

std::string say_share_confidence(Language language, const Measure& measure,
                                 const stats::Bounds& bounds, double conf) {
  stats::Bounds in_unit = bounds;
  for (std::optional<double>* bound : {&in_unit.low, &in_unit.high}) {
    *bound = *bound ? std::optional(shown(measure, **bound)) : std::nullopt;
  }
  return say_confidence(language, measure, in_unit, conf);
}

Measure plain_number() {
  Measure measure;
  measure.kind = MeasureKind::mean;
  return measure;
}

std::string say_against(Language language, stats::TargetVerdict verdict, std::string finding,
                        std::string target) {
  const MessageArgs args = {{"finding", finding}, {"target", target}};
  switch (verdict) {
    case stats::TargetVerdict::met: return say(language, "against.met", args);
    case stats::TargetVerdict::missed: return say(language, "against.missed", args);
    case stats::TargetVerdict::too_early: return say(language, "against.too_early", args);
    case stats::TargetVerdict::no_data: return say(language, "nothing.counted");
    case stats::TargetVerdict::invalid: break;
  }
  return std::move(finding) + ".";
}

}  // namespace measured::rules
