// A picture says what the judge says: every period is read once more under the limits that the
// judge keeps, by the judge's own function, so that a mark stands exactly where a signal was told.
#include "rules/picture/chart_data.h"

#include <algorithm>
#include <cmath>

#include "rules/ascii.h"
#include "rules/judge/judge.h"
#include "rules/judge/verdict.h"
#include "rules/text/dates.h"
#include "rules/text/messages.h"
#include "rules/text/numbers.h"
#include "rules/text/sentences/phrases.h"
#include "rules/text/width.h"

namespace measured::rules {
namespace {

constexpr int name_columns = 80;

bool is_among(const std::vector<Instant>& instants, Instant at) {
  return std::find(instants.begin(), instants.end(), at) != instants.end();
}

std::optional<double> value_at(const Measure& measure, const ChartPeriod& period) {
  const bool zero = !period.tally && measure.empty_is_zero;
  const Tally tally = period.tally.value_or(Tally{});
  return period.tally || zero ? value_of(measure, tally) : std::nullopt;
}

ChartPoint point_of(const ChartHistory& history, const ChartPeriod& period) {
  ChartPoint point;
  point.period = period.period;
  point.value = value_at(*history.measure, period);
  if (point.value && !std::isfinite(*point.value)) {
    point.value.reset();
  }
  const auto target =
      target_in_force(*history.measure, history.team->id, history.zone, period.period.start);
  if (target) {
    point.target = target->value;
  }
  return point;
}

// Limits, and whether it is a signal, as the chart reads the period; moves the chart on.
void read(const Measure& measure, ProcessChart& chart, const ChartPeriod& period,
          ChartPoint& point) {
  read_period(measure, chart, period);
  const ChartReading& reading = chart.newest;
  point.centre = reading.centre;
  point.low = reading.low;
  point.high = reading.high;
  point.limits = has_limits(chart) && reading.value.has_value();
  point.signal = reading.is_signal();
}

// A period without a value has no limits of its own; the range goes on through it.
void bridge(const ChartPoint& before, ChartPoint& point) {
  if (!point.value && before.limits) {
    point.limits = true;
    point.low = before.low;
    point.high = before.high;
    point.centre = before.centre;
  }
}

void add_points(const ChartHistory& history, ChartData& data) {
  const Measure& measure = *history.measure;
  for (const ChartPeriod& period : history.older) {
    data.points.push_back(point_of(history, period));
    data.points.back().target.reset();  // it judges what is counted now
  }
  if (!history.older.empty()) {
    data.breaks.push_back({data.points.size(), ChartBreak::Kind::definition});
  }
  ProcessChart chart = history.chart != nullptr ? *history.chart : ProcessChart{};
  const bool charted = history.chart != nullptr && chart.from != Instant{};
  rewind(chart);
  for (const auto* periods : {&history.final, &history.open}) {
    for (const ChartPeriod& period : *periods) {
      ChartPoint point = point_of(history, period);
      if (charted && period.period.start >= chart.from) {
        read(measure, chart, period, point);
        bridge(data.points.empty() ? ChartPoint{} : data.points.back(), point);
      }
      point.open = periods == &history.open;
      point.signal = point.signal && !point.open;
      point.revised = is_among(history.revised, period.period.start);
      data.points.push_back(point);
    }
  }
}

// A declared change begins with the first period that starts on or after its day.
void add_baselines(const ChartHistory& history, ChartData& data) {
  for (const DeclaredBaseline& baseline : history.baselines) {
    const auto& teams = baseline.teams;
    const Instant at = history.zone.resolve(LocalTime{baseline.from});
    const auto first =
        std::find_if(data.points.begin(), data.points.end(),
                     [&](const ChartPoint& point) { return point.period.start >= at; });
    const bool concerns =
        teams.empty() || std::find(teams.begin(), teams.end(), history.team->id) != teams.end();
    if (concerns && first != data.points.begin() && first != data.points.end()) {
      data.breaks.push_back(
          {static_cast<std::size_t>(first - data.points.begin()), ChartBreak::Kind::baseline});
    }
  }
  std::sort(data.breaks.begin(), data.breaks.end(),
            [](const ChartBreak& a, const ChartBreak& b) { return a.at < b.at; });
}

// Of trailing open periods those without a case say nothing yet.
void drop_empty_ends(ChartData& data) {
  while (!data.points.empty() && data.points.back().open && !data.points.back().value) {
    data.points.pop_back();
  }
  const auto first = std::find_if(data.points.begin(), data.points.end(),
                                  [](const ChartPoint& point) { return point.value.has_value(); });
  const auto empty = static_cast<std::size_t>(first - data.points.begin());
  data.points.erase(data.points.begin(), first);
  std::erase_if(data.breaks, [&](const ChartBreak& one) { return one.at <= empty; });
  for (ChartBreak& one : data.breaks) {
    one.at -= empty;
  }
}

// How the newest final period compares, in the words that digests use.
std::string say_reading(const ChartHistory& history, const ChartData& data,
                        const ChartReading& reading) {
  const Language language = history.language;
  const auto low = reading.low ? reading.low : data.lowest;
  const auto high = reading.high ? reading.high : data.highest;
  const std::string usual = say_range(language, *history.measure, {low, high});
  const bool up = reading.latest == stats::Latest::signal_high;
  std::string_view key;
  switch (reading.latest) {
    case stats::Latest::noise: key = "picture.inside"; break;
    case stats::Latest::signal_high:
    case stats::Latest::signal_low:
      key = reading.outside      ? (up ? "change.above" : "change.below")
            : reading.near_limit ? (up ? "change.near_high" : "change.near_low")
                                 : (up ? "change.run_high" : "change.run_low");
      break;
    case stats::Latest::changed: key = "change.first"; break;
    case stats::Latest::unchanged:
    case stats::Latest::no_limits:
    case stats::Latest::no_data: return "";
  }
  return ", " +
         say(language, key,
             {{"usual", usual},
              {"centre",
               reading.centre ? print_value(language, *history.measure, *reading.centre) : ""}});
}

std::string say_newest(const ChartHistory& history, const ChartData& data) {
  if (history.final.empty()) {
    return "";
  }
  const Language language = history.language;
  const Measure& measure = *history.measure;
  const ChartPeriod& newest = history.final.back();
  std::string period = print_window(language, measure, history.zone, newest.period);
  if (is_lower(period[0])) {
    period[0] = static_cast<char>(period[0] - 'a' + 'A');
  }
  const std::optional<double> value = value_at(measure, newest);
  if (!value) {
    return say(language, "picture.alt_no_value", {{"period", period}});
  }
  const bool read = history.chart != nullptr && history.chart->newest.period == newest.period;
  return say(language, "picture.alt_newest",
             {{"period", period},
              {"value", print_value(language, measure, *value)},
              {"counts", print_counts_in_words(language, measure, newest.tally.value_or(Tally{}))},
              {"what", read ? say_reading(history, data, history.chart->newest) : ""}});
}

std::string say_alt(const ChartHistory& history, const ChartData& data) {
  const Language language = history.language;
  const std::string measure = one_line(
      history.measure->title.empty() ? history.measure->id : history.measure->title, name_columns);
  const std::string team =
      one_line(history.team->title.empty() ? history.team->id : history.team->title, name_columns);
  if (data.points.empty()) {
    return say(language, "picture.alt_empty", {{"measure", measure}, {"team", team}});
  }
  std::string finding = say_newest(history, data);
  const auto add = [&](const std::string& sentence) {
    finding += (finding.empty() ? "" : " ") + sentence;
  };
  const auto signals = std::count_if(data.points.begin(), data.points.end(),
                                     [](const ChartPoint& point) { return point.signal; });
  if (signals > 0) {
    add(say_count(language, "picture.alt_signals", signals));
  }
  if (data.points.back().target) {
    add(say(language, "picture.alt_target",
            {{"target", print_target(language, *history.measure, *data.points.back().target)}}));
  }
  const auto revised = std::count_if(data.points.begin(), data.points.end(),
                                     [](const ChartPoint& point) { return point.revised; });
  if (revised > 0) {
    add(say_count(language, "picture.alt_revised", revised));
  }
  if (data.points.back().open) {
    add(say(language, "picture.alt_open"));
  }
  const auto day = [&](Instant at) {
    return print_date(language, std::chrono::floor<std::chrono::days>(history.zone.local(at)));
  };
  return say(language, "picture.alt",
             {{"measure", measure},
              {"team", team},
              {"from", day(data.points.front().period.start)},
              {"to", day(data.points.back().period.end - std::chrono::seconds{1})},
              {"finding", finding}});
}

}  // namespace

ChartData chart_data(const ChartHistory& history) {
  const Measure& measure = *history.measure;
  ChartData data;
  data.language = history.language;
  data.grain = measure.period;
  data.zone = history.zone;
  const ValueForm form = form_of(measure);
  data.percent = form == ValueForm::share;
  const bool rate = form == ValueForm::rate;
  if (data.percent || rate || form == ValueForm::count) {
    data.lowest = 0;
  }
  if (data.percent || rate) {
    data.highest = rate ? measure.per : 1.0;
  }
  data.title =
      say(data.language, "picture.title",
          {{"measure", one_line(measure.title.empty() ? measure.id : measure.title, 80)},
           {"team",
            one_line(history.team->title.empty() ? history.team->id : history.team->title, 80)}});
  add_points(history, data);
  add_baselines(history, data);
  drop_empty_ends(data);
  for (std::size_t i = 0; i < data.points.size(); ++i) {
    if (is_among(history.noted, data.points[i].period.start)) {
      data.notes.push_back(i);
    }
  }
  data.alt = say_alt(history, data);
  return data;
}

}  // namespace measured::rules
