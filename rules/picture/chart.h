#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "rules/model/measure.h"
#include "rules/picture/picture.h"
#include "rules/text/language.h"
#include "rules/time/bucket.h"

// Drawing a process behaviour chart.
namespace measured::rules {

// One period of a chart, in the measure's own unit.
struct ChartPoint {
  Interval period{};
  std::optional<double> value;        // none: nothing was counted, and the line has a gap
  bool limits = false;                // whether there is a usual range
  std::optional<double> low, high;    // its ends; none where it reaches the end of what is possible
  std::optional<double> centre;       // what is usual
  std::optional<TargetValue> target;  // the one in force
  bool signal = false;                // the chart's rules call it one
  bool revised = false;               // says something else than when it was final first
  bool open = false;                  // not final yet
};

// Values on one side are not to be compared with those on the other.
struct ChartBreak {
  std::size_t at = 0;  // the first point after it
  enum class Kind { baseline, definition } kind = Kind::baseline;
};

struct ChartData {
  Language language = Language::en;
  std::string title;  // drawn by the form for pages; may be empty
  std::string alt;    // says the finding
  Grain grain;
  Zone zone;
  bool percent = false;                   // values are shares of 1
  std::string unit;                       // else printed behind them; may be empty
  std::optional<double> lowest, highest;  // of what is possible
  std::vector<ChartPoint> points;         // in order, without a hole
  std::vector<ChartBreak> breaks;         // ascending
  std::vector<std::size_t> notes;         // points that somebody has written a note on
};

// Where a chart stands decides its size and what is written beside the line.
struct ChartForm {
  int width = 0;
  int height = 0;
  std::size_t points_max = 0;  // the newest are drawn
  bool words = false;          // title and legend
};
inline constexpr ChartForm page_chart{640, 240, 400, true};
inline constexpr ChartForm mail_chart{320, 108, 60, false};
inline constexpr ChartForm spark_chart{120, 28, 40, false};

// Draws the newest points: the usual range as a band with its ends and its middle, the target as
// steps, the line with gaps where periods are missing and at breaks. Signals are diamonds, periods
// that are not final rings, revised ones stand in a square, notes are triangles. More points than
// pixels are drawn as the lowest and highest of each column. Labels never meet.
Picture draw_chart(const ChartData& data, const ChartForm& form);

// The same as a line in a table cell, without any letters.
Picture draw_spark(const ChartData& data);

}  // namespace measured::rules
