// Days and everything longer are counted: each grain numbers its buckets, and a number and a date
// lead to each other by plain calendar arithmetic. The zone comes in once, where the first midnight
// of a bucket becomes an instant. A bucket holds the instants between two such edges, which is not
// always the same as the instants whose local date lies in it (St John's changed its clocks at
// 00:01), so a bucket found by date is corrected against its edges.
//
// Hours and minutes are cut where the offset changes, so that no bucket mixes two passes of an
// hour.
//
// 52/53-week years follow the National Retail Federation's pattern: twelve periods in quarters of
// 13 weeks, and the 53rd week of a long year in the last one.

#include "rules/time/bucket.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace measured::rules {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::local_days;
using std::chrono::seconds;
using std::chrono::year_month_day;
using Number = std::int64_t;  // of a bucket, in its grain

constexpr int quarter_weeks = 13;

Number floor_div(Number a, Number b) {
  return (a >= 0 ? a : a - b + 1) / b;
}

bool is_clock_grain(const Grain& grain) {
  return grain.kind == Grain::Kind::hour || grain.kind == Grain::Kind::minutes;
}

// Months since January of year 0.
Number month_number(local_days day) {
  const year_month_day date{day};
  return Number{static_cast<int>(date.year())} * 12 + static_cast<unsigned>(date.month()) - 1;
}
local_days month_start(Number number) {
  const Number year = floor_div(number, 12);
  const auto month = static_cast<unsigned>(number - year * 12 + 1);
  return local_days{std::chrono::year{static_cast<int>(year)} / std::chrono::month{month} / 1};
}

// The last day of fiscal year `year`, the one whose closing month lies in that calendar year.
local_days fiscal_year_end(const Grain& grain, Number year) {
  const auto month = std::chrono::month{static_cast<unsigned>(grain.year_end_month)};
  const local_days month_end{std::chrono::year{static_cast<int>(year)} / month / std::chrono::last};
  const days since = std::chrono::weekday{month_end} - grain.year_end_weekday;
  const bool later_is_nearer = since > days{3};
  return grain.year_end == Grain::YearEnd::nearest && later_is_nearer ? month_end - since + days{7}
                                                                      : month_end - since;
}
local_days fiscal_year_start(const Grain& grain, Number year) {
  return fiscal_year_end(grain, year - 1) + days{1};
}

// Weeks of a fiscal quarter before its second and its third period.
std::array<int, 2> period_starts(Grain::Pattern pattern) {
  switch (pattern) {
    case Grain::Pattern::p445: return {4, 8};
    case Grain::Pattern::p454: return {4, 9};
    case Grain::Pattern::p544: return {5, 9};
  }
  return {4, 8};
}

struct FiscalDay {
  Number year;
  int quarter;  // 0 to 3
  int period;   // 0 to 11
};

FiscalDay fiscal_day(const Grain& grain, local_days day) {
  Number year = Number{static_cast<int>(year_month_day{day}.year())} + 1;
  while (fiscal_year_start(grain, year) > day) {
    --year;
  }
  const auto week = static_cast<int>((day - fiscal_year_start(grain, year)).count() / 7);
  const int quarter = std::min(week / quarter_weeks, 3);
  const auto starts = period_starts(grain.pattern);
  const int week_of_quarter = week - quarter * quarter_weeks;
  const int period = week_of_quarter < starts[0] ? 0 : week_of_quarter < starts[1] ? 1 : 2;
  return {year, quarter, quarter * 3 + period};
}

local_days week_epoch(const Grain& grain) {
  // 1970-01-01 was a Thursday.
  return local_days{} - (std::chrono::Thursday - grain.week_start);
}

// The number of the bucket that holds local day `day`.
Number number_of(const Grain& grain, local_days day) {
  switch (grain.kind) {
    case Grain::Kind::minutes:
    case Grain::Kind::hour:
    case Grain::Kind::day: break;
    case Grain::Kind::week: return floor_div((day - week_epoch(grain)).count(), 7);
    case Grain::Kind::month: return month_number(day);
    case Grain::Kind::quarter:
      return floor_div(month_number(day) - (grain.year_start_month - 1), 3);
    case Grain::Kind::year: return floor_div(month_number(day) - (grain.year_start_month - 1), 12);
    case Grain::Kind::fiscal_year: return fiscal_day(grain, day).year;
    case Grain::Kind::fiscal_quarter: {
      const FiscalDay at = fiscal_day(grain, day);
      return at.year * 4 + at.quarter;
    }
    case Grain::Kind::fiscal_period: {
      const FiscalDay at = fiscal_day(grain, day);
      return at.year * 12 + at.period;
    }
  }
  return day.time_since_epoch().count();
}

// The first local day of a bucket.
local_days first_day(const Grain& grain, Number number) {
  switch (grain.kind) {
    case Grain::Kind::minutes:
    case Grain::Kind::hour:
    case Grain::Kind::day: break;
    case Grain::Kind::week: return week_epoch(grain) + days{number * 7};
    case Grain::Kind::month: return month_start(number);
    case Grain::Kind::quarter: return month_start(number * 3 + grain.year_start_month - 1);
    case Grain::Kind::year: return month_start(number * 12 + grain.year_start_month - 1);
    case Grain::Kind::fiscal_year: return fiscal_year_start(grain, number);
    case Grain::Kind::fiscal_quarter: {
      const Number year = floor_div(number, 4);
      return fiscal_year_start(grain, year) + days{7 * quarter_weeks * (number - year * 4)};
    }
    case Grain::Kind::fiscal_period: {
      const Number year = floor_div(number, 12);
      const Number quarter = (number - year * 12) / 3;
      const Number period = (number - year * 12) % 3;
      const auto starts = period_starts(grain.pattern);
      const Number weeks = quarter * quarter_weeks +
                           (period == 0 ? 0 : starts[static_cast<std::size_t>(period - 1)]);
      return fiscal_year_start(grain, year) + days{7 * weeks};
    }
  }
  return local_days{days{number}};
}

