// Sentences on shares, values, charts and trends.

#include <cmath>

#include "rules/stats/sketch.h"
#include "rules/text/sentences/charts.h"
#include "rules/text/sentences/shares.h"
#include "rules/text/sentences/trends.h"
#include "rules/text/sentences/values.h"
#include "tests/rules/text/sentences.h"

namespace measured::rules {

using namespace stats;
using tests::on_time;

namespace {

Measure count_of_cases() {
  Measure measure = on_time();
  measure.kind = MeasureKind::count;
  measure.unit.clear();
  return measure;
}

// A wave with a period of seven: no two neighbours alike, no trend.
double wave(std::size_t i) {
  return static_cast<double>((i * 3) % 7) - 3;
}

Values series(std::size_t n, double level, double size, double slope = 0) {
  Values values;
  for (std::size_t i = 0; i < n; ++i) {
    values.emplace_back(level + size * wave(i) + slope * static_cast<double>(i));
  }
  return values;
}

}  // namespace

void tell_shares(Record& say_of) {
  const Language language = say_of.language;
  const Measure share = on_time();
  Measure rate = on_time();
  rate.kind = MeasureKind::rate;
  rate.per = 1000;
  const auto interval = [&](std::string_view about, const Measure& measure, RatioCounts counts) {
    say_of(about, say_ratio_interval(language, measure, counts, ratio_interval(counts)));
  };
  interval("ratio_interval", share, {54, 60});
  interval("ratio_interval, a rate", rate, {30, 1000});
  interval("ratio_interval, no cases", share, {0, 0});
  interval("ratio_interval, contradicting counts", share, {7, 6});

  const auto aim = [](Direction direction, double goal, stats::Basis basis) {
    RatioTarget target;
    target.direction = direction;
    target.target = goal;
    target.basis = basis;
    return target;
  };
  const auto target = [&](std::string_view about, RatioCounts counts, const RatioTarget& of) {
    say_of(about, say_ratio_target(language, share, counts, of, ratio_target(counts, of)));
  };
  const RatioTarget counted = aim(Direction::at_least, 0.95, stats::Basis::census);
  target("ratio_target, met", {995, 1000}, counted);
  target("ratio_target, met, perhaps by chance", {57, 60}, counted);
  target("ratio_target, missed", {842, 922}, counted);
  target("ratio_target, missed, perhaps by chance", {54, 60}, counted);
  const RatioTarget sample = aim(Direction::at_least, 0.8, stats::Basis::process);
  target("ratio_target, a sample, met", {95, 100}, sample);
  target("ratio_target, a sample, missed", {60, 100}, sample);
  target("ratio_target, a sample, cannot tell", {80, 100}, sample);
  target("ratio_target, a sample, too few", {7, 9}, sample);
  RatioTarget open = sample;
  open.closed = false;
  target("ratio_target, an open period", {160, 200}, open);
  open.target = 0.95;
  target("ratio_target, too few to be met", {57, 60}, open);
  target("ratio_target, at most, too few to be met", {1, 60},
         aim(Direction::at_most, 0.05, stats::Basis::process));
  target("ratio_target, a target of 100 %", {60, 60},
         aim(Direction::at_least, 1, stats::Basis::process));
  RatioTarget running = counted;
  running.closed = false;
  running.expected_cases = 1000;
  target("ratio_target, secured", {955, 960}, running);
  target("ratio_target, secured but for one", {999, 999}, running);
  running.expected_cases = 105;
  target("ratio_target, out of reach", {90, 100}, running);
  running.expected_cases = 101;
  target("ratio_target, out of reach but for one", {90, 100}, running);
  running.expected_cases = 100;
  target("ratio_target, all in, missed", {90, 100}, running);
  target("ratio_target, all in, met", {96, 100}, running);
  target("ratio_target, no cases", {0, 0}, counted);

  const auto change = [&](std::string_view about, RatioCounts before, RatioCounts now,
                          const RatioChangeOptions& options = {}) {
    say_of(about, say_ratio_change(language, share, before, now, ratio_change(before, now, options),
                                   options));
  };
  change("ratio_change, up", {800, 920}, {880, 922});
  change("ratio_change, down", {880, 910}, {842, 922});
  change("ratio_change, not clear", {500, 520}, {512, 534});
  change("ratio_change, not clearly more than asked", {880, 910}, {842, 922}, {0.95, 30, 0.05});
  change("ratio_change, too few", {20, 25}, {512, 534});
  change("ratio_change, no cases", {0, 0}, {512, 534});
}

void tell_values(Record& say_of) {
  const Language language = say_of.language;
  const Measure hours = hours_taken();
  const TargetValue within{Direction::at_most, 34, {}};
  const auto mean = [&](std::string_view about, const Moments& moments,
                        const MeanOptions& options = {}) {
    const MeanEstimate estimate = mean_interval(moments, options);
    say_of(about, say_mean_target(language, hours, estimate, within));
  };
  say_of("mean", say_mean(language, hours, mean_interval({200, 31.2, 20000})));
  mean("mean_target, met", {200, 31.2, 20000});
  mean("mean_target, missed", {200, 36.9, 20000});
  mean("mean_target, cannot tell", {200, 33.9, 20000});
  mean("mean_target, too few", {12, 31.2, 900});
  mean("mean_target, too few for a skewed measure", {60, 31.2, 9000}, {0.95, 30, 3.0});
  mean("mean_target, one value", {1, 31.2, 0});
  mean("mean_target, no variation", {40, 34, 0});
  mean("mean_target, no cases", {});

  std::vector<double> sorted;
  Sketch sketch;
  for (int i = 0; i < 200; ++i) {
    sorted.push_back(5 + i * 0.29);
    sketch.add(sorted.back());
  }
  const auto quantile = [&](std::string_view about, std::size_t n, double p) {
    const QuantileOptions options{p};
    const std::span<const double> values = std::span(sorted).first(n);
    say_of(about,
           say_quantile_interval(language, hours, quantile_interval(values, options), options));
  };
  quantile("quantile_interval, median", 200, 0.5);
  quantile("quantile_interval, p90", 200, 0.9);
  quantile("quantile_interval, no upper bound", 35, 0.9);
  quantile("quantile_interval, no lower bound", 35, 0.1);
  quantile("quantile_interval, no bounds", 4, 0.5);
  quantile("quantile_interval, no cases", 0, 0.5);
  const auto against = [&](std::string_view about, std::size_t n, double goal) {
    const QuantileEstimate estimate = quantile_interval(std::span(sorted).first(n));
    say_of(about, say_quantile_target(language, hours, estimate, {Direction::at_most, goal, {}}));
  };
  against("quantile_target, met", 200, 48);
  against("quantile_target, missed", 200, 24);
  against("quantile_target, cannot tell", 200, 34);
  against("quantile_target, too few", 20, 34);
  say_of("sketch", say_sketch_interval(language, hours, sketch_interval(sketch), sketch.scale));
}

void tell_charts(Record& say_of) {
  const Language language = say_of.language;
  const Measure hours = hours_taken();
  const auto xmr = [&](std::string_view about, Values values, std::string since = "",
                       const XmrOptions& options = {}) {
    ChartFinding finding = chart_finding(xmr_chart(values, options), values);
    finding.since = std::move(since);
    say_of(about, say_chart(language, hours, finding, options.chart));
  };
  const auto and_then = [](Values values, std::initializer_list<double> more) {
    values.insert(values.end(), more.begin(), more.end());
    return values;
  };
  const Values usual = series(21, 34, 1);
  xmr("xmr, noise", and_then(usual, {35}));
  xmr("xmr, below", and_then(usual, {20}));
  xmr("xmr, above, since", and_then(usual, {50}), "week 26");
  xmr("xmr, near the lower limit", and_then(usual, {28.5, 34, 28.5, 28.4}));
  xmr("xmr, near the upper limit", and_then(usual, {39.5, 34, 39.5, 39.6}));
  xmr("xmr, a run below", and_then(usual, {33, 32, 33, 32, 33, 32, 33, 32}));
  xmr("xmr, a run above", and_then(usual, {35, 36, 35, 36, 35, 36, 35, 36}));
  xmr("xmr, provisional", series(14, 34, 1));
  xmr("xmr, no limits yet", series(9, 34, 1));
  Values gaps(26);
  for (std::size_t i = 0; i < gaps.size(); i += 2) {
    gaps[i] = 34 + wave(i);
  }
  xmr("xmr, too many gaps", gaps);
  xmr("xmr, unchanged", Values(20, 34.0));
  xmr("xmr, changed", and_then(Values(20, 34.0), {35}));
  Values alike;
  for (std::size_t i = 0; i < 22; ++i) {
    alike.emplace_back(34 + 3 * std::sin(static_cast<double>(i) / 3.5));
  }
  xmr("xmr, periods are alike", alike);
  XmrOptions logs;
  logs.scale = ChartScale::log;
  xmr("xmr, a value of 0 on a log scale", and_then(usual, {0}), "", logs);
  xmr("xmr, no value", and_then(usual, {}).empty() ? usual : Values(20));

  const auto p = [&](std::string_view about, std::vector<std::optional<RatioCounts>> periods) {
    say_of(about,
           say_chart(language, on_time(), chart_finding(on_time(), p_chart(periods), periods)));
  };
  std::vector<std::optional<RatioCounts>> weeks;
  for (std::size_t i = 0; i < 20; ++i) {
    weeks.emplace_back(RatioCounts{95 + std::lround(wave(i)) / 2, 100});
  }
  weeks.emplace_back(RatioCounts{90, 100});
  p("p_chart, noise", weeks);
  weeks.back() = RatioCounts{70, 100};
  p("p_chart, below", weeks);

  const auto u = [&](std::string_view about, double level) {
    std::vector<std::optional<EventCounts>> periods;
    for (std::size_t i = 0; i < 21; ++i) {
      periods.emplace_back(EventCounts{std::llround(std::max(level + wave(i), 0.0)), 1});
    }
    say_of(about, say_chart(language, count_of_cases(), chart_finding(u_chart(periods), periods)));
  };
  u("u_chart, noise", 12);
  u("u_chart, too rare", -2);
  say_of("under", say_under(language));
}

void tell_trends(Record& say_of) {
  const Language language = say_of.language;
  const Measure hours = hours_taken();
  const Measure share = on_time();
  const std::chrono::local_days date{std::chrono::year{2026} / 6 / 30};
  const auto trend = [&](std::string_view about, const Measure& measure, const Values& values) {
    say_of(about, say_trend(language, measure, trend_of(values)));
  };
  trend("trend, rising", hours, series(26, 34, 0.4, 0.5));
  trend("trend, a share, falling", share, series(26, 0.95, 0.004, -0.005));
  trend("trend, not clear", hours, series(26, 34, 1));
  trend("trend, too little", hours, series(9, 34, 1));
  const auto projection = [&](std::string_view about, const Values& values, double goal,
                              double index) {
    const Projection projected = project(values, {Direction::at_least, goal, index});
    say_of(about,
           say_projection(language, hours, projected, {Direction::at_least, goal, {}}, date));
  };
  const Values rising = series(26, 34, 0.4, 0.5);
  projection("projection, on course", rising, 45, 32);
  projection("projection, off course", rising, 80, 32);
  projection("projection, too early", rising, 50, 32);
  projection("projection, not moving", series(26, 34, 1), 45, 32);
  projection("projection, too little", series(9, 34, 1), 45, 12);
  projection("projection, past", rising, 45, 10);
  projection("projection, too far", rising, 45, 90);

  const auto weekdays = [&](std::string_view about, const Values& days, WeekdayMode mode) {
    WeekdayOptions options;
    options.mode = mode;
    say_of(about,
           say_weekdays(language, weekday_adjust(days, std::chrono::Monday, options), options));
  };
  Values days;
  for (std::size_t i = 0; i < 56; ++i) {
    days.emplace_back((i % 7 > 4 ? 10.0 : 40.0) + wave(i * i));
  }
  weekdays("weekday_adjust, adjusted", days, WeekdayMode::additive);
  Values even;
  for (std::size_t i = 0; i < 56; ++i) {
    even.emplace_back(40 + wave(i / 7 + i));
  }
  even.resize(56);
  weekdays("weekday_adjust, alike", series(56, 40, 0, 0.1), WeekdayMode::additive);
  weekdays("weekday_adjust, too little", series(10, 40, 1), WeekdayMode::additive);
  weekdays("weekday_adjust, one day", series(1, 40, 1), WeekdayMode::additive);
  weekdays("weekday_adjust, no variation", Values(56, 40.0), WeekdayMode::additive);
  for (std::optional<double>& day : days) {
    *day -= 40;
  }
  weekdays("weekday_adjust, no factor", days, WeekdayMode::multiplicative);
}

}  // namespace measured::rules
