#include "rules/text/dates.h"

#include "rules/text/messages.h"

namespace measured::rules {
namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::year_month_day;

std::string two_digits(unsigned number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}

std::string month_of(Language language, const year_month_day& date) {
  return say(language, "month." + two_digits(static_cast<unsigned>(date.month())));
}

std::string short_month(Language language, const year_month_day& date) {
  return say(language, "month.short." + two_digits(static_cast<unsigned>(date.month())));
}

// Portuguese counts the first of a month: "1º de outubro".
std::string day_of_month(Language language, const year_month_day& date) {
  const auto day = static_cast<unsigned>(date.day());
  return std::to_string(day) + (language == Language::pt_br && day == 1 ? "º" : "");
}

std::string year_of(const year_month_day& date) {
  return std::to_string(static_cast<int>(date.year()));
}

std::string weekday_key(std::string_view form, local_days day) {
  return std::string(form) + std::to_string(std::chrono::weekday{day}.c_encoding());
}

std::string print_in(Language language, std::string_view key, const year_month_day& date) {
  return say(language, key,
             {{"day", day_of_month(language, date)},
              {"month", short_month(language, date)},
              {"year", year_of(date)}});
}

// "16–22 Nov", "30 Nov–6 Dec", with years where they differ.
std::string print_days(Language language, local_days first, local_days last) {
  const year_month_day from{first};
  const year_month_day to{last};
  if (first == last) {
    return print_in(language, "date.day", to);
  }
  const bool one_year = from.year() == to.year();
  const bool one_month = one_year && from.month() == to.month();
  const std::string start = print_in(language,
                                     one_month  ? "date.day_alone"
                                     : one_year ? "date.day"
                                                : "date.day_in_year",
                                     from);
  return start + "–" + print_in(language, one_year ? "date.day" : "date.day_in_year", to);
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
    return print_days(language, first, last);
  }
  const local_days last_monday = last - days{6};
  if (first == last_monday) {
    return say(
        language, "period.week",
        {{"week", std::to_string(iso_week(first))}, {"days", print_days(language, first, last)}});
  }
  return say(language, "period.weeks",
             {{"first", std::to_string(iso_week(first))},
              {"last", std::to_string(iso_week(last_monday))},
              {"days", print_days(language, first, last)}});
}

std::string print_months(Language language, local_days first, local_days last) {
  const year_month_day from{first};
  const year_month_day to{last};
  const bool one_year = from.year() == to.year();
  if (one_year && from.month() == to.month()) {
    return say(language, "date.month", {{"month", month_of(language, to)}, {"year", year_of(to)}});
  }
  if (one_year) {
    return say(language, "date.months",
               {{"first", short_month(language, from)},
                {"last", short_month(language, to)},
                {"year", year_of(to)}});
  }
  return say(language, "date.months_in_years",
             {{"first", short_month(language, from)},
              {"first_year", year_of(from)},
              {"last", short_month(language, to)},
              {"last_year", year_of(to)}});
}

std::string clock_time(LocalTime local) {
  const std::chrono::hh_mm_ss time{local - std::chrono::floor<days>(local)};
  return two_digits(static_cast<unsigned>(time.hours().count())) + ":" +
         two_digits(static_cast<unsigned>(time.minutes().count()));
}

std::string short_day(Language language, local_days day) {
  return say(language, "date.weekday_day",
             {{"weekday", say(language, weekday_key("weekday.short.", day))},
              {"day", print_in(language, "date.day", year_month_day{day})}});
}

std::string print_hours(Language language, LocalTime start, LocalTime end, local_days last) {
  const local_days first = std::chrono::floor<days>(start);
  return say(language, first == last ? "date.hours" : "date.hours_over_days",
             {{"day", short_day(language, first)},
              {"from", clock_time(start)},
              {"last_day", short_day(language, last)},
              {"to", clock_time(end)}});
}

}  // namespace

std::string print_date(Language language, local_days day) {
  return print_in(language, "date.full", year_month_day{day});
}

std::string print_moment(Language language, const Zone& zone, Instant t) {
  const LocalTime local = zone.local(t);
  return say(
      language, "date.moment",
      {{"day", short_day(language, std::chrono::floor<days>(local))}, {"time", clock_time(local)}});
}

std::string print_weekday_date(Language language, const Zone& zone, Instant t) {
  const local_days day = std::chrono::floor<days>(zone.local(t));
  const year_month_day date{day};
  return say(language, "date.weekday_full",
             {{"weekday", say(language, weekday_key("weekday.", day))},
              {"day", day_of_month(language, date)},
              {"month", month_of(language, date)},
              {"year", year_of(date)}});
}

std::string print_beginning(Language language, local_days day, local_days beside) {
  const year_month_day date{day};
  return date.year() == year_month_day{beside}.year() ? short_month(language, date) : year_of(date);
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
    case Grain::Kind::hour: return print_hours(language, start, end, last);
    case Grain::Kind::day:
      return first == last ? short_day(language, first) : print_days(language, first, last);
    case Grain::Kind::week: return print_weeks(language, measure, first, last);
    case Grain::Kind::quarter:
      if (last - first < days{100} && measure.period.year_start_month == 1) {
        const unsigned month = static_cast<unsigned>(year_month_day{first}.month());
        return say(language, "period.quarter",
                   {{"quarter", std::to_string((month + 2) / 3)},
                    {"year", year_of(year_month_day{first})}});
      }
      return print_months(language, first, last);
    case Grain::Kind::month:
    case Grain::Kind::year: return print_months(language, first, last);
    case Grain::Kind::fiscal_year:
    case Grain::Kind::fiscal_quarter:
    case Grain::Kind::fiscal_period: return print_days(language, first, last);
  }
  return print_days(language, first, last);
}

}  // namespace measured::rules
