#include "rules/text/sentences/charts.h"

#include <algorithm>

#include "rules/judge/inference.h"
#include "rules/text/messages.h"
#include "rules/text/numbers.h"
#include "rules/text/sentences/phrases.h"

namespace measured::rules {
namespace {

using stats::ChartRule;
using stats::ChartStatus;
using stats::Latest;

// The rules that fired in the newest period; R alone makes no signal.
void note_rules(const std::vector<stats::Signal>& signals, std::size_t newest,
                ChartReading& reading) {
  for (const stats::Signal& signal : signals) {
    if (signal.index == newest) {
      reading.outside = reading.outside || signal.rule == ChartRule::outside;
      reading.near_limit = reading.near_limit || signal.rule == ChartRule::near_limit;
      reading.run = reading.run || signal.rule == ChartRule::run;
      reading.range = reading.range || signal.rule == ChartRule::range;
    }
  }
}

template <class Chart>
ChartFinding newest_of(const Chart& chart, std::size_t periods) {
  ChartFinding finding;
  ChartReading& reading = finding.reading;
  reading.latest = chart.latest;
  if (!chart.segments.empty()) {
    reading.status = chart.segments.back().status;
    reading.baseline = static_cast<int>(chart.segments.back().baseline);
    reading.centre = chart.segments.back().centre;
    finding.autocorrelated = chart.segments.back().autocorrelated.value_or(false);
  }
  if (periods > 0) {
    note_rules(chart.signals, periods - 1, reading);
  }
  return finding;
}

std::string_view signal_key(const ChartReading& reading) {
  const bool high = reading.is_high();
  if (reading.latest == Latest::changed) {
    return "change.first";
  }
  if (reading.outside) {
    return high ? "change.above" : "change.below";
  }
  if (reading.near_limit) {
    return high ? "change.near_high" : "change.near_low";
  }
  return high ? "change.run_high" : "change.run_low";
}

std::string say_reading(Language language, const Measure& measure, const ChartFinding& finding) {
  const ChartReading& reading = finding.reading;
  const std::string value = reading.value ? print_value(language, measure, *reading.value) : "";
  if (reading.latest == Latest::noise) {
    return say(language, "chart.noise",
               {{"value", value}, {"range", say_usual_range(language, measure, reading)}});
  }
  const std::string since =
      finding.since.empty() ? "" : say(language, "chart.since", {{"since", finding.since}});
  return say(
      language, "chart.signal",
      {{"value", value}, {"what", say_signal(language, measure, reading)}, {"since", since}});
}

std::string say_refusal(Language language, const Measure& measure, const ChartReading& reading,
                        const stats::ChartOptions& options) {
  const auto baseline = static_cast<std::size_t>(reading.baseline);
  const MessageArgs args = {
      {"span", say_span(language, measure, baseline)},
      {"needed", print_count(language, static_cast<std::int64_t>(options.baseline_min))},
      {"time", say_period_name(language, measure)}};
  switch (reading.status) {
    case ChartStatus::too_rare: return say(language, "chart.too_rare", args);
    case ChartStatus::invalid_log: return say(language, "chart.invalid_log");
    case ChartStatus::firm:
    case ChartStatus::provisional:
    case ChartStatus::no_limits:
    case ChartStatus::no_variation: break;
  }
  const bool gaps = baseline >= options.baseline_min;
  return say(language, gaps ? "chart.gaps" : "chart.no_limits", args);
}

}  // namespace

std::string say_signal(Language language, const Measure& measure, const ChartReading& reading) {
  return say(language, signal_key(reading),
             {{"usual", say_usual_range(language, measure, reading)},
              {"centre", reading.centre ? print_value(language, measure, *reading.centre) : ""}});
}

ChartFinding chart_finding(const stats::XmrChart& chart, stats::Series values) {
  ChartFinding finding = newest_of(chart, values.size());
  if (!values.empty()) {
    finding.reading.value = values.back();
    finding.reading.low = chart.segments.back().low;
    finding.reading.high = chart.segments.back().high;
  }
  return finding;
}

ChartFinding chart_finding(const Measure& measure, const stats::RateChart& chart,
                           std::span<const std::optional<stats::RatioCounts>> periods) {
  ChartFinding finding = newest_of(chart, periods.size());
  ChartReading& reading = finding.reading;
  const double per = measure.kind == MeasureKind::rate ? static_cast<double>(measure.per) : 1.0;
  const auto in_unit = [per](const std::optional<double>& share) {
    return share ? std::optional(*share * per) : std::nullopt;
  };
  reading.centre = in_unit(reading.centre);
  if (!periods.empty()) {
    if (const auto& newest = periods.back(); newest && newest->cases > 0) {
      reading.value =
          in_unit(static_cast<double>(newest->hits) / static_cast<double>(newest->cases));
    }
    reading.low = in_unit(chart.limits.back().low);
    reading.high = in_unit(chart.limits.back().high);
  }
  return finding;
}

ChartFinding chart_finding(const stats::RateChart& chart,
                           std::span<const std::optional<stats::EventCounts>> periods) {
  ChartFinding finding = newest_of(chart, periods.size());
  if (!periods.empty()) {
    if (const auto& newest = periods.back(); newest && newest->exposure > 0) {
      finding.reading.value = static_cast<double>(newest->count) / newest->exposure;
    }
    finding.reading.low = chart.limits.back().low;
    finding.reading.high = chart.limits.back().high;
  }
  return finding;
}

std::string say_chart(Language language, const Measure& measure, const ChartFinding& finding,
                      const stats::ChartOptions& options) {
  const ChartReading& reading = finding.reading;
  const MessageArgs args = {
      {"centre", reading.centre ? print_value(language, measure, *reading.centre) : ""},
      {"value", reading.value ? print_value(language, measure, *reading.value) : ""},
      {"span", say_span(language, measure, static_cast<std::size_t>(reading.baseline))},
      {"needed", print_count(language, static_cast<std::int64_t>(options.baseline_full))}};
  switch (reading.latest) {
    case Latest::no_data: return say(language, "chart.no_data");
    case Latest::no_limits: return say_refusal(language, measure, reading, options);
    case Latest::unchanged: return say(language, "chart.unchanged", args);
    case Latest::changed: return say(language, "chart.changed", args);
    case Latest::signal_high:
    case Latest::signal_low:
    case Latest::noise: break;
  }
  std::string out = say_reading(language, measure, finding);
  if (reading.status == ChartStatus::provisional) {
    out += " " + say(language, "chart.provisional", args);
  }
  return finding.autocorrelated ? out + " " + say(language, "chart.alike") : out;
}

std::string say_usual_range(Language language, const Measure& measure,
                            const ChartReading& reading) {
  const bool share = is_share(measure);
  const bool from_zero = share || measure.kind == MeasureKind::count;
  const double per = measure.kind == MeasureKind::rate ? static_cast<double>(measure.per) : 1.0;
  const auto low = reading.low ? reading.low : from_zero ? std::optional(0.0) : std::nullopt;
  const auto high = reading.high ? reading.high : share ? std::optional(per) : std::nullopt;
  return say_range(language, measure, {low, high});
}

std::string say_under(Language language) {
  return say(language, "chart.under");
}

}  // namespace measured::rules
