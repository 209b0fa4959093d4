#include "connectors/sources/time_text.h"

#include <array>
#include <cmath>

#include <fmt/format.h>

#include "rules/ascii.h"

namespace measured::connectors {
namespace {

using std::chrono::seconds;

// Takes characters off the front of a text. Each take says whether what it wanted was there.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  bool next_is_digit() const { return !rest_.empty() && rules::is_digit(rest_[0]); }

  bool take(char wanted) {
    if (rest_.empty() || rest_[0] != wanted) {
      return false;
    }
    rest_.remove_prefix(1);
    return true;
  }

  bool take_digits(std::size_t count, int& value) {
    if (rest_.size() < count) {
      return false;
    }
    value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (!rules::is_digit(rest_[i])) {
        return false;
      }
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(count);
    return true;
  }

  // One or two digits, as day and month stand in "3/11/2026".
  bool take_short(int& value) { return take_digits(2, value) || take_digits(1, value); }

  std::string_view take_all_digits() {
    std::size_t count = 0;
    while (count < rest_.size() && rules::is_digit(rest_[count])) {
      ++count;
    }
    const std::string_view digits = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return digits;
  }

  bool take_month_name(int& month) {
    static constexpr std::array<std::string_view, 12> names = {
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
    if (rest_.size() < 3) {
      return false;
    }
    std::string head(rest_.substr(0, 3));
    for (char& c : head) {
      c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (names[i] == head) {
        month = static_cast<int>(i) + 1;
        rest_.remove_prefix(3);
        return true;
      }
    }
    return false;
  }

 private:
  std::string_view rest_;
};

struct Parts {
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
};

bool to_local(const Parts& parts, rules::LocalTime& local) {
  const std::chrono::year_month_day date{std::chrono::year{parts.year},
                                         std::chrono::month{static_cast<unsigned>(parts.month)},
                                         std::chrono::day{static_cast<unsigned>(parts.day)}};
  if (!date.ok() || parts.year < 1 || parts.hour > 23 || parts.minute > 59 || parts.second > 59) {
    return false;
  }
  local = std::chrono::local_days{date} + std::chrono::hours{parts.hour} +
          std::chrono::minutes{parts.minute} + seconds{parts.second};
  return true;
}

// "Z", "+02", "+02:00", "+0200", "+02:00:00".
bool take_offset(Cursor& cursor, std::optional<seconds>& offset) {
  if (cursor.take('Z') || cursor.take('z')) {
    offset = seconds{0};
    return true;
  }
  const bool west = cursor.take('-');
  int hours = 0;
  int minutes = 0;
  int rest = 0;
  if ((!west && !cursor.take('+')) || !cursor.take_digits(2, hours)) {
    return false;
  }
  const bool colon = cursor.take(':');
  if ((colon || cursor.next_is_digit()) && !cursor.take_digits(2, minutes)) {
    return false;
  }
  if (colon && cursor.take(':') && !cursor.take_digits(2, rest)) {
    return false;
  }
  if (hours > 18 || minutes > 59 || rest > 59) {
    return false;
  }
  const int total = hours * 3600 + minutes * 60 + rest;
  offset = seconds{west ? -total : total};
  return true;
}

bool take_fraction(Cursor& cursor, WrittenTime& time) {
  if (!cursor.take('.') && !cursor.take(',')) {
    return true;
  }
  time.fraction = cursor.take_all_digits();
  return !time.fraction.empty();
}

bool take_field(char letter, Cursor& cursor, Parts& parts, WrittenTime& time) {
  switch (letter) {
    case 'Y': return cursor.take_digits(4, parts.year);
    case 'y': {
      const bool taken = cursor.take_digits(2, parts.year);
      parts.year += parts.year < 70 ? 2000 : 1900;
      return taken;
    }
    case 'm': return cursor.take_short(parts.month);
    case 'd': return cursor.take_short(parts.day);
    case 'b': return cursor.take_month_name(parts.month);
    case 'H': time.has_clock = true; return cursor.take_short(parts.hour);
    case 'M': return cursor.take_short(parts.minute);
    case 'S': return cursor.take_short(parts.second) && take_fraction(cursor, time);
    case 'z': return take_offset(cursor, time.offset);
    case '%': return cursor.take('%');
    default: return false;
  }
}

}  // namespace

rules::Instant WrittenTime::instant(const rules::Zone& zone) const {
  if (offset) {
    return rules::Instant{local.time_since_epoch() - *offset};
  }
  return zone.resolve(local);
}

std::optional<WrittenTime> read_time(std::string_view text) {
  Cursor cursor(text);
  Parts parts;
  WrittenTime time;
  if (!cursor.take_digits(4, parts.year) || !cursor.take('-') ||
      !cursor.take_digits(2, parts.month) || !cursor.take('-') ||
      !cursor.take_digits(2, parts.day)) {
    return std::nullopt;
  }
  if (cursor.take('T') || cursor.take('t') || cursor.take(' ')) {
    time.has_clock = true;
    if (!cursor.take_digits(2, parts.hour) || !cursor.take(':') ||
        !cursor.take_digits(2, parts.minute)) {
      return std::nullopt;
    }
    if (cursor.take(':') &&
        (!cursor.take_digits(2, parts.second) || !take_fraction(cursor, time))) {
      return std::nullopt;
    }
    cursor.take(' ');  // SQL standard text has a space before the offset
    if (!cursor.at_end() && !take_offset(cursor, time.offset)) {
      return std::nullopt;
    }
  }
  if (!cursor.at_end() || !to_local(parts, time.local)) {
    return std::nullopt;
  }
  return time;
}

std::optional<WrittenTime> read_time(std::string_view text, std::string_view pattern) {
  Cursor cursor(text);
  Parts parts;
  WrittenTime time;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const bool field = pattern[i] == '%' && i + 1 < pattern.size();
    const bool taken =
        field ? take_field(pattern[++i], cursor, parts, time) : cursor.take(pattern[i]);
    if (!taken) {
      return std::nullopt;
    }
  }
  if (!cursor.at_end() || !to_local(parts, time.local)) {
    return std::nullopt;
  }
  return time;
}

std::string pattern_problem(std::string_view pattern) {
  static constexpr std::string_view known = "YymdbHMSz%";
  std::string seen;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%') {
      continue;
    }
    const char letter = i + 1 < pattern.size() ? pattern[++i] : ' ';
    if (known.find(letter) == std::string_view::npos) {
      return fmt::format("unknown field '%{}'", letter);
    }
    seen += letter;
  }
  const auto has = [&seen](std::string_view any) {
    return seen.find_first_of(any) != std::string::npos;
  };
  if (!has("Yy") || !has("mb") || !has("d")) {
    return "a year, a month and a day are needed";
  }
  return "";
}

std::optional<rules::Instant> from_unix_seconds(double value) {
  constexpr double first = -62135596800.0;  // 0001-01-01T00:00:00Z
  constexpr double end = 253402300800.0;    // 10000-01-01T00:00:00Z
  if (!(value >= first && value < end)) {
    return std::nullopt;
  }
  return rules::Instant{seconds{static_cast<std::int64_t>(std::floor(value))}};
}

std::string clock_text(rules::LocalTime local) {
  const auto day = std::chrono::floor<std::chrono::days>(local);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{local - day};
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::string compact_text(rules::LocalTime local) {
  const std::string text = clock_text(local);
  return text.ends_with(" 00:00:00") ? text.substr(0, 10) : text;
}

}  // namespace measured::connectors
