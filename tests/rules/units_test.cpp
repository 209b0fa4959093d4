#include "rules/units.h"

#include <gtest/gtest.h>

namespace measured::rules {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(Units, AddUpThePartsOfADuration) {
  EXPECT_EQ(*parse_duration("15m"), minutes{15});
  EXPECT_EQ(*parse_duration("1h30m"), minutes{90});
  EXPECT_EQ(*parse_duration("7 days"), days{7});
  EXPECT_EQ(*parse_duration("4w"), days{28});
  EXPECT_EQ(*parse_duration("1y"), days{365});
  EXPECT_EQ(*parse_duration("0s"), seconds{0});
}

TEST(Units, SayWhatIsWrongWithADuration) {
  EXPECT_EQ(parse_duration("7 dayz").error().message, "'7 dayz': unknown unit 'dayz'");
  EXPECT_EQ(parse_duration("60").error().help, "write 60s, 60m, 60h, 60d or 60w");
  EXPECT_EQ(parse_duration("-5m").error().message, "'-5m' is not a duration");
  EXPECT_EQ(parse_duration("1.5h").error().code, "bad-duration");
  EXPECT_EQ(parse_duration("99999999999999999w").error().message,
            "'99999999999999999w' is longer than 100 years");
  EXPECT_FALSE(parse_duration(""));
}

TEST(Units, ReadAPercentageAsTheNearestShare) {
  EXPECT_EQ(*parse_percent("92%"), 0.92);
  EXPECT_EQ(*parse_percent("99.95%"), 0.9995);
  EXPECT_EQ(parse_percent("0.92").error().help, "write 92%");
  EXPECT_EQ(parse_percent("92").error().help, "write 92%");
  EXPECT_FALSE(parse_percent("120%"));
}

TEST(Units, ReadNumbersInOneLocaleOnly) {
  EXPECT_EQ(*parse_number("94.1"), 94.1);
  EXPECT_EQ(*parse_number("-3"), -3);
  for (const char* text : {"", "1,5", "0x10", "nan", "inf", "1 2", "1e999"}) {
    EXPECT_FALSE(parse_number(text)) << text;
  }
}

TEST(Units, ReadPeriodsWithTheirUnit) {
  EXPECT_EQ(*parse_periods("1 period"), 1);
  EXPECT_EQ(*parse_periods("4 periods"), 4);
  EXPECT_EQ(parse_periods("4").error().help, "write 4 periods");
  EXPECT_EQ(parse_periods("2 weeks").error().help, "write 2 periods");
  EXPECT_FALSE(parse_periods("0 periods"));
}

TEST(Units, ReadOnlyDaysThatExist) {
  EXPECT_TRUE(parse_date("2024-02-29"));
  EXPECT_EQ(parse_date("2025-02-29").error().message, "there is no day '2025-02-29'");
  EXPECT_EQ(parse_date("23.11.2026").error().message, "'23.11.2026' is not a date");
  EXPECT_FALSE(parse_date("2026-1-01"));
}

TEST(Units, ReadSizesInPowersOfTwo) {
  EXPECT_EQ(*parse_bytes("64 KiB"), 65536U);
  EXPECT_EQ(*parse_bytes("8MiB"), 8388608U);
  EXPECT_FALSE(parse_bytes("8 MB"));
  EXPECT_FALSE(parse_bytes("64"));
}

TEST(Units, WriteADurationInItsLargestUnit) {
  EXPECT_EQ(duration_text(days{28}), "4w");
  EXPECT_EQ(duration_text(days{10}), "10d");
  EXPECT_EQ(duration_text(minutes{90}), "90m");
  EXPECT_EQ(duration_text(seconds{0}), "0s");
}

}  // namespace
}  // namespace measured::rules
