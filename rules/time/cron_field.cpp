#include "rules/time/cron_field.h"

#include <algorithm>

#include <fmt/format.h>

#include "rules/ascii.h"

namespace measured::rules {
namespace {

using Refused = tl::unexpected<ScheduleError>;
using Field = CronField;

bool all_of_kind(std::string_view text, bool (*is)(char)) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is);
}

std::optional<int> named_value(const Field& field, std::string_view text) {
  if (text.size() != 3) {
    return std::nullopt;
  }
  switch (field.kind) {
    case Field::Kind::month: return month_number(lower(text));
    case Field::Kind::day_of_week: return weekday_number(lower(text));
    case Field::Kind::minute:
    case Field::Kind::hour:
    case Field::Kind::day_of_month: return std::nullopt;
  }
  return std::nullopt;
}

std::string values_of(const Field& field) {
  switch (field.kind) {
    case Field::Kind::month: return "write a number from 1 to 12 or jan to dec";
    case Field::Kind::day_of_week:
      return "write a number from 0 to 7 (0 and 7 are Sunday) or sun to sat";
    case Field::Kind::day_of_month:
      return "write a number from 1 to 31, L for the last day or LW for the last weekday";
    case Field::Kind::minute:
    case Field::Kind::hour: break;
  }
  return fmt::format("write a number from {} to {}", field.low, field.high);
}

Refused outside(const Field& field, const Piece& piece, int value) {
  return refuse("range",
                fmt::format("{} {} is outside {}-{}", field.name, value, field.low, field.high),
                values_of(field), piece.offset);
}

Refused not_a_name(const Field& field, const Piece& piece) {
  std::string help = values_of(field);
  const bool has_names = field.kind == Field::Kind::month || field.kind == Field::Kind::day_of_week;
  if (has_names && piece.text.size() > 3 && named_value(field, piece.text.substr(0, 3))) {
    help = fmt::format("write '{}'", lower(piece.text.substr(0, 3)));
  } else if (lower(piece.text) == "h") {
    help = "write a number; to spread jobs over time set splay";
  } else if (field.kind == Field::Kind::day_of_week && lower(piece.text) == "l") {
    help = "write '5L' for the last Friday of the month";
  }
  return refuse("name",
                fmt::format("'{}' is not a name that the {} field knows", piece.text, field.name),
                std::move(help), piece.offset);
}

// One number or name.
tl::expected<int, ScheduleError> parse_value(const Field& field, const Piece& piece) {
  const std::string_view text = piece.text;
  if (const std::optional<int> value = small_number(text)) {
    if (*value < field.low || *value > field.high) {
      return outside(field, piece, *value);
    }
    return *value;
  }
  if (all_of_kind(text, is_letter)) {
    const std::optional<int> value = named_value(field, text);
    return value ? tl::expected<int, ScheduleError>(*value) : not_a_name(field, piece);
  }
  if (text.starts_with('-') && small_number(text.substr(1))) {
    return refuse("range", fmt::format("{} {} is negative", field.name, text), values_of(field),
                  piece.offset);
  }
  std::string help = values_of(field);
  if (text == "~") {
    help = "write a number; to spread jobs over time set splay";
  } else if (text == "?") {
    help = "write '*'";
  }
  return refuse("syntax", fmt::format("'{}' is not a number in the {} field", text, field.name),
                std::move(help), piece.offset);
}

struct Range {
  int first = 0;
  int last = 0;
};

// "a-b". What runs backwards is refused, since half of the programs wrap it and half do not; only a
// week may end on its Sunday.
tl::expected<Range, ScheduleError> parse_range(const Field& field, const Piece& piece) {
  const std::size_t dash = piece.text.find('-');
  const auto first = parse_value(field, piece.part(0, dash));
  if (!first) {
    return Refused(first.error());
  }
  const auto last = parse_value(field, piece.part(dash + 1));
  if (!last) {
    return Refused(last.error());
  }
  if (*first <= *last) {
    return Range{*first, *last};
  }
  if (field.kind == Field::Kind::day_of_week && *last == 0) {
    return Range{*first, 7};
  }
  return refuse("order", fmt::format("{} range {} runs backwards", field.name, piece.text),
                fmt::format("write '{}-{},{}-{}'", *first, field.high, field.low, *last),
                piece.offset);
}

tl::expected<int, ScheduleError> parse_step(const Field& field, const Piece& piece) {
  const std::optional<int> step = small_number(piece.text);
  if (!step) {
    return refuse(
        "syntax", fmt::format("step '{}' is not a number in the {} field", piece.text, field.name),
        fmt::format("write a step from 1 to {}, such as '*/2'", field.size), piece.offset);
  }
  if (*step < 1 || *step > field.size) {
    return refuse(
        "step",
        fmt::format("step {} of the {} field is outside 1-{}", *step, field.name, field.size),
        fmt::format("write a step from 1 to {}", field.size), piece.offset);
  }
  return *step;
}

