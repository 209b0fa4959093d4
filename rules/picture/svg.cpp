// SVG written by hand: Cairo's own turns every letter into a path, which is ten times as long and
// cannot be read aloud. Coordinates have one decimal, more than a screen of two pixels each shows.
#include <cmath>

#include <fmt/format.h>

#include "rules/digest/html.h"
#include "rules/picture/palette.h"

namespace measured::rules {
namespace {

// "12", "12.5", "-0.3": never in an exponent, never "-0".
std::string number(double value) {
  std::string text = fmt::format("{:.1f}", value);
  if (text.ends_with(".0")) {
    text.erase(text.size() - 2);
  }
  return text == "-0" ? "0" : text;
}

std::string_view name_of(Ink ink) {
  switch (ink) {
    case Ink::paper: return "paper";
    case Ink::grid: return "grid";
    case Ink::band: return "band";
    case Ink::text: return "text";
    case Ink::muted: return "muted";
    case Ink::line: return "line";
    case Ink::limit: return "limit";
    case Ink::target: return "target";
    case Ink::signal: return "signal";
  }
  return "line";
}

std::string variables(Rgb (*colour)(Ink)) {
  std::string out;
  for (const Ink ink : all_inks) {
    const Rgb rgb = colour(ink);
    out += fmt::format("--{}:#{:02x}{:02x}{:02x};", name_of(ink), rgb.red, rgb.green, rgb.blue);
  }
  return out;
}

std::string style() {
  std::string out = "<style>svg{" + variables(light_colour) + "}";
  out += "@media(prefers-color-scheme:dark){svg{" + variables(dark_colour) + "}}";
  return out + "text{font-family:'DejaVu Sans',Verdana,sans-serif}</style>\n";
}

std::string points(const std::vector<Spot>& spots) {
  std::string out;
  for (const Spot& spot : spots) {
    out += (out.empty() ? "" : " ") + number(spot.x) + "," + number(spot.y);
  }
  return out;
}

std::string write(const Stroke& stroke) {
  std::string dashes;
  for (const double length : dash_lengths(stroke.dash)) {
    dashes += (dashes.empty() ? "" : " ") + number(length);
  }
  if (!dashes.empty()) {
    dashes = " stroke-dasharray=\"" + dashes + "\"";
  }
  return fmt::format(
      "<polyline points=\"{}\" fill=\"none\" stroke=\"var(--{})\" stroke-width=\"{}\""
      " stroke-linejoin=\"round\"{}/>\n",
      points(stroke.spots), name_of(stroke.ink), number(stroke.width), dashes);
}

std::string write(const Area& area) {
  return fmt::format("<polygon points=\"{}\" fill=\"var(--{})\"/>\n", points(area.spots),
                     name_of(area.ink));
}

std::string write(const Mark& mark) {
  const auto [x, y] = mark.at;
  const double r = mark.radius;
  switch (mark.form) {
    case Mark::Form::dot:
      return fmt::format("<circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"var(--{})\"/>\n", number(x),
                         number(y), number(r), name_of(mark.ink));
    case Mark::Form::ring:
      return fmt::format(
          "<circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"var(--paper)\" stroke=\"var(--{})\" "
          "stroke-width=\"1.3\"/>\n",
          number(x), number(y), number(r), name_of(mark.ink));
    case Mark::Form::diamond:
      return write(Area{{{x, y - r}, {x + r, y}, {x, y + r}, {x - r, y}}, mark.ink});
    case Mark::Form::triangle:
      return write(Area{{{x, y - r}, {x + r, y + r}, {x - r, y + r}}, mark.ink});
    case Mark::Form::square:
      return fmt::format(
          "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"none\" stroke=\"var(--{})\" "
          "stroke-width=\"1.3\"/>\n",
          number(x - r), number(y - r), number(2 * r), number(2 * r), name_of(mark.ink));
  }
  return "";
}

std::string write(const Label& label) {
  const std::string_view anchor = label.anchor == Label::Anchor::start    ? "start"
                                  : label.anchor == Label::Anchor::middle ? "middle"
                                                                          : "end";
  return fmt::format(
      "<text x=\"{}\" y=\"{}\" font-size=\"{}\" fill=\"var(--{})\" text-anchor=\"{}\">{}</text>\n",
      number(label.at.x), number(label.at.y), number(label.size), name_of(label.ink), anchor,
      escape_html(label.text));
}

}  // namespace

std::vector<double> dash_lengths(Dash dash) {
  switch (dash) {
    case Dash::none: return {};
    case Dash::fine: return {2, 3};
    case Dash::long_: return {7, 3};
    case Dash::dots: return {1, 3};
  }
  return {};
}

std::string to_svg(const Picture& picture) {
  const std::string alt = escape_html(picture.alt);
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} "
      "{1}\" role=\"img\" aria-label=\"{2}\">\n<title>{2}</title>\n",
      picture.width, picture.height, alt);
  out += style();
  out += fmt::format("<rect width=\"{}\" height=\"{}\" fill=\"var(--paper)\"/>\n", picture.width,
                     picture.height);
  for (const Shape& shape : picture.shapes) {
    out += std::visit([](const auto& one) { return write(one); }, shape);
  }
  return out + "</svg>\n";
}

}  // namespace measured::rules
