#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

// A drawing as a list of shapes: the same list is written as SVG for pages and painted as PNG for
// mail, so that both show the same thing. Lengths are CSS pixels, x to the right, y down.
namespace measured::rules {

// What a colour is for; palette.h says which it is.
enum class Ink { paper, grid, band, text, muted, line, limit, target, signal };

struct Spot {
  double x = 0;
  double y = 0;
  friend bool operator==(const Spot&, const Spot&) = default;
};

// How a line is interrupted. Two kinds of line never share one, so that they are told apart in
// black and white.
enum class Dash { none, fine, long_, dots };

struct Stroke {
  std::vector<Spot> spots;
  Ink ink = Ink::line;
  double width = 1;
  Dash dash = Dash::none;
};

struct Area {
  std::vector<Spot> spots;
  Ink ink = Ink::band;
};

// Marks are told apart by shape, not by colour alone.
struct Mark {
  enum class Form { dot, ring, diamond, square, triangle };
  Form form = Form::dot;
  Spot at;            // its middle
  double radius = 2;  // to the farthest point
  Ink ink = Ink::line;
};

struct Label {
  enum class Anchor { start, middle, end };
  Spot at;  // on the base line
  std::string text;
  double size = 10;
  Ink ink = Ink::text;
  Anchor anchor = Anchor::start;
};

using Shape = std::variant<Stroke, Area, Mark, Label>;

struct Picture {
  int width = 0;
  int height = 0;
  std::vector<Shape> shapes;  // the first lies below the others
  std::string alt;            // what it shows, for those who do not see it
};

// Where a label's letters are.
struct Box {
  double left = 0, top = 0, right = 0, bottom = 0;
  bool meets(const Box& other) const {
    return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
  }
};
Box box_of(const Label& label);

// The width of `text` in DejaVu Sans, from a table: layout must not depend on the machine's fonts.
// Letters beyond Latin count as wide ones.
double text_width(std::string_view text, double size);

// `text` cut with "…" where it would be wider than `width`.
std::string fitted(std::string_view text, double size, double width);

// The dashes and gaps of a stroke of this kind; empty for an uninterrupted one.
std::vector<double> dash_lengths(Dash dash);

// A whole SVG document: text stays text, colours follow the reader's light or dark scheme.
std::string to_svg(const Picture& picture);

}  // namespace measured::rules
