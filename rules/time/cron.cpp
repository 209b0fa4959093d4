// Five-field cron expressions. Programs that read them agree on little beyond "0 8 * * 1": where
// they differ in meaning (5/15, 22-2, */2 in both day fields, a sixth field) the text is refused
// with what to write instead, so that an expression copied from elsewhere never runs at another
// time than it did there. Names, ranges and L, W and # are those that most programs share.

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "rules/ascii.h"
#include "rules/time/cron_field.h"
#include "rules/time/plan.h"

namespace measured::rules {
namespace {

using Refused = tl::unexpected<ScheduleError>;

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
  if (words.size() != cron_fields.size()) {
    return refuse(
        "fields",
        fmt::format("'{}' has {} field{}, not 5", all.text, words.size(),
                    words.size() == 1 ? "" : "s"),
        words.size() > cron_fields.size()
            ? "leave out seconds and years; for seconds write when: \"every 10s\""
            : "write minute, hour, day of month, month and day of week, such as '0 8 * * 1'",
        words.size() > cron_fields.size() ? words[cron_fields.size()].offset : all.offset);
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
  std::array<std::uint64_t, cron_fields.size()> bits{};
  for (std::size_t i = 0; i < cron_fields.size(); ++i) {
    const Piece& word = (*words)[i];
    const bool is_day = cron_fields[i].kind == CronField::Kind::day_of_month ||
                        cron_fields[i].kind == CronField::Kind::day_of_week;
    if (is_day && word.text == "?") {
      continue;
    }
    const auto parsed = parse_cron_field(cron_fields[i], word, when.days);
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
