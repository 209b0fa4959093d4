#include "rules/text/sentences/charts.h"

#include <algorithm>

#include "rules/text/messages.h"
#include "rules/text/numbers.h"
#include "rules/text/sentences/phrases.h"

namespace measured::rules {
namespace {

using stats::ChartRule;
using stats::ChartStatus;
using stats::Latest;

// The first rule that fired in the newest period; R alone makes no signal.
std::optional<ChartRule> rule_at(const std::vector<stats::Signal>& signals, std::size_t index) {
  for (const stats::Signal& signal : signals) {
    if (signal.index == index && signal.rule != ChartRule::range) {
      return signal.rule;
    }
  }
  return std::nullopt;
}

template <class Segment>
void read_segment(const std::vector<Segment>& segments, ChartFinding& finding) {
  if (!segments.empty()) {
    finding.status = segments.back().status;
    finding.baseline = segments.back().baseline;
    finding.centre = segments.back().centre;
    finding.autocorrelated = segments.back().autocorrelated.value_or(false);
  }
}

std::string_view signal_key(const ChartFinding& finding) {
  const bool low = finding.latest == Latest::signal_low;
  switch (finding.rule.value_or(ChartRule::outside)) {
    case ChartRule::near_limit: return low ? "chart.near_low" : "chart.near_high";
    case ChartRule::run: return low ? "chart.run_low" : "chart.run_high";
    case ChartRule::outside:
    case ChartRule::range: break;
  }
  return low ? "chart.outside_low" : "chart.outside_high";
}

std::string say_reading(Language language, const Measure& measure, const ChartFinding& finding) {
  const auto printed = [&](const std::optional<double>& value) {
    return value ? print_value(language, measure, *value) : "";
  };
  const bool noise = finding.latest == Latest::noise;
  const std::string since =
      finding.since.empty() ? "" : say(language, "chart.since", {{"since", finding.since}});
  return say(language, noise ? "chart.noise" : signal_key(finding),
             {{"value", printed(finding.value)},
              {"range", say_usual_range(language, measure, finding)},
              {"centre", printed(finding.centre)},
              {"since", since}});
}

std::string say_refusal(Language language, const Measure& measure, const ChartFinding& finding,
                        const stats::ChartOptions& options) {
  const MessageArgs args = {
      {"span", say_span(language, measure, finding.baseline)},
      {"needed", print_count(language, static_cast<std::int64_t>(options.baseline_min))},
      {"time", say_period_name(language, measure)}};
  switch (finding.status) {
    case ChartStatus::too_rare: return say(language, "chart.too_rare", args);
    case ChartStatus::invalid_log: return say(language, "chart.invalid_log");
    case ChartStatus::firm:
    case ChartStatus::provisional:
    case ChartStatus::no_limits:
    case ChartStatus::no_variation: break;
  }
  const bool gaps = finding.baseline >= options.baseline_min;
  return say(language, gaps ? "chart.gaps" : "chart.no_limits", args);
}

}  // namespace

ChartFinding chart_finding(const stats::XmrChart& chart, stats::Series values) {
  ChartFinding finding;
  finding.latest = chart.latest;
  read_segment(chart.segments, finding);
  if (!values.empty()) {
    finding.value = values.back();
    finding.limits = {chart.segments.back().low, chart.segments.back().high};
    finding.rule = rule_at(chart.signals, values.size() - 1);
  }
  return finding;
}

ChartFinding chart_finding(const Measure& measure, const stats::RateChart& chart,
                           std::span<const std::optional<stats::RatioCounts>> periods) {
  ChartFinding finding;
  finding.latest = chart.latest;
  read_segment(chart.segments, finding);
  const double per = measure.kind == MeasureKind::rate ? static_cast<double>(measure.per) : 1.0;
  const auto in_unit = [per](const std::optional<double>& share) {
    return share ? std::optional(*share * per) : std::nullopt;
  };
  finding.centre = in_unit(finding.centre);
  if (!periods.empty()) {
    if (const auto& newest = periods.back(); newest && newest->cases > 0) {
      finding.value =
          in_unit(static_cast<double>(newest->hits) / static_cast<double>(newest->cases));
    }
    finding.limits = {in_unit(chart.limits.back().low), in_unit(chart.limits.back().high)};
    finding.rule = rule_at(chart.signals, periods.size() - 1);
  }
  return finding;
}

ChartFinding chart_finding(const stats::RateChart& chart,
                           std::span<const std::optional<stats::EventCounts>> periods) {
  ChartFinding finding;
  finding.latest = chart.latest;
  read_segment(chart.segments, finding);
  if (!periods.empty()) {
    if (const auto& newest = periods.back(); newest && newest->exposure > 0) {
      finding.value = static_cast<double>(newest->count) / newest->exposure;
    }
    finding.limits = chart.limits.back();
    finding.rule = rule_at(chart.signals, periods.size() - 1);
  }
  return finding;
}

std::string say_chart(Language language, const Measure& measure, const ChartFinding& finding,
                      const stats::ChartOptions& options) {
  const MessageArgs args = {
      {"centre", finding.centre ? print_value(language, measure, *finding.centre) : ""},
      {"value", finding.value ? print_value(language, measure, *finding.value) : ""},
      {"span", say_span(language, measure, finding.baseline)},
      {"needed", print_count(language, static_cast<std::int64_t>(options.baseline_full))}};
  switch (finding.latest) {
    case Latest::no_data: return say(language, "chart.no_data");
    case Latest::no_limits: return say_refusal(language, measure, finding, options);
    case Latest::unchanged: return say(language, "chart.unchanged", args);
    case Latest::changed: return say(language, "chart.changed", args);
    case Latest::signal_high:
    case Latest::signal_low:
    case Latest::noise: break;
  }
  std::string out = say_reading(language, measure, finding);
  if (finding.status == ChartStatus::provisional) {
    out += " " + say(language, "chart.provisional", args);
  }
  return finding.autocorrelated ? out + " " + say(language, "chart.alike") : out;
}

std::string say_usual_range(Language language, const Measure& measure,
                            const ChartFinding& finding) {
  return say_range(language, measure, finding.limits);
}

std::string say_under(Language language) {
  return say(language, "chart.under");
}

}  // namespace measured::rules
