#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

#include "rules/ascii.h"
#include "rules/time/phrase_words.h"
#include "rules/time/plan.h"

namespace measured::rules {
namespace {

constexpr std::string_view forms =
    "write one of 'every 15m', 'hourly', 'daily at 08:00', 'weekdays at 08:00', 'every monday at "
    "08:00', 'monthly on 1 at 08:00', 'quarterly on 1 at 08:00', 'yearly on jan 1 at 08:00', "
    "'business days at 08:00'";

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

std::optional<std::chrono::seconds> duration_of(std::string_view text) {
  constexpr std::size_t digits_max = 7;  // enough for 31 days in seconds, too few to overflow
  std::chrono::seconds total{0};
  std::string_view units = "hms";
  while (!text.empty()) {
    std::int64_t value = 0;
    std::size_t digits = 0;
    for (; digits < text.size() && is_digit(text[digits]); ++digits) {
      value = digits < digits_max ? value * 10 + (text[digits] - '0') : value;
    }
    const std::size_t unit = digits < text.size() ? units.find(text[digits]) : units.npos;
    if (digits == 0 || digits > digits_max || unit == units.npos) {
      return std::nullopt;
    }
    const int unit_seconds = units[unit] == 'h' ? 3600 : units[unit] == 'm' ? 60 : 1;
    total += std::chrono::seconds{value * unit_seconds};
    units.remove_prefix(unit + 1);
    text.remove_prefix(digits + 1);
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  }
  return total;
}

bool is_calendar_length(std::string_view text) {
  const std::size_t letter = std::min(text.find_first_not_of("0123456789 "), text.size());
  const std::string_view unit = text.substr(letter);
  return unit.starts_with("d") || unit.starts_with("w") || unit.starts_with("mo") ||
         unit.starts_with("q") || unit.starts_with("y");
}

// What people write who know cron, or who leave out "every".
std::string phrase_help(std::string_view text) {
  Words words(text);
  constexpr std::string_view of_cron = "0123456789*/,-?LW# ";
  constexpr std::array<std::string_view, 7> days = {"sunday",   "monday", "tuesday", "wednesday",
                                                    "thursday", "friday", "saturday"};
  if (text.find(' ') != std::string_view::npos &&
      text.find_first_not_of(of_cron) == std::string_view::npos) {
    return fmt::format("write {{cron: \"{}\"}}", text);
  }
  for (const std::string_view day : days) {
    if (words.accept(day) || words.accept(std::string(day) + "s")) {
      return fmt::format("write 'every {} at 08:00'", day);
    }
  }
  return std::string(forms);
}

}  // namespace measured::rules
