#include <array>

#include "rules/time/plan.h"

namespace measured::rules {
namespace {

// Where `name` stands in the list, in full or by its first three letters.
template <std::size_t size>
std::optional<int> place_of(std::string_view name,
                            const std::array<std::string_view, size>& names) {
  for (std::size_t i = 0; i < size; ++i) {
    if (name == names[i] || name == names[i].substr(0, 3)) {
      return static_cast<int>(i);
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<int> weekday_number(std::string_view name) {
  constexpr std::array<std::string_view, 7> names{"sunday",   "monday", "tuesday", "wednesday",
                                                  "thursday", "friday", "saturday"};
  return place_of(name, names);
}

std::optional<int> month_number(std::string_view name) {
  constexpr std::array<std::string_view, 12> names{"january",   "february", "march",    "april",
                                                   "may",       "june",     "july",     "august",
                                                   "september", "october",  "november", "december"};
  const std::optional<int> place = place_of(name, names);
  return place ? std::optional(*place + 1) : std::nullopt;
}

std::string lower(std::string_view text) {
  std::string out{text};
  for (char& c : out) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

std::optional<int> small_number(std::string_view text) {
  if (text.empty() || text.size() > 2) {
    return std::nullopt;
  }
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') {
      return std::nullopt;
    }
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace measured::rules
