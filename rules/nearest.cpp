#include "rules/nearest.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace measured::rules {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);  // row i - 2
  std::vector<std::size_t> above(b.size() + 1);   // row i - 1
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::swap(before, above);
    std::swap(above, row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
  }
  return row.back();
}

std::string_view nearest(std::string_view text, std::span<const std::string_view> candidates) {
  // Longer words are no typing errors, and comparing them would cost their square.
  constexpr std::size_t word_max = 64;
  if (text.size() > word_max) {
    return {};
  }
  const std::size_t edits_max = text.size() <= 4 ? 1 : text.size() <= 9 ? 2 : 3;
  std::string_view best;
  std::size_t best_edits = edits_max + 1;
  for (const std::string_view candidate : candidates) {
    const std::size_t difference = candidate.size() > text.size() ? candidate.size() - text.size()
                                                                  : text.size() - candidate.size();
    if (difference >= best_edits) {
      continue;
    }
    const std::size_t edits = edit_distance(text, candidate);
    if (edits < best_edits) {
      best = candidate;
      best_edits = edits;
    }
  }
  return best;
}

}  // namespace measured::rules
