#pragma once

#include <string>
#include <vector>

#include "rules/picture/axis.h"

// Where everything of a chart stands: the plot within its margins, its labels, its legend.
namespace measured::rules {

struct Frame {
  double left = 0, right = 0, top = 0, bottom = 0;  // of the plot
  double step = 0;                                  // from one point to the next
  std::vector<double> xs;                           // of the points
  ValueAxis axis;
  std::vector<Label> words;   // title, axis labels, names of lines; they do not meet
  std::vector<Shape> legend;  // what the marks mean, with its letters
  std::vector<double> grid;   // heights of grid lines
  std::vector<double> ticks;  // places of time labels

  double y(double value) const {
    return bottom - (value - axis.low) / (axis.high - axis.low) * (bottom - top);
  }
  // A period's edges, half-way to its neighbours.
  double left_of(std::size_t point) const { return xs[point] - step / 2; }
  double right_of(std::size_t point) const { return xs[point] + step / 2; }
};

Frame frame_of(const ChartData& data, const ChartForm& form);
Frame bare_frame(const ChartData& data, const ChartForm& form);  // no letters, no margins

void draw_axes(Picture& picture, const Frame& frame, const ChartData& data);
void draw_words(Picture& picture, const Frame& frame, const ChartData& data);

}  // namespace measured::rules