// "*", "n", "a-b", "*/s" or "a-b/s", as a set of bits.
tl::expected<std::uint64_t, ScheduleError> parse_item(const Field& field, const Piece& item) {
  const std::size_t slash = item.text.find('/');
  const Piece base = item.part(0, slash);
  int step = 1;
  if (slash != std::string_view::npos) {
    const auto written = parse_step(field, item.part(slash + 1));
    if (!written) {
      return Refused(written.error());
    }
    step = *written;
  }
  Range range{field.low, field.low + field.size - 1};
  if (base.text.find('-') != std::string_view::npos && !base.text.starts_with('-')) {
    const auto written = parse_range(field, base);
    if (!written) {
      return Refused(written.error());
    }
    range = *written;
  } else if (base.text != "*") {
    const auto value = parse_value(field, base);
    if (!value) {
      return Refused(value.error());
    }
    if (slash != std::string_view::npos) {
      return refuse("step", fmt::format("'{}': a step needs * or a range before it", item.text),
                    fmt::format("write '{}-{}/{}'", *value, field.high, step), item.offset);
    }
    range = {*value, *value};
  }
  std::uint64_t bits = 0;
  for (int value = range.first; value <= range.last; value += step) {
    bits |= std::uint64_t{1} << value;
  }
  return bits;
}

// L, L-n, nW and LW. None when the item is none of these.
std::optional<tl::expected<void, ScheduleError>> parse_special_date(const Field& field,
                                                                    const Piece& item,
                                                                    DayRule& rule) {
  const std::string text = lower(item.text);
  if (text == "l") {
    rule.dates_from_last |= 1U;
    return tl::expected<void, ScheduleError>{};
  }
  if (text == "lw") {
    rule.last_weekday = true;
    return tl::expected<void, ScheduleError>{};
  }
  if (const auto before =
          text.starts_with("l-") ? small_number(std::string_view(text).substr(2)) : std::nullopt) {
    if (*before > 30) {
      return refuse("range", fmt::format("{} is outside L-0 to L-30", item.text),
                    "write L for the last day, L-1 for the day before it", item.offset);
    }
    rule.dates_from_last |= 1U << *before;
    return tl::expected<void, ScheduleError>{};
  }
  const auto day = text.ends_with('w')
                       ? small_number(std::string_view(text).substr(0, text.size() - 1))
                       : std::nullopt;
  if (!day) {
    return std::nullopt;
  }
  if (*day < field.low || *day > field.high) {
    return outside(field, item, *day);
  }
  rule.nearest_weekdays |= 1U << *day;
  return tl::expected<void, ScheduleError>{};
}

// d#k and dL. None when the item is none of these.
std::optional<tl::expected<void, ScheduleError>> parse_special_weekday(const Field& field,
                                                                       const Piece& item,
                                                                       DayRule& rule) {
  const std::size_t hash = item.text.find('#');
  const bool is_last = hash == std::string_view::npos && lower(item.text).ends_with('l');
  const Piece name = is_last ? item.part(0, item.text.size() - 1) : item.part(0, hash);
  const bool is_day = small_number(name.text) || named_value(field, name.text);
  if (is_last ? !is_day : hash == std::string_view::npos) {
    return std::nullopt;
  }
  const auto day = parse_value(field, name);
  if (!day) {
    return Refused(day.error());
  }
  const auto bit = static_cast<std::uint8_t>(1U << (*day % 7));
  if (is_last) {
    rule.last_weekdays = static_cast<std::uint8_t>(rule.last_weekdays | bit);
    return tl::expected<void, ScheduleError>{};
  }
  const Piece written = item.part(hash + 1);
  const std::optional<int> k = small_number(written.text);
  if (!k) {
    return refuse("syntax", fmt::format("'#{}' is not an occurrence in the month", written.text),
                  "write '1#2' for the second Monday", written.offset);
  }
  if (*k < 1 || *k > 5) {
    return refuse("range", fmt::format("occurrence #{} is outside #1-#5", *k),
                  "write '1#2' for the second Monday, '1L' for the last", written.offset);
  }
  std::uint8_t& nth = rule.nth_weekdays[static_cast<std::size_t>(*k - 1)];
  nth = static_cast<std::uint8_t>(nth | bit);
  return tl::expected<void, ScheduleError>{};
}

}  // namespace

tl::expected<std::uint64_t, ScheduleError> parse_cron_field(const CronField& field,
                                                            const Piece& piece, DayRule& rule) {
  const bool is_date = field.kind == Field::Kind::day_of_month;
  const bool is_weekday = field.kind == Field::Kind::day_of_week;
  if ((is_date || is_weekday) && piece.text.starts_with('?') && piece.text.size() > 1) {
    return refuse("syntax", fmt::format("'{}': ? stands alone", piece.text), "write '*'",
                  piece.offset);
  }
  std::uint64_t bits = 0;
  for (std::size_t begin = 0; begin <= piece.text.size();) {
    const std::size_t end = std::min(piece.text.find(',', begin), piece.text.size());
    const Piece item = piece.part(begin, end - begin);
    if (item.text.empty()) {
      return refuse("syntax", fmt::format("empty list element in the {} field", field.name),
                    "remove the comma, or write no blank after it", item.offset);
    }
    auto special = is_date      ? parse_special_date(field, item, rule)
                   : is_weekday ? parse_special_weekday(field, item, rule)
                                : std::nullopt;
    if (special && !*special) {
      return Refused(special->error());
    }
    if (!special) {
      const auto parsed = parse_item(field, item);
      if (!parsed) {
        return Refused(parsed.error());
      }
      bits |= *parsed;
    }
    begin = end + 1;
  }
  return bits;
}

}  // namespace measured::rules
