#include "rules/text/numbers.h"

#include <array>
#include <charconv>
#include <cmath>

namespace measured::rules {
namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::year_month_day;

constexpr std::string_view narrow_space = "\u202f";
constexpr int decimals_max = 4;

constexpr std::array months = {"January",   "February", "March",    "April",
                               "May",       "June",     "July",     "August",
                               "September", "October",  "November", "December"};
constexpr std::array weekdays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                 "Thursday", "Friday", "Saturday"};

// Shares (and queries that give one) print as per cent.
bool is_percentage(const Measure& measure) {
  return measure.kind == MeasureKind::ratio ||
         (measure.kind == MeasureKind::query && measure.query_value == QueryValue::ratio);
}

bool is_whole(const Measure& measure) {
  return measure.kind == MeasureKind::count ||
         (measure.kind == MeasureKind::query && measure.query_value == QueryValue::count);
}

std::string unit_of(const Measure& measure) {
  if (measure.kind == MeasureKind::rate) {
    return " " +
           say(Language::en, "per", {{"n", print_count(static_cast<std::int64_t>(measure.per))}});
  }
  if (is_percentage(measure)) {
    return " %";
  }
  return measure.unit.empty() ? "" : " " + measure.unit;
}

int decimals_for(const Measure& measure, double value) {
  if (is_whole(measure)) {
    return 0;
  }
  if (is_percentage(measure) || measure.kind == MeasureKind::rate) {
    return 1;
  }
  return std::abs(value) < 10 ? 2 : std::abs(value) < 1000 ? 1 : 0;
}

std::string grouped(std::string digits) {
  const std::size_t begin = digits.starts_with('-') ? 1 : 0;
  const std::size_t dot = std::min(digits.find('.'), digits.size());
  constexpr std::size_t grouped_from = 5;
  if (dot - begin < grouped_from) {
    return digits;
  }
  for (std::size_t at = dot; at > begin + 3; at -= 3) {
    digits.insert(at - 3, narrow_space);
  }
  return digits;
}

std::string short_month(const year_month_day& date) {
  return std::string(months[static_cast<unsigned>(date.month()) - 1]).substr(0, 3);
}

std::string day_of_month(const year_month_day& date) {
  return std::to_string(static_cast<unsigned>(date.day()));
}

std::string year_of(const year_month_day& date) {
  return std::to_string(static_cast<int>(date.year()));
}

// "16–22 Nov", "30 Nov–6 Dec", with years where they differ.
std::string print_days(local_days first, local_days last) {
  const year_month_day from{first};
  const year_month_day to{last};
  if (first == last) {
    return day_of_month(to) + " " + short_month(to);
  }
  std::string out = day_of_month(from);
  if (from.year() != to.year()) {
    out += " " + short_month(from) + " " + year_of(from);
  } else if (from.month() != to.month()) {
    out += " " + short_month(from);
  }
  out += "–" + day_of_month(to) + " " + short_month(to);
  return from.year() != to.year() ? out + " " + year_of(to) : out;
}

// ISO 8601: the week belongs to the year of its Thursday.
int iso_week(local_days monday) {
  const local_days thursday = monday + days{3};
  const local_days new_year{year_month_day{thursday}.year() / 1 / 1};
  return static_cast<int>((thursday - new_year) / days{7}) + 1;
}

std::string print_weeks(Language language, const Measure& measure, local_days first,
                        local_days last) {
  if (measure.period.week_start != std::chrono::Monday) {
    return print_days(first, last);
  }
  const local_days last_monday = last - days{6};
  if (first == last_monday) {
    return say(language, "period.week",
               {{"week", std::to_string(iso_week(first))}, {"days", print_days(first, last)}});
  }
  return say(language, "period.weeks",
             {{"first", std::to_string(iso_week(first))},
              {"last", std::to_string(iso_week(last_monday))},
              {"days", print_days(first, last)}});
}

std::string print_months(local_days first, local_days last) {
  const year_month_day from{first};
  const year_month_day to{last};
  if (from.year() == to.year() && from.month() == to.month()) {
    return std::string(months[static_cast<unsigned>(to.month()) - 1]) + " " + year_of(to);
  }
  const std::string start =
      from.year() == to.year() ? short_month(from) : short_month(from) + " " + year_of(from);
  return start + "–" + short_month(to) + " " + year_of(to);
}

std::string clock_time(LocalTime local) {
  const std::chrono::hh_mm_ss time{local - std::chrono::floor<days>(local)};
  std::string out = time.hours().count() < 10 ? "0" : "";
  out += std::to_string(time.hours().count()) + ":";
  out += time.minutes().count() < 10 ? "0" : "";
  return out + std::to_string(time.minutes().count());
}

std::string short_day(local_days day) {
  const year_month_day date{day};
  const std::chrono::weekday weekday{day};
  return std::string(weekdays[weekday.c_encoding()]).substr(0, 3) + " " + day_of_month(date) + " " +
         short_month(date);
}

}  // namespace

