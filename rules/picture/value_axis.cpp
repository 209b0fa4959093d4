// The vertical axis. Ends that are possible but never reached are not shown (shares between 96 and
// 99 % would all look alike on an axis from 0 to 100 %): the band of the usual range says how much
// a difference matters.
#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "rules/picture/axis.h"
#include "rules/text/messages.h"
#include "rules/text/numbers.h"

namespace measured::rules {
namespace {

constexpr double room = 0.06;  // of the range, above and below

struct Range {
  double low = 0;
  double high = 0;
  bool any = false;
  void add(const std::optional<double>& value) {
    if (value && std::isfinite(*value)) {
      low = any ? std::min(low, *value) : *value;
      high = any ? std::max(high, *value) : *value;
      any = true;
    }
  }
};

// A range of one value, or of none, is opened so that there is something to draw in.
void open(Range& range, bool percent) {
  constexpr double same = 1e-9;
  constexpr double nothing = 1e-300;  // smaller numbers have no powers of ten
  const double largest = std::max(std::abs(range.high), std::abs(range.low));
  if (!range.any || largest < nothing) {
    range = {0, 1, true};
  } else if (range.high - range.low <= same * largest) {
    const double reach = largest * (percent ? 0.05 : 0.5);
    range.low -= reach;
    range.high += reach;
  }
}

// The smallest step of 1, 2 or 5 times a power of ten of which at most `steps_max` fit.
double step_for(double range, int steps_max) {
  double power = std::pow(10.0, std::floor(std::log10(range / steps_max)));
  for (;; power *= 10) {
    for (const double factor : {1.0, 2.0, 5.0}) {
      if (range / (power * factor) <= steps_max) {
        return power * factor;
      }
    }
  }
}

// Large numbers are told in thousands, millions, ….
struct Scale {
  double by = 1;
  std::string_view key;  // of the catalogue; empty for none
};
Scale scale_of(double largest) {
  constexpr std::array<Scale, 4> scales{{{1e12, "axis.trillion"},
                                         {1e9, "axis.billion"},
                                         {1e6, "axis.million"},
                                         {1e3, "axis.thousand"}}};
  for (const Scale& scale : scales) {
    if (largest >= scale.by * (scale.by == 1e3 ? 10 : 1)) {
      return scale;
    }
  }
  return {};
}

int decimals_for(double step) {
  constexpr int decimals_max = 9;
  const double places = -std::floor(std::log10(step) + 1e-9);
  return std::clamp(static_cast<int>(places), 0, decimals_max);
}

}  // namespace

ValueAxis value_axis(const ChartData& data, int labels_max) {
  Range range;
  for (const ChartPoint& point : data.points) {
    range.add(point.value);
    range.add(point.low);
    range.add(point.high);
    range.add(point.centre);
    range.add(point.target ? std::optional(point.target->goal) : std::nullopt);
  }
  open(range, data.percent);
  const double spread = range.high - range.low;
  ValueAxis axis;
  axis.low = range.low - room * spread;
  axis.high = range.high + room * spread;
  if (data.lowest) {
    axis.low = std::max(axis.low, *data.lowest);
  }
  if (data.highest) {
    axis.high = std::min(axis.high, *data.highest);
  }
  // Values outside of what is possible (a source that errs) are drawn all the same.
  axis.low = std::min(axis.low, range.low);
  axis.high = std::max(axis.high, range.high);
  axis.step = step_for(axis.high - axis.low, std::max(1, labels_max));
  // One label alone is no scale.
  constexpr std::size_t labels_min = 2;
  for (int finer = 2; steps_of(axis).size() < labels_min && finer <= 8; finer *= 2) {
    axis.step = step_for(axis.high - axis.low, finer * std::max(1, labels_max));
  }
  axis.language = data.language;
  axis.percent = data.percent;
  axis.unit = data.unit;
  return axis;
}

std::vector<double> steps_of(const ValueAxis& axis) {
  constexpr double slack = 1e-9;
  constexpr int steps_max = 100;
  std::vector<double> out;
  const double first = std::ceil(axis.low / axis.step - slack);
  const double last = std::floor(axis.high / axis.step + slack);
  for (double n = first; n <= last && out.size() < steps_max; n += 1) {
    out.push_back(n * axis.step);
  }
  return out;
}

std::string axis_text(const ValueAxis& axis, double value, int finer) {
  const Language language = axis.language;
  if (axis.percent) {
    const int decimals = decimals_for(axis.step * 100) + finer;
    return say(language, "percent", {{"n", print_decimal(language, value * 100, decimals)}});
  }
  const double largest = std::max(std::abs(axis.low), std::abs(axis.high));
  constexpr double tiny = 1e-6;
  constexpr double huge = 1e16;
  if (largest >= huge || largest < tiny) {
    return fmt::format("{:.{}e}", value, 1 + finer);
  }
  const Scale scale = scale_of(largest);
  const std::string digits =
      print_decimal(language, value / scale.by, decimals_for(axis.step / scale.by) + finer);
  return scale.key.empty() ? digits : say(language, scale.key, {{"n", digits}});
}

}  // namespace measured::rules
