// Working time and holiday feeds, as independent programs computed them.

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "rules/time/ics.h"
#include "rules/time/working.h"
#include "tests/support/time_vectors.h"

namespace measured::rules {
namespace {

namespace json = boost::json;
using tests::instant_of;
using tests::integer_of;
using tests::text_of;

void expect_business(const json::object& vector, const Calendar& calendar) {
  const std::string kind = text_of(vector, "kind");
  const Instant start = instant_of(vector, "start");
  if (kind == "working_seconds") {
    const Instant end = instant_of(vector, "end");
    const std::int64_t seconds = integer_of(vector, "seconds");
    EXPECT_EQ(working_time(calendar, start, end).count(), seconds);
    EXPECT_EQ(working_time(calendar, end, start).count(), -seconds);
    const WorkingClock clock(calendar,
                             {start - std::chrono::days{9}, end + std::chrono::days{400}});
    const auto until = [&clock](Instant t) {
      return clock.until(static_cast<double>(t.time_since_epoch().count())).value();
    };
    EXPECT_EQ(until(end) - until(start), static_cast<double>(seconds));
  } else if (kind == "due") {
    const std::chrono::seconds working{integer_of(vector, "working_seconds")};
    const auto found = due(calendar, start, working);
    ASSERT_TRUE(found);
    EXPECT_EQ(to_text(*found), text_of(vector, "due"));
    EXPECT_EQ(working_time(calendar, start, *found), working);
  } else if (kind == "due_business_days") {
    const auto found =
        due_business_days(calendar, start, static_cast<int>(integer_of(vector, "days")));
    ASSERT_TRUE(found);
    EXPECT_EQ(to_text(*found), text_of(vector, "due"));
  } else {
    FAIL() << "unknown kind '" << kind << "'";
  }
}

TEST(VectorsBusiness, CountWorkingTimeAsIndependentProgramsDid) {
  const tests::TimeVectors vectors = tests::time_vectors("business.json");

  for (const json::object& vector : vectors.cases) {
    SCOPED_TRACE(text_of(vector, "id") + " " + json::serialize(vector));
    const Calendar calendar =
        tests::calendar_of(vectors.calendars.at(text_of(vector, "calendar")).as_object());
    expect_business(vector, calendar);
    const std::optional<Calendar> again = parse_calendar(to_text(calendar));
    ASSERT_TRUE(again);
    EXPECT_EQ(to_text(*again), to_text(calendar));
    expect_business(vector, *again);
  }
}

std::string date_text(std::chrono::local_days day) {
  return to_text(Instant{day.time_since_epoch()}).substr(0, 10);
}

std::chrono::local_days day_of(const json::object& vector, std::string_view field) {
  return std::chrono::local_days{
      std::chrono::floor<std::chrono::days>(instant_of(vector, field)).time_since_epoch()};
}

TEST(VectorsIcs, ReadHolidaysAsIndependentProgramsDid) {
  const tests::TimeVectors vectors = tests::time_vectors("ics.json");

  for (const json::object& vector : vectors.cases) {
    SCOPED_TRACE(text_of(vector, "id") + " " + text_of(vector, "name"));
    const auto feed =
        read_ics(text_of(vector, "ics"), day_of(vector, "from"), day_of(vector, "to"));
    ASSERT_TRUE(feed) << feed.error().message;
    std::vector<std::string> dates;
    for (const std::chrono::local_days day : feed->dates) {
      dates.push_back(date_text(day));
    }
    EXPECT_EQ(dates, tests::texts_of(vector, "dates"));
  }
}

std::string feed_of(const std::string& event) {
  return "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n" + event + "END:VEVENT\r\nEND:VCALENDAR\r\n";
}

std::vector<std::string> days_of(const std::string& event) {
  using namespace std::chrono_literals;
  std::vector<std::string> dates;
  const auto feed = read_ics(feed_of(event), std::chrono::local_days{2024y / 1 / 1},
                             std::chrono::local_days{2030y / 1 / 1});
  for (const std::chrono::local_days day : feed.value_or(Holidays{}).dates) {
    dates.push_back(date_text(day));
  }
  return dates;
}

TEST(Ics, SkipsYearsWithoutTheDayInsteadOfMovingIt) {
  EXPECT_EQ(days_of("DTSTART;VALUE=DATE:20240229\r\nRRULE:FREQ=YEARLY\r\n"),
            (std::vector<std::string>{"2024-02-29", "2028-02-29"}));
}

TEST(Ics, CountsOccurrencesFromTheStartWhereverTheWindowBegins) {
  EXPECT_EQ(days_of("DTSTART;VALUE=DATE:20231225\r\nRRULE:FREQ=YEARLY;INTERVAL=2;COUNT=3\r\n"),
            (std::vector<std::string>{"2025-12-25", "2027-12-25"}));
  EXPECT_EQ(days_of("DTSTART;VALUE=DATE:20240101\r\nRRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=3\r\n"),
            (std::vector<std::string>{"2024-01-01", "2024-01-03", "2024-01-08"}));
  EXPECT_EQ(days_of("DTSTART;VALUE=DATE:20240131\r\n"
                    "RRULE:FREQ=MONTHLY;BYMONTHDAY=-1;UNTIL=20240331\r\n"),
            (std::vector<std::string>{"2024-01-31", "2024-02-29", "2024-03-31"}));
}

TEST(Ics, NamesTheLineOfWhatItDoesNotKnow) {
  const auto feed =
      read_ics(feed_of("DTSTART;VALUE=DATE:20240101\r\nRRULE:FREQ=DAILY\r\n"), {}, {});

  ASSERT_FALSE(feed);
  EXPECT_NE(feed.error().message.find("line 4"), std::string::npos) << feed.error().message;
  EXPECT_FALSE(read_ics("<html>not found</html>", {}, {}));
}

TEST(Ics, EndsWithRulesThatNeverDo) {
  EXPECT_TRUE(
      days_of("DTSTART;VALUE=DATE:20240101\r\nRRULE:FREQ=YEARLY;INTERVAL=1000\r\n").size() == 1);
  EXPECT_FALSE(read_ics(
      feed_of("DTSTART;VALUE=DATE:20240101\r\nRRULE:FREQ=YEARLY;INTERVAL=2147483647\r\n"), {}, {}));
  EXPECT_TRUE(
      days_of("DTSTART;VALUE=DATE:20240101\r\nRRULE:FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30\r\n")
          .empty());
}

TEST(Ics, WarnsOfEventsThatHaveATimeOfTheDay) {
  using namespace std::chrono_literals;
  const auto feed =
      read_ics(feed_of("DTSTART:20250310T090000Z\r\nSUMMARY:Team meeting\r\n"),
               std::chrono::local_days{2024y / 1 / 1}, std::chrono::local_days{2030y / 1 / 1});

  ASSERT_TRUE(feed);
  EXPECT_TRUE(feed->dates.empty());
  ASSERT_EQ(feed->warnings.size(), 1U);
}

}  // namespace
}  // namespace measured::rules