Instant edge(const Grain& grain, const Zone& zone, Number number) {
  return zone.resolve(first_day(grain, number));
}

// The number of the bucket with edge(number) <= t < edge(number + 1).
Number number_at(const Grain& grain, const Zone& zone, Instant t) {
  Number number = number_of(grain, floor<days>(zone.local(t)));
  while (edge(grain, zone, number) > t) {
    --number;
  }
  while (edge(grain, zone, number + 1) <= t) {
    ++number;
  }
  return number;
}

Interval clock_bucket(const Grain& grain, const Zone& zone, Instant t) {
  const seconds length = std::chrono::minutes{grain.kind == Grain::Kind::hour ? 60 : grain.minutes};
  const seconds offset = zone.offset(t);
  const seconds local = t.time_since_epoch() + offset;
  const seconds start = length * floor_div(local.count(), length.count());
  Interval bucket{Instant{start - offset}, Instant{start + length - offset}};
  for (Instant change = zone.next_transition(bucket.start - seconds{1}); change < bucket.end;
       change = zone.next_transition(change)) {
    (change <= t ? bucket.start : bucket.end) = change;
  }
  return bucket;
}

std::string clock_label(const Zone& zone, Instant start) {
  const LocalTime local = zone.local(start);
  const auto day = floor<days>(local);
  const year_month_day date{day};
  const std::chrono::hh_mm_ss time{local - day};
  const seconds offset = zone.offset(start);
  const std::chrono::hh_mm_ss ahead{std::chrono::abs(offset)};
  std::string label =
      fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}{}{:02}:{:02}", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  time.hours().count(), time.minutes().count(), offset < seconds{0} ? '-' : '+',
                  ahead.hours().count(), ahead.minutes().count());
  return label;
}

std::string day_label(local_days day) {
  const year_month_day date{day};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

std::string week_label(const Grain& grain, local_days start) {
  if (grain.week_start != std::chrono::Monday) {
    return day_label(start) + "/P7D";
  }
  // ISO 8601: a week belongs to the year that its Thursday lies in.
  const local_days thursday = start + days{3};
  const std::chrono::year year = year_month_day{thursday}.year();
  const days since_new_year = thursday - local_days{year / 1 / 1};
  return fmt::format("{:04}-W{:02}", static_cast<int>(year), since_new_year.count() / 7 + 1);
}

}  // namespace

Interval bucket_of(const Grain& grain, const Zone& zone, Instant t) {
  if (is_clock_grain(grain)) {
    return clock_bucket(grain, zone, t);
  }
  const Number number = number_at(grain, zone, t);
  return {edge(grain, zone, number), edge(grain, zone, number + 1)};
}

std::vector<Instant> bucket_edges(const Grain& grain, const Zone& zone, Instant from, Instant to) {
  std::vector<Instant> edges;
  if (to <= from) {
    return edges;
  }
  Interval bucket = bucket_of(grain, zone, from);
  edges.push_back(bucket.start);
  edges.push_back(bucket.end);
  while (bucket.end < to) {
    bucket = bucket_of(grain, zone, bucket.end);
    edges.push_back(bucket.end);
  }
  return edges;
}

Interval bucket_step(const Grain& grain, const Zone& zone, Instant start, int steps) {
  Interval bucket = bucket_of(grain, zone, start);
  for (; steps > 0; --steps) {
    bucket = bucket_of(grain, zone, bucket.end);
  }
  for (; steps < 0; ++steps) {
    bucket = bucket_of(grain, zone, bucket.start - seconds{1});
  }
  return bucket;
}

Interval rolling_days(const Zone& zone, Instant t, int n, bool include_current) {
  const Grain day{};
  const Number today = number_at(day, zone, t);
  if (include_current) {
    return {edge(day, zone, today - n + 1), t};
  }
  return {edge(day, zone, today - n), edge(day, zone, today)};
}

std::string bucket_label(const Grain& grain, const Zone& zone, Instant start) {
  if (is_clock_grain(grain)) {
    return clock_label(zone, start);
  }
  const Number number = number_at(grain, zone, start);
  const local_days day = first_day(grain, number);
  const Number month = month_number(day);
  const Number year_shift = grain.year_start_month - 1;
  const Number year = floor_div(month - year_shift, 12) + (year_shift > 0 ? 1 : 0);
  const std::string_view fiscal = year_shift > 0 ? "FY" : "";
  switch (grain.kind) {
    case Grain::Kind::minutes:
    case Grain::Kind::hour:
    case Grain::Kind::day: break;
    case Grain::Kind::week: return week_label(grain, day);
    case Grain::Kind::month:
      return fmt::format("{:04}-{:02}", floor_div(month, 12), month % 12 + 1);
    case Grain::Kind::quarter: return fmt::format("{}{:04}-Q{}", fiscal, year, number % 4 + 1);
    case Grain::Kind::year: return fmt::format("{}{:04}", fiscal, year);
    case Grain::Kind::fiscal_year: return fmt::format("FY{:04}", number);
    case Grain::Kind::fiscal_quarter: return fmt::format("FY{:04}-Q{}", number / 4, number % 4 + 1);
    case Grain::Kind::fiscal_period:
      return fmt::format("FY{:04}-P{:02}", number / 12, number % 12 + 1);
  }
  return day_label(day);
}

}  // namespace measured::rules
