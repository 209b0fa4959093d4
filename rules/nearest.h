#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace measured::rules {

// How many letters must be added, dropped, changed or swapped with their neighbour to turn `a` into
// `b` (optimal string alignment: Damerau 1964, without edits inside a swap).
std::size_t edit_distance(std::string_view a, std::string_view b);

// The candidate that a person who wrote `text` most likely meant; empty when none is near: one edit
// in words of up to four letters, else two, or three in long words. The first of equally near
// ones.
std::string_view nearest(std::string_view text, std::span<const std::string_view> candidates);

}  // namespace measured::rules
