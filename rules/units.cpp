#include "rules/units.h"

#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace measured::rules {
namespace {

using std::chrono::seconds;

struct Unit {
  std::string_view name;
  std::int64_t seconds;
};
constexpr std::array units = {
    Unit{"s", 1},          Unit{"sec", 1},      Unit{"second", 1},      Unit{"seconds", 1},
    Unit{"m", 60},         Unit{"min", 60},     Unit{"minute", 60},     Unit{"minutes", 60},
    Unit{"h", 3600},       Unit{"hour", 3600},  Unit{"hours", 3600},    Unit{"d", 86400},
    Unit{"day", 86400},    Unit{"days", 86400}, Unit{"w", 604800},      Unit{"week", 604800},
    Unit{"weeks", 604800}, Unit{"y", 31536000}, Unit{"year", 31536000}, Unit{"years", 31536000},
};
constexpr std::int64_t duration_max = 100LL * 31536000;

constexpr std::string_view digits = "0123456789";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\n");
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(" \t\n") - first + 1);
}

tl::unexpected<UnitError> wrong(std::string code, std::string message, std::string help) {
  return tl::unexpected<UnitError>(UnitError{std::move(code), std::move(message), std::move(help)});
}

// Takes the characters of `set` off the front of `text`.
std::string_view take(std::string_view& text, std::string_view set, bool of_set) {
  const auto end = of_set ? text.find_first_not_of(set) : text.find_first_of(set);
  const std::string_view head = text.substr(0, end);
  text.remove_prefix(head.size());
  return head;
}

std::optional<std::int64_t> whole(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

const Unit* unit_called(std::string_view name) {
  for (const Unit& unit : units) {
    if (unit.name == name) {
      return &unit;
    }
  }
  return nullptr;
}

}  // namespace

UnitResult<seconds> parse_duration(std::string_view text) {
  const std::string_view whole_text = trimmed(text);
  std::string_view rest = whole_text;
  std::int64_t total = 0;
  if (rest.empty()) {
    return wrong("bad-duration", "a duration is missing here", "write for example 15m, 28d or 4w");
  }
  while (!rest.empty()) {
    const std::string_view number = take(rest, digits, true);
    const auto count = whole(number);
    if (!count) {
      return wrong("bad-duration", fmt::format("'{}' is not a duration", whole_text),
                   "write a whole number and a unit: 15m, 1h30m, 28d or 4w");
    }
    take(rest, " ", true);
    const std::string_view name = trimmed(take(rest, digits, false));
    if (name.empty()) {
      return wrong("bad-duration", fmt::format("'{}' has no unit", whole_text),
                   fmt::format("write {0}s, {0}m, {0}h, {0}d or {0}w", number));
    }
    const Unit* unit = unit_called(name);
    if (name == "month" || name == "months") {
      return wrong("bad-duration", fmt::format("'{}': months have no fixed length", whole_text),
                   fmt::format("write {}d", *count * 30));
    }
    if (name.starts_with('.') || name.starts_with(',')) {
      return wrong("bad-duration", fmt::format("'{}' is not a whole number", whole_text),
                   "write whole numbers: 1d12h, or 36h");
    }
    if (unit == nullptr) {
      return wrong("bad-duration", fmt::format("'{}': unknown unit '{}'", whole_text, name),
                   "the units are s, m, h, d, w and y");
    }
    if (*count > (duration_max - total) / unit->seconds) {
      return wrong("bad-duration", fmt::format("'{}' is longer than 100 years", whole_text),
                   "write a shorter duration");
    }
    total += *count * unit->seconds;
  }
  return seconds{total};
}

UnitResult<std::size_t> parse_bytes(std::string_view text) {
  const std::string_view whole_text = trimmed(text);
  std::string_view rest = whole_text;
  const auto count = whole(take(rest, digits, true));
  const std::string_view name = trimmed(rest);
  constexpr std::array<std::pair<std::string_view, std::uint64_t>, 4> names = {
      {{"B", 1}, {"KiB", 1U << 10}, {"MiB", 1U << 20}, {"GiB", 1U << 30}}};
  for (const auto& [unit, size] : names) {
    if (count && unit == name && static_cast<std::uint64_t>(*count) <= (1ULL << 50) / size) {
      return static_cast<std::size_t>(static_cast<std::uint64_t>(*count) * size);
    }
  }
  return wrong("bad-size", fmt::format("'{}' is not a size", whole_text),
               "write for example 64 KiB, 8 MiB or 1 GiB");
}

