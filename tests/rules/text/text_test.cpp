#include <gtest/gtest.h>

#include "rules/text/json.h"
#include "rules/text/messages.h"
#include "rules/text/numbers.h"
#include "rules/text/width.h"
#include "rules/utf8.h"
#include "tests/support/judging.h"

namespace measured::rules {
namespace {

using tests::hits;
using tests::on_time;
using tests::week_of;
using tests::week_start;

TEST(Numbers, AShareNeverRoundsAwayAFinding) {
  const Measure share = on_time();

  EXPECT_EQ(print_value(share, 842.0 / 922), "91.3 %");
  EXPECT_EQ(print_value(share, 0.9996), ">99.9 %");
  EXPECT_EQ(print_value(share, 1.0), "100.0 %");
  EXPECT_EQ(print_value(share, 0.0004), "<0.1 %");
  EXPECT_EQ(print_value(share, 0.0), "0.0 %");
}

TEST(Numbers, AMissNeverPrintsAsTheTarget) {
  EXPECT_EQ(print_value(on_time(), 0.94964, 0.95), "94.96 %");
  EXPECT_EQ(print_value(on_time(), 0.95, 0.95), "95.0 %");
  EXPECT_EQ(print_value(on_time(), 0.99996, 1.0), "99.996 %");
}

TEST(Numbers, GoalsAreAsWritten) {
  EXPECT_EQ(print_goal(on_time(), 0.95), "95 %");
  EXPECT_EQ(print_goal(on_time(), 0.925), "92.5 %");
  EXPECT_EQ(print_goal(on_time(), 0.29), "29 %");
}

TEST(Numbers, LargeCountsAreGroupedAndSmallOnesAreNot) {
  EXPECT_EQ(print_count(9876), "9876");
  EXPECT_EQ(print_count(1234567), "1\u202f234\u202f567");
  EXPECT_EQ(print_count(-12345), "-12\u202f345");
  EXPECT_EQ(print_decimal(-0.04, 1), "0.0");
}

TEST(Numbers, EachKindPrintsInItsUnit) {
  Measure mean = on_time();
  mean.kind = MeasureKind::mean;
  mean.unit = "days";
  Measure rate = on_time();
  rate.kind = MeasureKind::rate;
  rate.per = 1000;

  EXPECT_EQ(print_value(mean, 4.217), "4.22 days");
  EXPECT_EQ(print_value(rate, 30), "30.0 per 1000");
  EXPECT_EQ(print_counts(rate, hits(30, 1000)), "30/1000");
}

TEST(Numbers, WindowsAreNamedAsPeopleNameThem) {
  Measure measure = on_time();
  const Language en = Language::en;

  EXPECT_EQ(print_window(en, measure, Zone{}, week_of(0)), "week 41 (5–11 Oct)");
  EXPECT_EQ(print_window(en, measure, Zone{}, {week_start(0), week_start(4)}),
            "weeks 41 to 44 (5 Oct–1 Nov)");
  EXPECT_EQ(print_window(en, measure, Zone{}, week_of(12)), "week 53 (28 Dec 2026–3 Jan 2027)");
  measure.period.kind = Grain::Kind::month;
  const auto month = [](int from, int to) {
    using namespace std::chrono;
    return Interval{sys_days{year{2026} / from / 1}, sys_days{year{2026} / to / 1}};
  };
  EXPECT_EQ(print_window(en, measure, Zone{}, month(11, 12)), "November 2026");
  EXPECT_EQ(print_window(en, measure, Zone{}, month(9, 12)), "Sep–Nov 2026");
}

TEST(Messages, ArgumentsAreNeverReadAsMessages) {
  EXPECT_EQ(say(Language::en, "pair", {{"measure", "{team}"}, {"team", "{n}"}}), "{team} at {n}");
  EXPECT_EQ(say_count(Language::en, "list.more", 2, {{"all", "{n}"}}), "{n} and 2 more");
}

TEST(Width, CountsColumnsAndNotBytes) {
  EXPECT_EQ(display_width("São Paulo"), 9);
  EXPECT_EQ(display_width("e\u0301"), 1);
  EXPECT_EQ(display_width("東京"), 4);
  EXPECT_EQ(pad_right("東京", 6), "東京  ");
}

TEST(Width, OneLineIsOneLine) {
  EXPECT_EQ(one_line("a\r\nb\tc\u202e  d", 80), "a b c d");
  EXPECT_EQ(one_line("abcdef", 4), "abc…");
  EXPECT_EQ(one_line("abcd", 4), "abcd");
  EXPECT_EQ(one_line("\xff", 4), "\ufffd");
}

TEST(Json, WritesCompactlyAndReadsBack) {
  JsonWriter json;
  json.begin_object().member("a", 94.1).member("b", "x\"\n\x01").key("c").begin_array();
  json.value(1).value(true).null().begin_object().end_object().end_array().end_object();

  EXPECT_EQ(json.text(), R"({"a":94.1,"b":"x\"\n\u0001","c":[1,true,null,{}]})");
  const std::optional<JsonValue> read = parse_json(json.text());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->find("b")->text, "x\"\n\x01");
  EXPECT_EQ(read->find("c")->items.size(), 4U);
}

TEST(Json, RefusesWhatIsNotOneValue) {
  for (const char* text : {"", "{", "{}x", "[1,]", "\"", "nul", "{\"a\" 1}", "1e999"}) {
    EXPECT_FALSE(parse_json(text)) << text;
  }
  EXPECT_FALSE(parse_json(std::string(100, '[') + std::string(100, ']')));
}

TEST(Json, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(valid_utf8("a\xc3\x28\xed\xa0\x80z"), "a\ufffd(\ufffd\ufffd\ufffdz");
}

}  // namespace
}  // namespace measured::rules
