// Layout. The margins take what the labels need, the plot the rest. Labels are placed by what
// matters most, each only where it meets none placed before: on the right the target, the limits
// and the middle in this order, and what has no room is left out rather than printed over another.
#include "rules/picture/frame.h"

#include <algorithm>
#include <cmath>

#include "rules/ascii.h"
#include "rules/text/messages.h"

namespace measured::rules {
namespace {

constexpr double size = 10;  // of letters
constexpr double title_size = 13;
constexpr double line_height = 13;
constexpr double margin = 6;
constexpr double right_share_max = 0.3;  // of the width, for the names of lines

// The newest point for which `member` is there.
template <class Member>
std::optional<double> newest(const ChartData& data, Member member) {
  for (auto point = data.points.rbegin(); point != data.points.rend(); ++point) {
    if (const std::optional<double> value = member(*point)) {
      return value;
    }
  }
  return std::nullopt;
}

bool has_values(const ChartData& data) {
  return std::any_of(data.points.begin(), data.points.end(),
                     [](const ChartPoint& point) { return point.value.has_value(); });
}

struct Named {
  double value = 0;
  std::string text;
  Ink ink = Ink::limit;
};

// "90.0 %" as "90 %": zeros that end a fraction say nothing.
std::string trimmed(std::string text) {
  const std::size_t mark = text.find_first_of(".,");
  if (mark == std::string::npos || text.find('e') != std::string::npos) {
    return text;
  }
  std::size_t end = mark + 1;
  while (end < text.size() && is_digit(text[end])) {
    ++end;
  }
  std::size_t kept = end;
  while (text[kept - 1] == '0') {
    --kept;
  }
  kept -= kept == mark + 1 ? 1 : 0;
  return text.erase(kept, end - kept);
}

// What stands at the right end of lines, the most important first.
std::vector<Named> named_lines(const ChartData& data, const ValueAxis& axis) {
  std::vector<Named> out;
  for (auto point = data.points.rbegin(); point != data.points.rend(); ++point) {
    if (point->target) {
      const bool least = point->target->direction == Direction::at_least;
      const std::string goal = trimmed(axis_text(axis, point->target->goal, 1));
      out.push_back(
          {point->target->goal,
           say(data.language, least ? "target.at_least" : "target.at_most", {{"value", goal}}),
           Ink::target});
      break;
    }
  }
  const auto name = [&](std::optional<double> ChartPoint::*member) {
    if (const auto value = newest(data, [&](const ChartPoint& point) { return point.*member; })) {
      out.push_back({*value, trimmed(axis_text(axis, *value, 1)), Ink::limit});
    }
  };
  name(&ChartPoint::high);
  name(&ChartPoint::low);
  name(&ChartPoint::centre);
  return out;
}

// Room on the left for the values of the axis.
double left_margin(const ValueAxis& axis) {
  double widest = 0;
  for (const double value : steps_of(axis)) {
    widest = std::max(widest, text_width(axis_text(axis, value), size));
  }
  return widest + 2 * margin;
}

double right_margin(const std::vector<Named>& lines, double width) {
  double widest = 0;
  for (const Named& line : lines) {
    widest = std::max(widest, text_width(line.text, size));
  }
  return widest == 0 ? 2 * margin : std::min(widest, right_share_max * width) + 2 * margin;
}

void place_points(Frame& frame, const ChartData& data) {
  const std::size_t count = data.points.size();
  frame.step = count == 0 ? 0 : (frame.right - frame.left) / static_cast<double>(count);
  for (std::size_t i = 0; i < count; ++i) {
    frame.xs.push_back(frame.left + frame.step * (static_cast<double>(i) + 0.5));
  }
}

void label_values(Frame& frame) {
  std::optional<double> below;  // the height of the label before
  for (const double value : steps_of(frame.axis)) {
    const double y = frame.y(value);
    frame.grid.push_back(y);
    if (!below || *below - y >= line_height) {
      frame.words.push_back({{frame.left - margin, y + size * 0.36},
                             axis_text(frame.axis, value),
                             size,
                             Ink::muted,
                             Label::Anchor::end});
      below = y;
    }
  }
}

void label_lines(Frame& frame, const std::vector<Named>& lines, double width) {
  std::vector<Box> taken;
  for (const Named& line : lines) {
    const double room = width - frame.right - margin;
    Label label{{frame.right + margin, 0}, fitted(line.text, size, room), size, line.ink};
    for (const double aside : {0.0, -line_height / 2, line_height / 2, -line_height, line_height}) {
      label.at.y = std::clamp(frame.y(line.value) + aside, frame.top, frame.bottom) + size * 0.36;
      const Box box = box_of(label);
      if (!label.text.empty() && std::none_of(taken.begin(), taken.end(),
                                              [&](const Box& one) { return one.meets(box); })) {
        taken.push_back(box);
        frame.words.push_back(label);
        break;
      }
    }
  }
}

struct Sign {
  std::string_view key;       // of the catalogue
  std::vector<Shape> shapes;  // around (0, 0), at most 18 wide
};

// Only what occurs is explained.
std::vector<Sign> signs_of(const ChartData& data) {
  const auto any = [&](auto member) {
    return std::any_of(data.points.begin(), data.points.end(), member);
  };
  std::vector<Sign> out;
  if (any([](const ChartPoint& point) { return point.limits; })) {
    out.push_back({"picture.usual",
                   {Area{{{0, -5}, {18, -5}, {18, 5}, {0, 5}}, Ink::band},
                    Stroke{{{0, -5}, {18, -5}}, Ink::limit, 1, Dash::fine},
                    Stroke{{{0, 5}, {18, 5}}, Ink::limit, 1, Dash::fine},
                    Stroke{{{0, 0}, {18, 0}}, Ink::limit, 1, Dash::none}}});
  }
  if (any([](const ChartPoint& point) { return point.target.has_value(); })) {
    out.push_back({"target", {Stroke{{{0, 0}, {18, 0}}, Ink::target, 1.5, Dash::long_}}});
  }
  if (any([](const ChartPoint& point) { return point.signal; })) {
    out.push_back({"picture.signal", {Mark{Mark::Form::diamond, {13, 0}, 4.5, Ink::signal}}});
  }
  if (any([](const ChartPoint& point) { return point.open; })) {
    out.push_back({"picture.open", {Mark{Mark::Form::ring, {14, 0}, 2.8, Ink::line}}});
  }
  if (any([](const ChartPoint& point) { return point.revised; })) {
    out.push_back({"picture.revised",
                   {Mark{Mark::Form::square, {13, 0}, 4.5, Ink::line},
                    Mark{Mark::Form::dot, {13, 0}, 1.8, Ink::line}}});
  }
  const auto breaks = [&](ChartBreak::Kind kind, std::string_view key) {
    if (std::any_of(data.breaks.begin(), data.breaks.end(),
                    [&](const ChartBreak& one) { return one.kind == kind; })) {
      out.push_back({key, {Stroke{{{15, -5}, {15, 5}}, Ink::muted, 1.2, Dash::dots}}});
    }
  };
  breaks(ChartBreak::Kind::baseline, "picture.baseline");
  breaks(ChartBreak::Kind::definition, "picture.definition");
  if (!data.notes.empty()) {
    out.push_back({"picture.note", {Mark{Mark::Form::triangle, {13, 0}, 3.5, Ink::muted}}});
  }
  return out;
}

Shape moved(Shape shape, Spot by) {
  const auto move = [&](Spot& spot) { spot = {spot.x + by.x, spot.y + by.y}; };
  std::visit(
      [&](auto& one) {
        if constexpr (requires { one.spots; }) {
          std::for_each(one.spots.begin(), one.spots.end(), move);
        } else {
          move(one.at);
        }
      },
      shape);
  return shape;
}

// Writes the legend from `left` on into rows that end at `width`; heights count from 0. Returns how
// many rows it took.
int write_legend(Frame& frame, const ChartData& data, double left, double width) {
  constexpr double sign_width = 22;
  constexpr double between = 14;
  double x = left;
  int row = 0;
  const std::vector<Sign> signs = signs_of(data);
  for (const Sign& sign : signs) {
    const std::string text = say(data.language, sign.key);
    const double needed = sign_width + text_width(text, size);
    if (x > left && x + needed > width - margin) {
      x = left;
      ++row;
    }
    const double y = row * (line_height + 3);
    for (const Shape& shape : sign.shapes) {
      frame.legend.push_back(moved(shape, {x, y}));
    }
    frame.legend.push_back(Label{{x + sign_width, y + size * 0.36}, text, size, Ink::muted});
    x += needed + between;
  }
  return signs.empty() ? 0 : row + 1;
}

}  // namespace

Frame frame_of(const ChartData& data, const ChartForm& form) {
  Frame frame;
  const double title = form.words && !data.title.empty() ? 22 : 0;
  frame.top = margin + title + 3;
  frame.bottom = form.height - line_height - margin;
  if (form.words) {
    constexpr double row_height = line_height + 3;
    const int rows = write_legend(frame, data, 2 * margin, form.width);
    frame.bottom -= rows * row_height + (rows > 0 ? 4 : 0);
    const double first = form.height - margin - 4 - (rows - 1) * row_height;
    for (Shape& shape : frame.legend) {
      shape = moved(std::move(shape), {0, first});
    }
  }
  constexpr double label_space = 22;  // from one value of the axis to the next
  frame.axis = value_axis(data, static_cast<int>((frame.bottom - frame.top) / label_space));
  const std::vector<Named> lines = named_lines(data, frame.axis);
  frame.left = left_margin(frame.axis);
  frame.right = form.width - right_margin(lines, form.width);
  place_points(frame, data);
  if (has_values(data)) {
    label_values(frame);
  }
  label_lines(frame, lines, form.width);
  const double y = frame.bottom + line_height;
  for (TimeLabel& label : time_labels(data, frame.xs, y, size, form.width)) {
    frame.ticks.push_back(frame.xs[label.point]);
    frame.words.push_back(std::move(label.label));
  }
  if (title > 0) {
    frame.words.push_back({{2 * margin, margin + title_size},
                           fitted(data.title, title_size, form.width - 4 * margin),
                           title_size,
                           Ink::text});
  }
  return frame;
}

Frame bare_frame(const ChartData& data, const ChartForm& form) {
  constexpr double rim = 5;  // marks reach so far beyond their points
  Frame frame;
  frame.left = rim;
  frame.right = form.width - rim;
  frame.top = rim;
  frame.bottom = form.height - rim;
  frame.axis = value_axis(data, 2);
  place_points(frame, data);
  return frame;
}

void draw_axes(Picture& picture, const Frame& frame, const ChartData& data) {
  for (const double y : frame.grid) {
    picture.shapes.push_back(Stroke{{{frame.left, y}, {frame.right, y}}, Ink::grid, 1, Dash::none});
  }
  if (!data.points.empty()) {
    picture.shapes.push_back(Stroke{
        {{frame.left, frame.bottom}, {frame.right, frame.bottom}}, Ink::muted, 1, Dash::none});
  }
  for (const double x : frame.ticks) {
    picture.shapes.push_back(
        Stroke{{{x, frame.bottom}, {x, frame.bottom + 3}}, Ink::muted, 1, Dash::none});
  }
}

void draw_words(Picture& picture, const Frame& frame, const ChartData& data) {
  for (const Label& label : frame.words) {
    picture.shapes.push_back(label);
  }
  picture.shapes.insert(picture.shapes.end(), frame.legend.begin(), frame.legend.end());
  if (!has_values(data)) {
    picture.shapes.push_back(Label{{(frame.left + frame.right) / 2, (frame.top + frame.bottom) / 2},
                                   say(data.language, "picture.empty"),
                                   size,
                                   Ink::muted,
                                   Label::Anchor::middle});
  }
}

}  // namespace measured::rules
