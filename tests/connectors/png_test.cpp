#include "connectors/picture/png.h"

#include <cairo.h>
#include <set>

#include <gtest/gtest.h>

#include "rules/hash.h"
#include "tests/rules/picture/chart_world.h"

namespace measured::tests {
namespace {

using namespace rules;
using connectors::to_png;

std::uint32_t number_at(const std::string& png, std::size_t at) {
  std::uint32_t out = 0;
  for (std::size_t i = at; i < at + 4; ++i) {
    out = out << 8 | static_cast<unsigned char>(png.at(i));
  }
  return out;
}

TEST(Png, HasTwoPixelsForEachOfItsOwn) {
  const auto png = to_png(draw_chart(eventful_weeks(), mail_chart));

  ASSERT_TRUE(png);
  EXPECT_EQ(png->substr(1, 3), "PNG");
  EXPECT_EQ(number_at(*png, 16), 2U * 320);
  EXPECT_EQ(number_at(*png, 20), 2U * 108);
}

TEST(Png, IsTheSameBytesEachTime) {
  std::set<Sha256> hashes;
  for (int i = 0; i < 100; ++i) {
    hashes.insert(sha256(*to_png(draw_chart(eventful_weeks(), mail_chart))));
  }
  EXPECT_EQ(hashes.size(), 1U);
}

TEST(Png, IsSmallEnoughForTwelveInAMail) {
  constexpr std::size_t bytes_max = 11'000;  // twelve as base64 are 180 kB of the 250 of a mail
  EXPECT_LT(to_png(draw_chart(eventful_weeks(), mail_chart))->size(), bytes_max);

  ChartData busy =
      chart_of(Grain::Kind::day, 60, [](int i) { return std::optional(100.0 + (i * 7919) % 97); });
  EXPECT_LT(to_png(draw_chart(busy, mail_chart))->size(), bytes_max);
  EXPECT_LT(to_png(draw_spark(busy))->size(), 2'000U);
}

TEST(Png, RefusesASizeThatIsNone) {
  EXPECT_FALSE(to_png(Picture{}));
  EXPECT_FALSE(to_png(Picture{100'000, 10, {}, ""}));
}

// Layout counts on the table of widths; a test of rules cannot ask a font.
TEST(Png, LettersAreAsWideAsTheLayoutTakesThemFor) {
  cairo_surface_t* surface = cairo_image_surface_create(CAIRO_FORMAT_A8, 8, 8);
  cairo_t* cairo = cairo_create(surface);
  cairo_font_options_t* options = cairo_font_options_create();
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  cairo_set_font_options(cairo, options);
  cairo_select_font_face(cairo, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
  cairo_set_font_size(cairo, 10);
  for (const char* text : {"≥ 94.2 %", "12 Mio.", "März 2026", "São Paulo – Größe", "Wl,.-+e21"}) {
    cairo_text_extents_t extents{};
    cairo_text_extents(cairo, text, &extents);
    EXPECT_NEAR(text_width(text, 10), extents.x_advance, 0.05) << text;
  }
  cairo_font_options_destroy(options);
  cairo_destroy(cairo);
  cairo_surface_destroy(surface);
}

}  // namespace
}  // namespace measured::tests
