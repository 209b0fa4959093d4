#include "connectors/http/retry_after.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "rules/ascii.h"

namespace measured::connectors {
namespace {

// Whoever asks for more would outlive the schedule of retries.
constexpr std::chrono::seconds wait_max = std::chrono::hours{24};

std::optional<int> number(std::string_view digits) {
  int value = 0;
  const auto [rest, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool whole = error == std::errc{} && rest == digits.data() + digits.size();
  return whole && value >= 0 ? std::optional(value) : std::nullopt;
}

}  // namespace

// Written out because strptime follows the locale.
std::optional<rules::Instant> http_date(std::string_view text) {
  constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (text.size() != 29 || text.substr(3, 2) != ", " || !text.ends_with(" GMT")) {
    return std::nullopt;
  }
  const auto day = number(text.substr(5, 2));
  const auto month =
      static_cast<unsigned>(std::ranges::find(months, text.substr(8, 3)) - months.begin());
  const auto year = number(text.substr(12, 4));
  const auto hour = number(text.substr(17, 2));
  const auto minute = number(text.substr(20, 2));
  const auto second = number(text.substr(23, 2));
  if (!day || !year || !hour || !minute || !second || month == months.size()) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month{month + 1},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) {
    return std::nullopt;
  }
  return std::chrono::sys_days{date} + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
         std::chrono::seconds{*second};
}

std::optional<std::chrono::seconds> retry_after(std::string_view header, rules::Instant now) {
  const bool digits = !header.empty() && std::ranges::all_of(header, rules::is_digit);
  if (digits) {
    // More digits than an int holds are still a number of seconds: a very large one.
    const std::optional<int> seconds = number(header);
    return seconds ? std::min(std::chrono::seconds{*seconds}, wait_max) : wait_max;
  }
  const std::optional<rules::Instant> date = http_date(header);
  if (!date) {
    return std::nullopt;
  }
  return std::clamp<std::chrono::seconds>(*date - now, std::chrono::seconds{0}, wait_max);
}

}  // namespace measured::connectors