UnitResult<double> parse_number(std::string_view text) {
  const std::string_view body = trimmed(text);
  double value = 0;
  const auto [end, error] = std::from_chars(body.data(), body.data() + body.size(), value);
  if (body.empty() || error != std::errc{} || end != body.data() + body.size() ||
      !std::isfinite(value)) {
    return wrong("bad-number", fmt::format("'{}' is not a number", body),
                 "write for example 12 or 94.1");
  }
  return value;
}

UnitResult<double> parse_percent(std::string_view text) {
  const std::string_view body = trimmed(text);
  const bool has_sign = body.ends_with('%');
  const auto number = parse_number(has_sign ? body.substr(0, body.size() - 1) : body);
  if (!number) {
    return wrong("bad-percent", fmt::format("'{}' is not a percentage", body),
                 "write for example 92%");
  }
  if (!has_sign) {
    return wrong("bad-percent", fmt::format("'{}' has no unit", body),
                 fmt::format("write {:g}%", *number <= 1 ? *number * 100 : *number));
  }
  if (*number < 0 || *number > 100) {
    return wrong("bad-percent", fmt::format("{} is not a share", body),
                 "write a percentage from 0% to 100%");
  }
  // Division is correctly rounded: 92% is the double nearest to 0.92, as 92 * 0.01 need not be.
  return *number / 100;
}

UnitResult<std::int64_t> parse_integer(std::string_view text) {
  const std::string_view body = trimmed(text);
  const auto value = whole(body);
  if (!value) {
    return wrong("bad-number", fmt::format("'{}' is not a whole number", body),
                 "write for example 12");
  }
  const std::string_view unsigned_text = body.starts_with('-') ? body.substr(1) : body;
  if (unsigned_text.size() > 1 && unsigned_text.front() == '0') {
    return wrong("bad-number", fmt::format("'{}' begins with a zero", body),
                 fmt::format("write {}", *value));
  }
  return *value;
}

UnitResult<int> parse_periods(std::string_view text) {
  std::string_view rest = trimmed(text);
  const std::string_view body = rest;
  const auto count = whole(take(rest, digits, true));
  const std::string_view name = trimmed(rest);
  if (!count) {
    return wrong("bad-periods", fmt::format("'{}' is not a number of periods", body),
                 "write for example 4 periods");
  }
  if (name != "period" && name != "periods") {
    const std::string help = fmt::format("write {} {}", *count, *count == 1 ? "period" : "periods");
    return name.empty()
               ? wrong("bad-periods", fmt::format("'{}' has no unit", body), help)
               : wrong("bad-periods", fmt::format("'{}': unknown unit '{}'", body, name), help);
  }
  if (*count < 1 || *count > 1000) {
    return wrong("bad-periods", fmt::format("'{}' is out of range", body),
                 "write 1 to 1000 periods");
  }
  return static_cast<int>(*count);
}

UnitResult<std::chrono::local_days> parse_date(std::string_view text) {
  const std::string_view body = trimmed(text);
  const auto bad = [&] {
    return wrong("bad-date", fmt::format("'{}' is not a date", body),
                 "write year-month-day, as in 2026-11-23");
  };
  if (body.size() != 10 || body[4] != '-' || body[7] != '-') {
    return bad();
  }
  const auto part = [&](std::size_t from, std::size_t size) {
    const std::string_view piece = body.substr(from, size);
    return piece.find_first_not_of(digits) == std::string_view::npos ? whole(piece) : std::nullopt;
  };
  const auto year = part(0, 4);
  const auto month = part(5, 2);
  const auto day = part(8, 2);
  if (!year || !month || !day) {
    return bad();
  }
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(*year)},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) {
    return wrong("bad-date", fmt::format("there is no day '{}'", body),
                 "write a day of the calendar");
  }
  return std::chrono::local_days{date};
}

std::string duration_text(seconds duration) {
  constexpr std::array<std::pair<std::string_view, std::int64_t>, 5> sizes = {
      {{"y", 31536000}, {"w", 604800}, {"d", 86400}, {"h", 3600}, {"m", 60}}};
  const std::int64_t count = duration.count();
  for (const auto& [name, size] : sizes) {
    if (count != 0 && count % size == 0) {
      return fmt::format("{}{}", count / size, name);
    }
  }
  return fmt::format("{}s", count);
}

}  // namespace measured::rules
