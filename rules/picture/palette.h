#pragma once

#include <array>
#include <cstdint>

#include "rules/picture/picture.h"

namespace measured::rules {

struct Rgb {
  std::uint8_t red = 0, green = 0, blue = 0;
  friend bool operator==(const Rgb&, const Rgb&) = default;
};

inline constexpr std::array all_inks = {Ink::paper, Ink::grid,  Ink::band,   Ink::text,  Ink::muted,
                                        Ink::line,  Ink::limit, Ink::target, Ink::signal};

// Blue, orange and magenta stay apart for those who see no green (a test simulates them), and every
// line and letter stands out from the paper by at least 3 to 1, letters by 4.5 (WCAG 2.1).
constexpr Rgb light_colour(Ink ink) {
  switch (ink) {
    case Ink::paper: return {255, 255, 255};
    case Ink::grid: return {226, 229, 233};
    case Ink::band: return {222, 233, 246};
    case Ink::text: return {31, 35, 40};
    case Ink::muted: return {87, 96, 106};
    case Ink::line: return {31, 35, 40};
    case Ink::limit: return {47, 111, 179};
    case Ink::target: return {176, 84, 0};
    case Ink::signal: return {222, 30, 110};
  }
  return {};
}

constexpr Rgb dark_colour(Ink ink) {
  switch (ink) {
    case Ink::paper: return {22, 25, 29};
    case Ink::grid: return {51, 58, 65};
    case Ink::band: return {32, 48, 68};
    case Ink::text: return {230, 233, 236};
    case Ink::muted: return {163, 171, 179};
    case Ink::line: return {230, 233, 236};
    case Ink::limit: return {110, 170, 235};
    case Ink::target: return {240, 163, 94};
    case Ink::signal: return {255, 110, 140};
  }
  return {};
}

}  // namespace measured::rules
