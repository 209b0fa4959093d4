#include <gtest/gtest.h>

#include "rules/text/dates.h"
#include "rules/text/json.h"
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

constexpr Language en = Language::en;
constexpr Language de = Language::de;
constexpr Language pt_br = Language::pt_br;

TEST(Numbers, AShareNeverRoundsAwayAFinding) {
  const Measure share = on_time();

  EXPECT_EQ(print_value(en, share, 842.0 / 922), "91.3 %");
  EXPECT_EQ(print_value(en, share, 0.9996), ">99.9 %");
  EXPECT_EQ(print_value(en, share, 1.0), "100.0 %");
  EXPECT_EQ(print_value(en, share, 0.0004), "<0.1 %");
  EXPECT_EQ(print_value(en, share, 0.0), "0.0 %");
}

TEST(Numbers, AMissNeverPrintsAsTheTarget) {
  EXPECT_EQ(print_value(en, on_time(), 0.94964, 0.95), "94.96 %");
  EXPECT_EQ(print_value(en, on_time(), 0.95, 0.95), "95.0 %");
  EXPECT_EQ(print_value(en, on_time(), 0.99996, 1.0), "99.996 %");
}

TEST(Numbers, GoalsAreAsWritten) {
  EXPECT_EQ(print_goal(en, on_time(), 0.95), "95 %");
  EXPECT_EQ(print_goal(en, on_time(), 0.925), "92.5 %");
  EXPECT_EQ(print_goal(en, on_time(), 0.29), "29 %");
}

TEST(Numbers, LargeCountsAreGroupedAndSmallOnesAreNot) {
  EXPECT_EQ(print_count(en, 9876), "9876");
  EXPECT_EQ(print_count(en, 1234567), "1\u202f234\u202f567");
  EXPECT_EQ(print_count(en, -12345), "-12\u202f345");
  EXPECT_EQ(print_decimal(en, -0.04, 1), "0.0");
}

TEST(Numbers, EachKindPrintsInItsUnit) {
  Measure mean = on_time();
  mean.kind = MeasureKind::mean;
  mean.unit = "days";
  Measure rate = on_time();
  rate.kind = MeasureKind::rate;
  rate.per = 1000;

  EXPECT_EQ(print_value(en, mean, 4.217), "4.22 days");
  EXPECT_EQ(print_value(en, rate, 30), "30.0 per 1000");
  EXPECT_EQ(print_counts(en, rate, hits(30, 1000)), "30/1000");
}

TEST(Dates, NameWindowsAsPeopleDo) {
  Measure measure = on_time();

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

TEST(Numbers, AreWrittenAsTheReaderWritesThem) {
  Measure rate = on_time();
  rate.kind = MeasureKind::rate;
  rate.per = 1000;

  EXPECT_EQ(print_value(de, on_time(), 842.0 / 922), "91,3 %");
  EXPECT_EQ(print_value(pt_br, on_time(), 842.0 / 922), "91,3%");
  EXPECT_EQ(print_value(de, on_time(), 0.9996), ">99,9 %");
  EXPECT_EQ(print_value(pt_br, on_time(), 0.94964, 0.95), "94,96%");
  EXPECT_EQ(print_goal(de, on_time(), 0.925), "92,5 %");
  EXPECT_EQ(print_goal(pt_br, on_time(), 0.9), "90%");
  EXPECT_EQ(print_count(de, 1234567), "1.234.567");
  EXPECT_EQ(print_count(de, -123), "-123");
  EXPECT_EQ(print_decimal(pt_br, -12345.678, 2), "-12.345,68");
  EXPECT_EQ(print_value(de, rate, 30), "30,0 je 1.000");
}

TEST(Dates, AreWrittenAsTheReaderWritesThem) {
  using namespace std::chrono;
  const Instant monday = sys_days{year{2026} / 11 / 23} + hours{6} + minutes{55};
  const local_days first{year{2026} / 10 / 1};

  EXPECT_EQ(print_moment(en, Zone{}, monday), "Mon 23 Nov 06:55");
  EXPECT_EQ(print_moment(de, Zone{}, monday), "Mo., 23. Nov., 06:55 Uhr");
  EXPECT_EQ(print_moment(pt_br, Zone{}, monday), "seg., 23 nov., 06:55");
  EXPECT_EQ(print_weekday_date(de, Zone{}, monday), "Montag, 23. November 2026");
  EXPECT_EQ(print_weekday_date(pt_br, Zone{}, monday), "segunda-feira, 23 de novembro de 2026");
  EXPECT_EQ(print_date(en, first), "1 Oct 2026");
  EXPECT_EQ(print_date(de, first), "1. Okt. 2026");
  EXPECT_EQ(print_date(pt_br, first), "1º de out. de 2026");
  EXPECT_EQ(print_beginning(de, first, local_days{year{2026} / 3 / 1}), "Okt.");
  EXPECT_EQ(print_beginning(de, first, local_days{year{2027} / 3 / 1}), "2026");
}

TEST(Dates, NamePeriodsAsTheReaderDoes) {
  using namespace std::chrono;
  Measure measure = on_time();
  const Interval weeks{week_start(0), week_start(4)};

  EXPECT_EQ(print_window(de, measure, Zone{}, week_of(0)), "KW 41 (5.–11. Okt.)");
  EXPECT_EQ(print_window(de, measure, Zone{}, weeks), "KW 41 bis 44 (5. Okt.–1. Nov.)");
  EXPECT_EQ(print_window(pt_br, measure, Zone{}, week_of(0)), "semana 41 (5–11 out.)");
  EXPECT_EQ(print_window(pt_br, measure, Zone{}, week_of(12)),
            "semana 53 (28 dez. 2026–3 jan. 2027)");
  measure.period.kind = Grain::Kind::month;
  const Interval autumn{sys_days{year{2026} / 9 / 1}, sys_days{year{2026} / 12 / 1}};
  const Interval winter{sys_days{year{2026} / 12 / 1}, sys_days{year{2027} / 3 / 1}};
  EXPECT_EQ(print_window(de, measure, Zone{}, autumn), "Sept.–Nov. 2026");
  EXPECT_EQ(print_window(pt_br, measure, Zone{}, autumn), "set.–nov. de 2026");
  EXPECT_EQ(print_window(en, measure, Zone{}, winter), "Dec 2026–Feb 2027");
  measure.period.kind = Grain::Kind::quarter;
  const Interval quarter{sys_days{year{2026} / 10 / 1}, sys_days{year{2027} / 1 / 1}};
  EXPECT_EQ(print_window(pt_br, measure, Zone{}, quarter), "4º trimestre de 2026");
  measure.period.kind = Grain::Kind::hour;
  const Interval hour{week_start(0), week_start(0) + hours{1}};
  EXPECT_EQ(print_window(en, measure, Zone{}, hour), "Mon 5 Oct 00:00–01:00");
  EXPECT_EQ(print_window(de, measure, Zone{}, hour), "Mo., 5. Okt., 00:00–01:00 Uhr");
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
