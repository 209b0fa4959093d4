#include "rules/time/instant.h"

#include <gtest/gtest.h>

namespace measured::rules {
namespace {

Instant at(std::string_view text) {
  return parse_instant(text).value();
}

TEST(Instant, IsWrittenAndReadInOneForm) {
  EXPECT_EQ(to_text(at("2026-11-23T07:08:09Z")), "2026-11-23T07:08:09Z");
  EXPECT_EQ(to_text(at("2024-02-29")), "2024-02-29T00:00:00Z");
  EXPECT_EQ(to_text(at("1969-12-31T23:59:59Z")), "1969-12-31T23:59:59Z");
}

TEST(Instant, RefusesEveryOtherForm) {
  for (const std::string_view text :
       {"", "2026", "2026-11-23T07:00:00", "2026-11-23 07:00:00Z", "2026-11-23T07:00:00+01:00",
        "2026-02-29", "2026-13-01", "2026-11-23T24:00:00Z", "2026-11-23T07:60:00Z",
        "2026-11-23T07:00:60Z", "20x6-11-23", "2026-11-23T07:00:00Z ", "+026-11-23"}) {
    EXPECT_FALSE(parse_instant(text)) << text;
  }
  EXPECT_EQ(parse_instant("tomorrow").error().message,
            "'tomorrow' is not an instant; write UTC as '2026-11-23T07:00:00Z' or '2026-11-23'");
}

}  // namespace
}  // namespace measured::rules
