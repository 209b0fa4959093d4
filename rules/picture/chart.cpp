// The order of the layers is that of how much they matter: the usual range lies below, the numbers
// themselves on top. Nothing is said by colour alone: limits, target and breaks have dashes of
// their own, and what is special about a period has a mark of its own.
#include "rules/picture/chart.h"

#include <algorithm>
#include <cmath>

#include "rules/picture/axis.h"
#include "rules/picture/frame.h"
#include "rules/text/messages.h"

namespace measured::rules {
namespace {

constexpr double dot_space_min = 5;  // pixels from point to point, below which lines have no dots

Spot spot_of(const Frame& frame, const ChartData& data, std::size_t point) {
  return {frame.xs[point], frame.y(*data.points[point].value)};
}

bool is_break(const ChartData& data, std::size_t point) {
  return std::any_of(data.breaks.begin(), data.breaks.end(),
                     [&](const ChartBreak& one) { return one.at == point; });
}

// Runs of points [first, end) for which `with` holds, cut at breaks.
template <class With>
std::vector<std::pair<std::size_t, std::size_t>> runs_of(const ChartData& data, With with) {
  std::vector<std::pair<std::size_t, std::size_t>> runs;
  for (std::size_t i = 0; i < data.points.size(); ++i) {
    if (!with(data.points[i])) {
      continue;
    }
    if (runs.empty() || runs.back().second != i || is_break(data, i)) {
      runs.emplace_back(i, i);
    }
    runs.back().second = i + 1;
  }
  return runs;
}

// `value` of each point of the run as steps, each as wide as its period.
template <class Value>
std::vector<Spot> steps(const Frame& frame, std::pair<std::size_t, std::size_t> run, Value value) {
  std::vector<Spot> spots;
  for (std::size_t i = run.first; i < run.second; ++i) {
    const double y = frame.y(value(i));
    if (spots.empty() || spots.back().y != y) {
      spots.push_back({frame.left_of(i), y});
    } else {
      spots.pop_back();
    }
    spots.push_back({frame.right_of(i), y});
  }
  return spots;
}

void draw_usual(Picture& picture, const Frame& frame, const ChartData& data, bool lines) {
  const auto& points = data.points;
  for (const auto& run : runs_of(data, [](const ChartPoint& point) { return point.limits; })) {
    const auto high =
        steps(frame, run, [&](std::size_t i) { return points[i].high.value_or(frame.axis.high); });
    auto around =
        steps(frame, run, [&](std::size_t i) { return points[i].low.value_or(frame.axis.low); });
    std::reverse(around.begin(), around.end());
    around.insert(around.begin(), high.begin(), high.end());
    picture.shapes.push_back(Area{std::move(around), Ink::band});
  }
  const auto draw = [&](std::optional<double> ChartPoint::*member, Dash dash) {
    for (const auto& run :
         runs_of(data, [&](const ChartPoint& point) { return (point.*member).has_value(); })) {
      picture.shapes.push_back(
          Stroke{steps(frame, run, [&](std::size_t i) { return *(points[i].*member); }), Ink::limit,
                 1, dash});
    }
  };
  if (lines) {
    draw(&ChartPoint::low, Dash::fine);
    draw(&ChartPoint::high, Dash::fine);
    draw(&ChartPoint::centre, Dash::none);
  }
}

void draw_target(Picture& picture, const Frame& frame, const ChartData& data) {
  std::vector<std::pair<std::size_t, std::size_t>> runs;
  for (std::size_t i = 0; i < data.points.size(); ++i) {
    if (!data.points[i].target) {
      continue;
    }
    if (runs.empty() || runs.back().second != i) {
      runs.emplace_back(i, i);
    }
    runs.back().second = i + 1;
  }
  for (const auto& run : runs) {
    picture.shapes.push_back(
        Stroke{steps(frame, run, [&](std::size_t i) { return data.points[i].target->goal; }),
               Ink::target, 1.5, Dash::long_});
  }
}

// Of more points than pixels: the first, lowest, highest and last of each column, in order (M4,
// Jugel et al. 2014, which draws the same line).
std::vector<Spot> thinned(std::vector<Spot> spots) {
  constexpr std::size_t as_they_are = 3;  // a column of so many loses none
  std::vector<Spot> out;
  for (std::size_t first = 0; first < spots.size();) {
    std::size_t end = first;
    while (end < spots.size() && std::floor(spots[end].x) == std::floor(spots[first].x)) {
      ++end;
    }
    if (end - first <= as_they_are) {
      out.insert(out.end(), spots.begin() + static_cast<std::ptrdiff_t>(first),
                 spots.begin() + static_cast<std::ptrdiff_t>(end));
    } else {
      const auto [low, high] =
          std::minmax_element(spots.begin() + static_cast<std::ptrdiff_t>(first),
                              spots.begin() + static_cast<std::ptrdiff_t>(end),
                              [](const Spot& a, const Spot& b) { return a.y < b.y; });
      out.push_back(spots[first]);
      out.push_back(*std::min(low, high));
      out.push_back(*std::max(low, high));
      out.push_back(spots[end - 1]);
    }
    first = end;
  }
  return out;
}

void draw_line(Picture& picture, const Frame& frame, const ChartData& data) {
  const auto spots_of = [&](std::size_t first, std::size_t end) {
    std::vector<Spot> spots;
    for (std::size_t i = first; i < end; ++i) {
      spots.push_back(spot_of(frame, data, i));
    }
    return thinned(std::move(spots));
  };
  for (const auto& [first, end] :
       runs_of(data, [](const ChartPoint& point) { return point.value.has_value(); })) {
    std::size_t final_end = end;
    while (final_end > first && data.points[final_end - 1].open) {
      --final_end;
    }
    if (final_end - first > 1) {
      picture.shapes.push_back(Stroke{spots_of(first, final_end), Ink::line, 1.6, Dash::none});
    }
    if (end > final_end && end - first > 1) {
      const std::size_t from = final_end > first ? final_end - 1 : first;
      picture.shapes.push_back(Stroke{spots_of(from, end), Ink::line, 1.2, Dash::dots});
    }
  }
}

// Whether a value stands alone: no line leads to it.
bool is_alone(const ChartData& data, std::size_t i) {
  const bool left = i > 0 && data.points[i - 1].value && !is_break(data, i);
  const bool right =
      i + 1 < data.points.size() && data.points[i + 1].value && !is_break(data, i + 1);
  return !left && !right;
}

void draw_marks(Picture& picture, const Frame& frame, const ChartData& data) {
  const bool dots = frame.step >= dot_space_min;
  std::optional<std::size_t> newest;
  for (std::size_t i = 0; i < data.points.size(); ++i) {
    newest = data.points[i].value && !data.points[i].open ? std::optional(i) : newest;
  }
  for (std::size_t i = 0; i < data.points.size(); ++i) {
    const ChartPoint& point = data.points[i];
    if (!point.value) {
      continue;
    }
    const Spot at = spot_of(frame, data, i);
    if (point.revised) {
      picture.shapes.push_back(Mark{Mark::Form::square, at, 4.5, Ink::line});
    }
    if (point.signal) {
      picture.shapes.push_back(Mark{Mark::Form::diamond, at, 4.5, Ink::signal});
    } else if (point.open) {
      picture.shapes.push_back(Mark{Mark::Form::ring, at, 2.8, Ink::line});
    } else if (i == newest) {
      picture.shapes.push_back(Mark{Mark::Form::dot, at, 3, Ink::line});
    } else if (dots || is_alone(data, i)) {
      picture.shapes.push_back(Mark{Mark::Form::dot, at, 1.8, Ink::line});
    }
  }
}

void draw_breaks_and_notes(Picture& picture, const Frame& frame, const ChartData& data) {
  for (const ChartBreak& one : data.breaks) {
    if (one.at > 0 && one.at < data.points.size()) {
      const double x = frame.left_of(one.at);
      picture.shapes.push_back(
          Stroke{{{x, frame.top}, {x, frame.bottom}}, Ink::muted, 1.2, Dash::dots});
    }
  }
  for (const std::size_t point : data.notes) {
    if (point < data.points.size()) {
      picture.shapes.push_back(
          Mark{Mark::Form::triangle, {frame.xs[point], frame.bottom - 4}, 3.5, Ink::muted});
    }
  }
}

// The newest of what is drawn; places of breaks and notes follow.
ChartData newest_of(const ChartData& data, std::size_t points_max) {
  if (data.points.size() <= points_max) {
    return data;
  }
  const std::size_t left_out = data.points.size() - points_max;
  ChartData out = data;
  out.points.erase(out.points.begin(), out.points.begin() + static_cast<std::ptrdiff_t>(left_out));
  std::erase_if(out.breaks, [&](const ChartBreak& one) { return one.at <= left_out; });
  std::erase_if(out.notes, [&](std::size_t point) { return point < left_out; });
  for (ChartBreak& one : out.breaks) {
    one.at -= left_out;
  }
  for (std::size_t& point : out.notes) {
    point -= left_out;
  }
  return out;
}

}  // namespace

Picture draw_chart(const ChartData& whole, const ChartForm& form) {
  const ChartData data = newest_of(whole, form.points_max);
  Picture picture{form.width, form.height, {}, data.alt};
  const Frame frame = frame_of(data, form);
  draw_usual(picture, frame, data, true);
  draw_axes(picture, frame, data);
  draw_target(picture, frame, data);
  draw_line(picture, frame, data);
  draw_breaks_and_notes(picture, frame, data);
  draw_marks(picture, frame, data);
  draw_words(picture, frame, data);
  return picture;
}

Picture draw_spark(const ChartData& whole) {
  ChartData data = newest_of(whole, spark_chart.points_max);
  Picture picture{spark_chart.width, spark_chart.height, {}, data.alt};
  const Frame frame = bare_frame(data, spark_chart);
  draw_usual(picture, frame, data, false);
  draw_target(picture, frame, data);
  draw_line(picture, frame, data);
  draw_marks(picture, frame, data);
  return picture;
}

}  // namespace measured::rules
