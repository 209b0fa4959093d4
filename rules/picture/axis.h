#pragma once

#include <string>
#include <vector>

#include "rules/picture/chart.h"

// Where the labels of a chart's two axes are, and what they say.
namespace measured::rules {

// From `low` to `high`, which differ; `step` between labels is 1, 2 or 5 times a power of ten.
struct ValueAxis {
  double low = 0;
  double high = 1;
  double step = 1;
  Language language = Language::en;
  bool percent = false;
  std::string unit;
};

// Holds every value, limit and target of the points with a little room, within what is possible.
// At most `labels_max` steps.
ValueAxis value_axis(const ChartData& data, int labels_max);

// The multiples of `step` within the axis, ascending.
std::vector<double> steps_of(const ValueAxis& axis);

// "80 %", "12k", "3.5 Mio.": short for any size of number, with as many decimals as the step (and
// `finer` more) needs.
std::string axis_text(const ValueAxis& axis, double value, int finer = 0);

// Labels for points that stand at `xs`, no two closer than a few pixels and all within [0, width]:
// of each point, or else of months, quarters, years, ….
struct TimeLabel {
  std::size_t point = 0;
  Label label;
};
std::vector<TimeLabel> time_labels(const ChartData& data, const std::vector<double>& xs, double y,
                                   double size, double width);

}  // namespace measured::rules
