// Five-field cron expressions. Programs that read them agree on little beyond "0 8 * * 1": where
// they differ in meaning (5/15, 22-2, */2 in both day fields, a sixth field) the text is refused
// with what to write instead, so that an expression copied from elsewhere never runs at another
// time than it did there. Names, ranges and L, W and # are those that most programs share.

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "rules/time/plan.h"

namespace measured::rules {
namespace {

using Refused = tl::unexpected<ScheduleError>;

struct Field {
  enum class Kind { minute, hour, day_of_month, month, day_of_week };
  Kind kind;
  std::string_view name;
  int low;
  int high;
  int size;  // how many different values there are: 0 and 7 are both Sunday
};

constexpr std::array<Field, 5> fields{{{Field::Kind::minute, "minute", 0, 59, 60},
                                       {Field::Kind::hour, "hour", 0, 23, 24},
                                       {Field::Kind::day_of_month, "day of month", 1, 31, 31},
                                       {Field::Kind::month, "month", 1, 12, 12},
                                       {Field::Kind::day_of_week, "day of week", 0, 7, 7}}};

bool all_of_kind(std::string_view text, bool (*is)(char)) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is);
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
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

// A comma list. The bits of plain items are returned; L, W and # go into `rule`.
tl::expected<std::uint64_t, ScheduleError> parse_field(const Field& field, const Piece& piece,
                                                       DayRule& rule) {
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

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

std::vector<Piece> split(const Piece& all) {
  std::vector<Piece> words;
  for (std::size_t at = 0; at < all.text.size();) {
    if (is_blank(all.text[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < all.text.size() && !is_blank(all.text[end])) {
      ++end;
    }
    words.push_back(all.part(at, end - at));
    at = end;
  }
  return words;
}

// Blanks and line ends around the whole.
Piece trim(std::string_view text) {
  constexpr std::string_view around = " \t\r\n";
  const std::size_t begin = std::min(text.find_first_not_of(around), text.size());
  const std::size_t end = text.find_last_not_of(around);
  return Piece{text, 0}.part(begin, end == std::string_view::npos ? 0 : end + 1 - begin);
}

// The five fields that a nickname stands for.
tl::expected<std::string_view, ScheduleError> nickname(const Piece& piece) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> known{
      {{"@hourly", "0 * * * *"},
       {"@daily", "0 0 * * *"},
       {"@midnight", "0 0 * * *"},
       {"@weekly", "0 0 * * 0"},
       {"@monthly", "0 0 1 * *"},
       {"@yearly", "0 0 1 1 *"},
       {"@annually", "0 0 1 1 *"}}};
  const std::string name = lower(piece.text);
  for (const auto& [nick, meaning] : known) {
    if (name == nick) {
      return meaning;
    }
  }
  if (name == "@reboot") {
    return refuse("nickname", "@reboot has no time",
                  "write a time; what was missed is caught up at start", piece.offset);
  }
  if (name.starts_with("@every")) {
    return refuse(
        "nickname", fmt::format("'{}' is a phrase, not cron", piece.text),
        fmt::format("write when: \"{}\"", name == "@every" ? "every 15m" : name.substr(1)),
        piece.offset);
  }
  return refuse("nickname", fmt::format("'{}' is not known", piece.text),
                "write @hourly, @daily, @weekly, @monthly, @yearly or five fields", piece.offset);
}

// How the two day fields work together. Programs agree, except where one of them is a step over *:
// for Vixie cron "*/2" counts as *, for all libraries it restricts.
tl::expected<DayRule::Combine, ScheduleError> combine(const Piece& dates, const Piece& weekdays,
                                                      DayMatch day_match) {
  const auto restricted = [](const Piece& field) { return field.text != "*" && field.text != "?"; };
  if (!restricted(dates) || !restricted(weekdays)) {
    return restricted(dates)      ? DayRule::Combine::by_date
           : restricted(weekdays) ? DayRule::Combine::by_weekday
                                  : DayRule::Combine::every_day;
  }
  switch (day_match) {
    case DayMatch::any: return DayRule::Combine::either;
    case DayMatch::all: return DayRule::Combine::both;
    case DayMatch::unset: break;
  }
  if (dates.text.starts_with('*') || weekdays.text.starts_with('*')) {
    return refuse(
        "day-ambiguous",
        fmt::format("day of month '{}' and day of week '{}': cron programs differ on whether "
                    "either or both must match",
                    dates.text, weekdays.text),
        "set day_match to any or all", dates.offset);
  }
  return DayRule::Combine::either;
}

tl::expected<std::vector<Piece>, ScheduleError> five_fields(const Piece& all) {
  if (all.text.empty()) {
    return refuse("empty", "the cron expression is empty", "write five fields, such as '0 8 * * 1'",
                  0);
  }
  const std::string start = lower(all.text.substr(0, 8));
  if (start.starts_with("tz=") || start.starts_with("cron_tz=")) {
    return refuse("zone", "a cron expression does not hold its time zone",
                  "remove it and set time_zone", all.offset);
  }
  std::vector<Piece> words = split(all);
  if (words.size() != fields.size()) {
    return refuse(
        "fields",
        fmt::format("'{}' has {} field{}, not 5", all.text, words.size(),
                    words.size() == 1 ? "" : "s"),
        words.size() > fields.size()
            ? "leave out seconds and years; for seconds write when: \"every 10s\""
            : "write minute, hour, day of month, month and day of week, such as '0 8 * * 1'",
        words.size() > fields.size() ? words[fields.size()].offset : all.offset);
  }
  return words;
}

}  // namespace

tl::expected<WallTimes, ScheduleError> parse_cron(std::string_view text, DayMatch day_match) {
  Piece all = trim(text);
  if (all.text.starts_with('@')) {
    const auto meaning = nickname(all);
    if (!meaning) {
      return Refused(meaning.error());
    }
    all = {*meaning, all.offset};
  }
  const auto words = five_fields(all);
  if (!words) {
    return Refused(words.error());
  }
  WallTimes when;
  std::array<std::uint64_t, fields.size()> bits{};
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const Piece& word = (*words)[i];
    const bool is_day =
        fields[i].kind == Field::Kind::day_of_month || fields[i].kind == Field::Kind::day_of_week;
    if (is_day && word.text == "?") {
      continue;
    }
    const auto parsed = parse_field(fields[i], word, when.days);
    if (!parsed) {
      return Refused(parsed.error());
    }
    bits[i] = *parsed;
  }
  const auto combined = combine((*words)[2], (*words)[4], day_match);
  if (!combined) {
    return Refused(combined.error());
  }
  when.days.combine = *combined;
  when.days.dates = static_cast<std::uint32_t>(bits[2]);
  when.days.months = static_cast<std::uint16_t>(bits[3]);
  when.days.weekdays = static_cast<std::uint8_t>((bits[4] | bits[4] >> 7) & 0x7F);
  when.times.push_back({static_cast<std::uint32_t>(bits[1]), bits[0]});
  when.by_interval = (*words)[0].text.starts_with('*') || (*words)[1].text.starts_with('*');
  if (!matches_ever(when.days)) {
    return refuse(
        "never", fmt::format("'{}' never comes: no month it names has such a day", all.text),
        "write L in the day of month field for the last day of each month", (*words)[2].offset);
  }
  return when;
}

}  // namespace measured::rules