std::string print_count(std::int64_t n) {
  return grouped(std::to_string(n));
}

std::string print_decimal(double value, int decimals) {
  std::array<char, 64> digits{};
  const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), value,
                                     std::chars_format::fixed, decimals);
  std::string text = written.ec == std::errc{} ? std::string(digits.data(), written.ptr) : "…";
  if (text.starts_with('-') && text.find_first_not_of("-0.") == std::string::npos) {
    text.erase(0, 1);
  }
  return grouped(std::move(text));
}

namespace {

// Without trailing zeros: "95", "92.5".
std::string trimmed(double value) {
  std::string text = print_decimal(value, decimals_max);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) {
    text.pop_back();
  }
  return text;
}

}  // namespace

std::string print_value(const Measure& measure, double value, std::optional<double> apart_from) {
  const bool percent = is_percentage(measure);
  const double scale = percent ? 100 : 1;
  int decimals = decimals_for(measure, value);
  std::string text = print_decimal(value * scale, decimals);
  constexpr double same = 1e-12;
  if (apart_from && std::abs(value - *apart_from) > same) {
    while (decimals < decimals_max && text == print_decimal(*apart_from * scale, decimals)) {
      text = print_decimal(value * scale, ++decimals);
    }
  }
  if (percent && value > 0 && text.find_first_of("123456789") == std::string::npos) {
    text = "<0.1";
  } else if (percent && value < 1 && text.starts_with("100")) {
    text = ">99.9";
  }
  return text + unit_of(measure);
}

std::string print_goal(const Measure& measure, double goal) {
  return trimmed(is_percentage(measure) ? goal * 100 : goal) + unit_of(measure);
}

std::string print_target(Language language, const Measure& measure, const TargetValue& target) {
  const std::string_view key =
      target.direction == Direction::at_least ? "target.at_least" : "target.at_most";
  return say(language, key, {{"value", print_goal(measure, target.goal)}});
}

std::string print_counts(const Measure& measure, const Tally& tally) {
  if (is_percentage(measure) || measure.kind == MeasureKind::rate) {
    return trimmed(tally.numerator) + "/" + trimmed(tally.denominator);
  }
  return is_whole(measure) ? "" : "n " + print_count(tally.n);
}

std::string print_counts_in_words(Language language, const Measure& measure, const Tally& tally) {
  if (is_percentage(measure) || measure.kind == MeasureKind::rate) {
    return " (" +
           say(language, "counts",
               {{"hits", trimmed(tally.numerator)}, {"cases", trimmed(tally.denominator)}}) +
           ")";
  }
  return is_whole(measure) ? "" : " (n " + print_count(tally.n) + ")";
}

std::string print_date(Language, local_days day) {
  const year_month_day date{day};
  return day_of_month(date) + " " + short_month(date) + " " + year_of(date);
}

std::string print_moment(Language, const Zone& zone, Instant t) {
  const LocalTime local = zone.local(t);
  return short_day(std::chrono::floor<days>(local)) + " " + clock_time(local);
}

std::string print_weekday_date(Language, const Zone& zone, Instant t) {
  const local_days day = std::chrono::floor<days>(zone.local(t));
  const year_month_day date{day};
  return std::string(weekdays[std::chrono::weekday{day}.c_encoding()]) + " " + day_of_month(date) +
         " " + months[static_cast<unsigned>(date.month()) - 1] + " " + year_of(date);
}

std::string print_window(Language language, const Measure& measure, const Zone& zone,
                         const Interval& window) {
  const LocalTime start = zone.local(window.start);
  const LocalTime end = zone.local(window.end);
  const local_days first = std::chrono::floor<days>(start);
  // The end belongs to the next period: the last day is the one before it.
  const local_days last = std::chrono::floor<days>(end - std::chrono::seconds{1});
  switch (measure.period.kind) {
    case Grain::Kind::minutes:
    case Grain::Kind::hour:
      return short_day(first) + " " + clock_time(start) + "–" +
             (first == last ? "" : short_day(last) + " ") + clock_time(end);
    case Grain::Kind::day: return first == last ? short_day(first) : print_days(first, last);
    case Grain::Kind::week: return print_weeks(language, measure, first, last);
    case Grain::Kind::quarter:
      if (last - first < days{100} && measure.period.year_start_month == 1) {
        const unsigned month = static_cast<unsigned>(year_month_day{first}.month());
        return say(language, "period.quarter",
                   {{"quarter", std::to_string((month + 2) / 3)},
                    {"year", year_of(year_month_day{first})}});
      }
      return print_months(first, last);
    case Grain::Kind::month:
    case Grain::Kind::year: return print_months(first, last);
    case Grain::Kind::fiscal_year:
    case Grain::Kind::fiscal_quarter:
    case Grain::Kind::fiscal_period: return print_days(first, last);
  }
  return print_days(first, last);
}

}  // namespace measured::rules
