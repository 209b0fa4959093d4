// What colours come to for those who see them otherwise, in numbers.
#include "rules/picture/palette.h"

#include <array>
#include <cmath>

#include <gtest/gtest.h>

namespace measured::tests {
namespace {

using namespace rules;
using Vector = std::array<double, 3>;

Vector linear(Rgb colour) {
  const auto one = [](std::uint8_t byte) {
    const double v = byte / 255.0;
    return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
  };
  return {one(colour.red), one(colour.green), one(colour.blue)};
}

Vector times(const std::array<Vector, 3>& matrix, const Vector& v) {
  Vector out{};
  for (std::size_t i = 0; i < 3; ++i) {
    out.at(i) = matrix.at(i)[0] * v[0] + matrix.at(i)[1] * v[1] + matrix.at(i)[2] * v[2];
  }
  return out;
}

// Machado, Oliveira, Fernandes 2009, severity 1.
constexpr std::array<Vector, 3> deuteranopia{{{0.367322, 0.860646, -0.227968},
                                              {0.280085, 0.672501, 0.047413},
                                              {-0.011820, 0.042940, 0.968881}}};
constexpr std::array<Vector, 3> protanopia{{{0.152286, 1.052583, -0.204868},
                                            {0.114503, 0.786281, 0.099216},
                                            {-0.003882, -0.048116, 1.051998}}};

double luminance(Rgb colour) {
  const Vector v = linear(colour);
  return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2];
}

double contrast(Rgb a, Rgb b) {  // WCAG 2.1
  const double x = luminance(a) + 0.05;
  const double y = luminance(b) + 0.05;
  return std::max(x, y) / std::min(x, y);
}

Vector lab(const Vector& rgb) {
  constexpr std::array<Vector, 3> to_xyz{
      {{0.4124, 0.3576, 0.1805}, {0.2126, 0.7152, 0.0722}, {0.0193, 0.1192, 0.9505}}};
  const Vector xyz = times(to_xyz, rgb);
  const auto f = [](double t) {
    t = std::max(t, 0.0);
    return t > 0.008856 ? std::cbrt(t) : 7.787 * t + 16.0 / 116;
  };
  const double x = f(xyz[0] / 0.9505), y = f(xyz[1]), z = f(xyz[2] / 1.089);
  return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

double distance(const Vector& a, const Vector& b) {  // CIE 1976
  return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

class Palette : public testing::TestWithParam<Rgb (*)(Ink)> {};

TEST_P(Palette, StandsOutFromThePaperAndTheBand) {
  const auto colour = GetParam();
  for (const Ink ground : {Ink::paper, Ink::band}) {
    for (const Ink ink : {Ink::line, Ink::limit, Ink::target, Ink::signal, Ink::muted}) {
      EXPECT_GE(contrast(colour(ink), colour(ground)), 3.0);
    }
  }
  for (const Ink letters : {Ink::text, Ink::muted, Ink::limit, Ink::target}) {
    EXPECT_GE(contrast(colour(letters), colour(Ink::paper)), 4.5);
  }
}

TEST_P(Palette, KeepsLinesApartForThoseWhoSeeNoGreenOrNoRed) {
  constexpr double apart = 25;  // 2 is what a trained eye sees side by side
  const auto colour = GetParam();
  const std::array inks = {Ink::line, Ink::limit, Ink::target, Ink::signal};
  for (const auto& matrix : {deuteranopia, protanopia}) {
    for (std::size_t i = 0; i < inks.size(); ++i) {
      for (std::size_t k = i + 1; k < inks.size(); ++k) {
        const double seen = distance(lab(times(matrix, linear(colour(inks.at(i))))),
                                     lab(times(matrix, linear(colour(inks.at(k))))));
        EXPECT_GE(seen, apart) << "inks " << i << " and " << k;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Light, Palette, testing::Values(&light_colour));
INSTANTIATE_TEST_SUITE_P(Dark, Palette, testing::Values(&dark_colour));

}  // namespace
}  // namespace measured::tests
