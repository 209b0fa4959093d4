#include "rules/time/zone.h"

#include <gtest/gtest.h>

namespace measured::rules {
namespace {

Zone zone(std::string_view name) {
  return Zone::load(name).value();
}
Instant at(std::string_view text) {
  return parse_instant(text).value();
}

LocalTime wall(int year, unsigned month, unsigned day, int hour, int minute) {
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month},
                                         std::chrono::day{day}};
  return std::chrono::local_days{date} + std::chrono::hours{hour} + std::chrono::minutes{minute};
}

TEST(Zone, IsUtcUnlessToldOtherwise) {
  const Zone utc;

  EXPECT_EQ(utc.name(), "UTC");
  EXPECT_EQ(utc.resolve(wall(2026, 11, 23, 7, 0)), at("2026-11-23T07:00:00Z"));
  EXPECT_EQ(utc.next_transition(at("2026-01-01")), Instant::max());
  EXPECT_EQ(utc, zone("UTC"));
}

TEST(Zone, ResolvesAGapToItsEndAndAnOverlapToItsFirstPass) {
  const Zone new_york = zone("America/New_York");

  EXPECT_EQ(new_york.resolve(wall(2025, 3, 9, 2, 30)), at("2025-03-09T07:00:00Z"));
  EXPECT_EQ(new_york.resolve(wall(2025, 11, 2, 1, 30)), at("2025-11-02T05:30:00Z"));
  EXPECT_EQ(new_york.resolve(wall(2025, 11, 2, 2, 0)), at("2025-11-02T07:00:00Z"));
}

TEST(Zone, KnowsTheRulesBeyond2037) {
  EXPECT_EQ(zone("Europe/Berlin").resolve(wall(2060, 7, 1, 12, 0)), at("2060-07-01T10:00:00Z"));
}

TEST(Zone, FindsTheNextChangeOfOffsetOnly) {
  const Zone lord_howe = zone("Australia/Lord_Howe");
  const Instant spring = lord_howe.next_transition(at("2025-07-01"));

  EXPECT_EQ(spring, at("2025-10-04T15:30:00Z"));
  EXPECT_EQ(lord_howe.next_transition(spring - std::chrono::seconds{1}), spring);
  EXPECT_EQ(lord_howe.next_transition(spring), at("2026-04-04T15:00:00Z"));
  EXPECT_EQ(lord_howe.offset(spring) - lord_howe.offset(spring - std::chrono::seconds{1}),
            std::chrono::minutes{30});
  // Apia skipped 2011-12-30 whole.
  EXPECT_EQ(zone("Pacific/Apia").next_transition(at("2011-12-01")), at("2011-12-30T10:00:00Z"));
}

TEST(Zone, RefusesWhatIsNotAZoneAndSaysWhatToWrite) {
  const auto message = [](std::string_view name) { return Zone::load(name).error().message; };

  EXPECT_EQ(message("America/New_york"),
            "unknown time zone 'America/New_york'; write 'America/New_York'");
  EXPECT_EQ(message("Mars/Olympus"),
            "unknown time zone 'Mars/Olympus'; write a name of the IANA time zone database such as "
            "'Europe/Berlin'");
  EXPECT_NE(message("GMT+2").find("'Etc/GMT-2' for two hours ahead"), std::string::npos);
  for (const std::string_view name :
       {"", "/", "Europe/", "Europe", "../../etc/passwd", "/etc/localtime", "localtime",
        "posixrules", "posix/Europe/Berlin", "Factory", "PST8", "+02:00", "Fixed/UTC+02:00:00",
        "libc:localtime"}) {
    EXPECT_FALSE(Zone::load(name)) << name;
  }
}

}  // namespace
}  // namespace measured::rules
