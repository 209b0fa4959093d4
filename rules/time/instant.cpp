#include "rules/time/instant.h"

#include <fmt/format.h>

#include "rules/ascii.h"

namespace measured::rules {
namespace {

// The number written in `width` digits at `at`, all of which are known to be digits.
int digits(std::string_view text, std::size_t at, std::size_t width) {
  int value = 0;
  for (const char c : text.substr(at, width)) {
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

std::string to_text(Instant t) {
  const auto day = std::chrono::floor<std::chrono::days>(t);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{t - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     time.hours().count(), time.minutes().count(), time.seconds().count());
}

Result<Instant> parse_instant(std::string_view text) {
  const auto wrong = [text] {
    return give_up(fmt::format(
        "'{}' is not an instant; write UTC as '2026-11-23T07:00:00Z' or '2026-11-23'", text));
  };
  // The shape first: every place that is not a digit must hold the form's own character.
  constexpr std::string_view form = "0000-00-00T00:00:00Z";
  if (text.size() != form.size() && text.size() != form.find('T')) {
    return wrong();
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (form[i] == '0' ? !is_digit(text[i]) : text[i] != form[i]) {
      return wrong();
    }
  }
  const std::chrono::year_month_day date{
      std::chrono::year{digits(text, 0, 4)},
      std::chrono::month{static_cast<unsigned>(digits(text, 5, 2))},
      std::chrono::day{static_cast<unsigned>(digits(text, 8, 2))}};
  if (!date.ok()) {
    return wrong();
  }
  Instant t = std::chrono::sys_days{date};
  if (text.size() == form.size()) {
    const int hour = digits(text, 11, 2);
    const int minute = digits(text, 14, 2);
    const int second = digits(text, 17, 2);
    if (hour > 23 || minute > 59 || second > 59) {
      return wrong();
    }
    t += std::chrono::hours{hour} + std::chrono::minutes{minute} + std::chrono::seconds{second};
  }
  return t;
}

}  // namespace measured::rules
