// Cairo paints, libpng packs. A chart has few colours, and what lies between two of them is the
// soft edge of a line: 16 colours show that as well as 16 million, in a fifth of the bytes. The
// palette is fixed, so nothing about it depends on the picture; a table from the five upper bits
// of red, green and blue to the nearest of the 16 makes packing one look-up a pixel.
#include "connectors/picture/png.h"

#include <array>
#include <cairo.h>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <memory>
#include <numbers>
#include <png.h>

#include "rules/picture/palette.h"

namespace measured::connectors {
namespace {

using rules::Ink;
using rules::Rgb;

constexpr int side_max = 8000;  // pixels
constexpr std::size_t colours = 16;
using Palette = std::array<Rgb, colours>;

Rgb mixed(Rgb a, Rgb b, double share) {
  const auto mix = [&](std::uint8_t x, std::uint8_t y) {
    return static_cast<std::uint8_t>(std::lround(x * share + y * (1 - share)));
  };
  return {mix(a.red, b.red), mix(a.green, b.green), mix(a.blue, b.blue)};
}

// Each ink, and what its edges come to on paper.
Palette make_palette() {
  const auto colour = rules::light_colour;
  const Rgb paper = colour(Ink::paper);
  const auto on_paper = [&](Ink ink, double share) { return mixed(colour(ink), paper, share); };
  return {paper,
          colour(Ink::grid),
          colour(Ink::band),
          colour(Ink::muted),
          on_paper(Ink::muted, 0.6),
          on_paper(Ink::muted, 0.3),
          colour(Ink::line),
          on_paper(Ink::line, 0.7),
          colour(Ink::limit),
          on_paper(Ink::limit, 0.66),
          on_paper(Ink::limit, 0.4),
          colour(Ink::target),
          on_paper(Ink::target, 0.66),
          on_paper(Ink::target, 0.33),
          colour(Ink::signal),
          on_paper(Ink::signal, 0.5)};
}

constexpr int bits = 5;
constexpr int levels = 1 << bits;
using Nearest = std::array<std::uint8_t, levels * levels * levels>;

Nearest make_nearest(const Palette& palette) {
  Nearest nearest{};
  const auto full = [](int level) { return level * 255 / (levels - 1); };
  for (int i = 0; i < levels * levels * levels; ++i) {
    const int red = full(i >> (2 * bits));
    const int green = full((i >> bits) & (levels - 1));
    const int blue = full(i & (levels - 1));
    int least = -1;
    for (std::size_t k = 0; k < colours; ++k) {
      const int r = red - palette.at(k).red;
      const int g = green - palette.at(k).green;
      const int b = blue - palette.at(k).blue;
      const int distance = 2 * r * r + 4 * g * g + 3 * b * b;
      if (least < 0 || distance < least) {
        least = distance;
        nearest.at(static_cast<std::size_t>(i)) = static_cast<std::uint8_t>(k);
      }
    }
  }
  return nearest;
}

struct SurfaceEnd {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
};
struct ContextEnd {
  void operator()(cairo_t* context) const { cairo_destroy(context); }
};
struct OptionsEnd {
  void operator()(cairo_font_options_t* options) const { cairo_font_options_destroy(options); }
};
using Surface = std::unique_ptr<cairo_surface_t, SurfaceEnd>;
using Context = std::unique_ptr<cairo_t, ContextEnd>;

void set_ink(cairo_t* cairo, Ink ink) {
  constexpr double full = 255;
  const Rgb colour = rules::light_colour(ink);
  cairo_set_source_rgb(cairo, colour.red / full, colour.green / full, colour.blue / full);
}

void trace(cairo_t* cairo, const std::vector<rules::Spot>& spots) {
  cairo_new_path(cairo);  // letters leave a point behind
  for (const rules::Spot& spot : spots) {
    cairo_line_to(cairo, spot.x, spot.y);
  }
}

void paint(cairo_t* cairo, const rules::Stroke& stroke) {
  set_ink(cairo, stroke.ink);
  cairo_set_line_width(cairo, stroke.width);
  const std::vector<double> dashes = rules::dash_lengths(stroke.dash);
  cairo_set_dash(cairo, dashes.data(), static_cast<int>(dashes.size()), 0);
  trace(cairo, stroke.spots);
  cairo_stroke(cairo);
}

void paint(cairo_t* cairo, const rules::Area& area) {
  set_ink(cairo, area.ink);
  trace(cairo, area.spots);
  cairo_close_path(cairo);
  cairo_fill(cairo);
}

void paint(cairo_t* cairo, const rules::Mark& mark) {
  using Form = rules::Mark::Form;
  constexpr double rim = 1.3;
  cairo_new_path(cairo);
  const auto [x, y] = mark.at;
  const double r = mark.radius;
  cairo_set_dash(cairo, nullptr, 0, 0);
  cairo_set_line_width(cairo, rim);
  switch (mark.form) {
    case Form::dot:
      set_ink(cairo, mark.ink);
      cairo_arc(cairo, x, y, r, 0, 2 * std::numbers::pi);
      cairo_fill(cairo);
      return;
    case Form::ring:
      cairo_arc(cairo, x, y, r, 0, 2 * std::numbers::pi);
      set_ink(cairo, Ink::paper);
      cairo_fill_preserve(cairo);
      set_ink(cairo, mark.ink);
      cairo_stroke(cairo);
      return;
    case Form::square:
      set_ink(cairo, mark.ink);
      cairo_rectangle(cairo, x - r, y - r, 2 * r, 2 * r);
      cairo_stroke(cairo);
      return;
    case Form::diamond:
      paint(cairo, rules::Area{{{x, y - r}, {x + r, y}, {x, y + r}, {x - r, y}}, mark.ink});
      return;
    case Form::triangle:
      paint(cairo, rules::Area{{{x, y - r}, {x + r, y + r}, {x - r, y + r}}, mark.ink});
      return;
  }
}

void paint(cairo_t* cairo, const rules::Label& label) {
  using Anchor = rules::Label::Anchor;
  set_ink(cairo, label.ink);
  cairo_set_font_size(cairo, label.size);
  cairo_text_extents_t extents{};
  cairo_text_extents(cairo, label.text.c_str(), &extents);
  const double back = label.anchor == Anchor::start    ? 0
                      : label.anchor == Anchor::middle ? extents.x_advance / 2
                                                       : extents.x_advance;
  cairo_move_to(cairo, label.at.x - back, label.at.y);
  cairo_show_text(cairo, label.text.c_str());
}

// Grey edges and no hinting: the same letters on every screen and at every density.
void prepare(cairo_t* cairo) {
  const std::unique_ptr<cairo_font_options_t, OptionsEnd> options(cairo_font_options_create());
  cairo_font_options_set_antialias(options.get(), CAIRO_ANTIALIAS_GRAY);
  cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
  cairo_set_font_options(cairo, options.get());
  cairo_select_font_face(cairo, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
  cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
}

// One row of pixels as two palette places a byte.
void pack_row(const Nearest& nearest, const unsigned char* pixels, int width,
              std::vector<png_byte>& row) {
  for (int x = 0; x < width; ++x) {
    std::uint32_t pixel = 0;
    std::memcpy(&pixel, pixels + 4 * static_cast<std::ptrdiff_t>(x), sizeof pixel);
    const std::uint32_t place =
        ((pixel >> 9) & 0x7c00U) | ((pixel >> 6) & 0x3e0U) | ((pixel >> 3) & 0x1fU);
    const unsigned colour = nearest.at(place);
    png_byte& pair = row[static_cast<std::size_t>(x) / 2];
    pair = static_cast<png_byte>(x % 2 == 0 ? colour << 4 : pair | colour);
  }
}

void append(png_structp png, png_bytep bytes, png_size_t size) {
  static_cast<std::string*>(png_get_io_ptr(png))
      ->append(reinterpret_cast<const char*>(bytes), size);
}

// libpng leaves by longjmp; nothing with a destructor is made between the mark and the jump.
bool write_png(png_structp png, png_infop info, const Palette& palette,
               const std::vector<png_bytep>& rows, int width, std::string& out) {
  std::array<png_color, colours> entries{};
  for (std::size_t i = 0; i < colours; ++i) {
    entries.at(i) = {palette.at(i).red, palette.at(i).green, palette.at(i).blue};
  }
  if (setjmp(png_jmpbuf(png)) != 0) {
    return false;
  }
  png_set_write_fn(png, &out, append, nullptr);
  png_set_filter(png, 0, PNG_FILTER_NONE);
  png_set_compression_level(png, 3);  // 6 takes half as long again and saves a tenth
  png_set_IHDR(png, info, static_cast<png_uint_32>(width), static_cast<png_uint_32>(rows.size()), 4,
               PNG_COLOR_TYPE_PALETTE, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  png_set_PLTE(png, info, entries.data(), static_cast<int>(colours));
  png_write_info(png, info);
  png_write_image(png, const_cast<png_bytepp>(rows.data()));
  png_write_end(png, nullptr);
  return true;
}

std::string pack(cairo_surface_t* surface, int width, int height) {
  static const Palette palette = make_palette();
  static const Nearest nearest = make_nearest(palette);
  cairo_surface_flush(surface);
  const unsigned char* pixels = cairo_image_surface_get_data(surface);
  const int stride = cairo_image_surface_get_stride(surface);
  std::vector<std::vector<png_byte>> packed(
      static_cast<std::size_t>(height),
      std::vector<png_byte>((static_cast<std::size_t>(width) + 1) / 2));
  std::vector<png_bytep> rows;
  for (int y = 0; y < height; ++y) {
    std::vector<png_byte>& row = packed[static_cast<std::size_t>(y)];
    pack_row(nearest, pixels + static_cast<std::ptrdiff_t>(y) * stride, width, row);
    rows.push_back(row.data());
  }
  std::string out;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png == nullptr ? nullptr : png_create_info_struct(png);
  const bool written = info != nullptr && write_png(png, info, palette, rows, width, out);
  png_destroy_write_struct(&png, &info);
  return written ? out : "";
}

}  // namespace

rules::Result<std::string> to_png(const rules::Picture& picture, double density) {
  const int width = static_cast<int>(std::lround(picture.width * density));
  const int height = static_cast<int>(std::lround(picture.height * density));
  if (width < 1 || height < 1 || width > side_max || height > side_max) {
    return rules::give_up("a picture of " + std::to_string(width) + " x " + std::to_string(height) +
                          " pixels cannot be painted");
  }
  const Surface surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height));
  const Context cairo(cairo_create(surface.get()));
  set_ink(cairo.get(), Ink::paper);
  cairo_paint(cairo.get());
  cairo_scale(cairo.get(), density, density);
  prepare(cairo.get());
  for (const rules::Shape& shape : picture.shapes) {
    std::visit([&](const auto& one) { paint(cairo.get(), one); }, shape);
  }
  if (cairo_status(cairo.get()) != CAIRO_STATUS_SUCCESS) {
    return rules::give_up(std::string("a picture cannot be painted: ") +
                          cairo_status_to_string(cairo_status(cairo.get())));
  }
  std::string bytes = pack(surface.get(), width, height);
  if (bytes.empty()) {
    return rules::give_up("a picture cannot be written as PNG");
  }
  return bytes;
}

}  // namespace measured::connectors
