#include "rules/time/schedule.h"

#include <gtest/gtest.h>

#include "rules/time/bucket.h"

namespace measured::rules {
namespace {

constexpr std::string_view hard_zones[] = {
    "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "America/Havana", "Asia/Beirut",
    "Antarctica/Troll", "Pacific/Apia",        "America/St_Johns",  "Asia/Tehran"};

Instant at(std::string_view text) {
  return parse_instant(text).value();
}
Zone zone(std::string_view name) {
  return Zone::load(name).value();
}

ScheduleError cron_error(std::string_view text) {
  return Schedule::cron(text, Zone()).error();
}
ScheduleError phrase_error(std::string_view text) {
  return Schedule::phrase(text, Zone()).error();
}

// Minute by minute, the slow way that needs no cleverness: an instant belongs to a fixed schedule
// when it is what one of the day's times resolves to.
std::vector<Instant> times_of_two_years(const Zone& where, int hour, int minute) {
  std::vector<Instant> out;
  const auto first = std::chrono::local_days{std::chrono::year{2011} / 1 / 1};
  for (auto day = first; day < first + std::chrono::days{730}; day += std::chrono::days{1}) {
    const LocalTime wall = day + std::chrono::hours{hour} + std::chrono::minutes{minute};
    const Instant t = where.resolve(wall);
    const bool skipped_day = where.local(t) - wall > std::chrono::hours{3};
    if (!skipped_day && (out.empty() || out.back() < t)) {
      out.push_back(t);
    }
  }
  return out;
}

TEST(Schedule, GivesEachDaysTimeOnceInEveryZone) {
  for (const std::string_view name : hard_zones) {
    SCOPED_TRACE(name);
    const Zone where = zone(name);
    const Schedule schedule = Schedule::phrase("daily at 0:30", where).value();
    std::vector<Instant> got;
    const std::vector<Instant> expected = times_of_two_years(where, 0, 30);
    for (auto t = schedule.next(expected.front() - std::chrono::seconds{1});
         got.size() < expected.size(); t = schedule.next(*t)) {
      got.push_back(*t);
    }
    EXPECT_EQ(got, expected);
    EXPECT_EQ(schedule.count(got.front(), got.back()), std::ssize(got) - 1);
  }
}

TEST(Schedule, CountsWhatSteppingFindsFromAnyInstant) {
  for (const std::string_view text : {"*/45 * * * *", "15,45 0-3 * * *", "30 23 L * *"}) {
    for (const std::string_view name : hard_zones) {
      SCOPED_TRACE(std::string(text) + " " + std::string(name));
      const Schedule schedule = Schedule::cron(text, zone(name)).value();
      const Instant until = at("2011-05-01");
      for (Instant from = at("2011-02-20"); from < until; from += std::chrono::seconds{1'000'003}) {
        std::int64_t steps = 0;
        for (auto t = schedule.next(from); t && *t <= until; t = schedule.next(*t)) {
          ++steps;
        }
        EXPECT_EQ(schedule.count(from, until), steps) << to_text(from);
      }
    }
  }
}

TEST(Schedule, FindsALeapDayAsQuicklyAsAMinute) {
  const Schedule leap = Schedule::cron("0 0 29 2 1", Zone(), DayMatch::all).value();

  EXPECT_EQ(leap.next(at("2024-03-01")), at("2044-02-29"));
}

TEST(Schedule, EndsBeforeTheYearsOverflow) {
  const Schedule often = Schedule::phrase("every 1s", Zone()).value();

  EXPECT_EQ(often.next(Instant::max()), std::nullopt);
  EXPECT_TRUE(often.next(Instant::min()));
}

TEST(ScheduleErrors, SayWhatToWriteAndWhere) {
  const ScheduleError step = cron_error("0 0 * * 1/2");
  EXPECT_EQ(step.message, "'1/2': a step needs * or a range before it");
  EXPECT_EQ(step.help, "write '1-7/2'");
  EXPECT_EQ(step.offset, 8U);

  const ScheduleError back = cron_error("0 22-2 * * *");
  EXPECT_EQ(back.message, "hour range 22-2 runs backwards");
  EXPECT_EQ(back.help, "write '22-23,0-2'");
  EXPECT_EQ(back.offset, 2U);

  EXPECT_EQ(cron_error("0 0 * * monday").help, "write 'mon'");
  EXPECT_EQ(cron_error("@every 5m").help, "write when: \"every 5m\"");
  EXPECT_EQ(cron_error("0 0 */2 * 1").help, "set day_match to any or all");

  EXPECT_EQ(phrase_error("every mondays at 08:00").help, "write 'monday'");
  EXPECT_EQ(phrase_error("every monday at 8").offset, 16U);
  EXPECT_EQ(phrase_error("every monday 08:00").message, "expected 'at' before '08:00'");
  EXPECT_EQ(phrase_error("daily at 08:00 or 09:00").message,
            "'or' is not understood after the time");
}

TEST(ScheduleErrors, RefuseWhatNeverComes) {
  const auto never = Schedule::cron("0 0 15-21 * 1#1", Zone(), DayMatch::all);

  ASSERT_FALSE(never);
  EXPECT_EQ(never.error().kind, "never");
}

TEST(Buckets, FollowEachOtherWithoutHolesAndHoldTheirInstants) {
  for (const std::string_view name : hard_zones) {
    for (const Grain::Kind kind : {Grain::Kind::hour, Grain::Kind::day, Grain::Kind::week,
                                   Grain::Kind::month, Grain::Kind::fiscal_period}) {
      SCOPED_TRACE(name);
      Grain grain;
      grain.kind = kind;
      const Zone where = zone(name);
      const std::vector<Instant> edges =
          bucket_edges(grain, where, at("2011-01-15"), at("2012-01-15"));
      ASSERT_GE(edges.size(), 2U);
      EXPECT_LE(edges.front(), at("2011-01-15"));
      EXPECT_GE(edges.back(), at("2012-01-15"));
      for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
        const Interval expected{edges[i], edges[i + 1]};
        ASSERT_LT(expected.start, expected.end);
        ASSERT_EQ(bucket_of(grain, where, expected.start), expected);
        ASSERT_EQ(bucket_of(grain, where, expected.end - std::chrono::seconds{1}), expected);
      }
      EXPECT_EQ(bucket_step(grain, where, edges.front(), 3).start, edges[3]);
      EXPECT_EQ(bucket_step(grain, where, edges[3], -3).start, edges.front());
    }
  }
}

}  // namespace
}  // namespace measured::rules
