#pragma once

#include <cmath>
#include <string>

#include "rules/picture/chart.h"

// Charts to draw in tests.
namespace measured::tests {

inline rules::Instant midnight(int year, unsigned month, unsigned day) {
  return std::chrono::sys_days{std::chrono::year{year} / month / day};
}

// `count` periods one after the other from the one that holds `first` on, whose value is
// `value(i)`.
template <class Value>
rules::ChartData chart_of(rules::Grain::Kind kind, int count, Value value,
                          rules::Instant first = midnight(2025, 12, 29)) {
  rules::ChartData data;
  data.title = "On-time shipments, North hub";
  data.grain.kind = kind;
  for (int i = 0; i < count; ++i) {
    rules::ChartPoint point;
    const rules::Instant start = i == 0 ? first : data.points.back().period.end;
    point.period = rules::bucket_of(data.grain, data.zone, start);
    point.value = value(i);
    data.points.push_back(point);
  }
  return data;
}

// Half a year of weeks with all that a chart can show.
inline rules::ChartData eventful_weeks(rules::Language language = rules::Language::en) {
  rules::ChartData data = chart_of(rules::Grain::Kind::week, 26, [](int i) {
    return std::optional(0.942 + 0.02 * std::sin(i * 1.7) - (i == 19 ? 0.07 : 0));
  });
  data.language = language;
  data.percent = true;
  data.lowest = 0;
  data.highest = 1;
  data.alt = "On-time shipments, North hub: <week 19> & so on";
  for (std::size_t i = 0; i < data.points.size(); ++i) {
    rules::ChartPoint& point = data.points[i];
    point.limits = i >= 4;
    if (point.limits) {
      point.low = 0.91;
      point.centre = 0.942;
      point.high = i % 5 == 0 ? std::nullopt : std::optional(0.975);
    }
    point.target = rules::TargetValue{rules::Direction::at_least, i < 12 ? 0.92 : 0.95, {}};
    point.signal = i == 19;
    point.revised = i == 9;
    point.open = i == 25;
  }
  data.points[14].value.reset();
  data.points[15].value.reset();
  data.breaks = {{4, rules::ChartBreak::Kind::baseline}};
  data.notes = {19};
  return data;
}

template <class Kind>
std::vector<Kind> all_of(const rules::Picture& picture) {
  std::vector<Kind> out;
  for (const rules::Shape& shape : picture.shapes) {
    if (const Kind* one = std::get_if<Kind>(&shape)) {
      out.push_back(*one);
    }
  }
  return out;
}

}  // namespace measured::tests
