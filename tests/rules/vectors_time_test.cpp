#include <map>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "rules/time/bucket.h"
#include "rules/time/schedule.h"
#include "tests/support/time_vectors.h"

namespace measured::rules {
namespace {

namespace json = boost::json;
using tests::instant_of;
using tests::integer_of;
using tests::text_of;

Zone zone_of(const json::object& vector) {
  return Zone::load(text_of(vector, "timezone")).value();
}

tl::expected<Schedule, ScheduleError> schedule_of(const json::object& vector,
                                                  const json::object& calendars) {
  const auto zone = Zone::load(text_of(vector, "timezone"));
  if (!zone) {
    return tl::unexpected<ScheduleError>(ScheduleError{"zone", zone.error().message, "", 0});
  }
  const json::object& written = vector.at("schedule").as_object();
  if (written.contains("cron")) {
    DayMatch day_match = DayMatch::unset;
    if (written.contains("day_match")) {
      day_match = text_of(written, "day_match") == "any" ? DayMatch::any : DayMatch::all;
    }
    return Schedule::cron(text_of(written, "cron"), *zone, day_match);
  }
  if (!vector.contains("calendar")) {
    return Schedule::phrase(text_of(written, "phrase"), *zone);
  }
  const Calendar calendar =
      tests::calendar_of(calendars.at(text_of(vector, "calendar")).as_object());
  return Schedule::phrase(text_of(written, "phrase"), *zone, &calendar);
}

void expect_next(const json::object& vector, const Schedule& schedule) {
  const std::vector<std::string> expected = tests::texts_of(vector, "next");
  std::vector<Instant> got;
  std::optional<Instant> t = instant_of(vector, "after");
  while (got.size() < expected.size() && (t = schedule.next(*t))) {
    got.push_back(*t);
  }
  EXPECT_EQ(tests::texts(got), expected);
  // Counting must agree with stepping, whatever the vector shows.
  if (!got.empty()) {
    EXPECT_EQ(schedule.count(instant_of(vector, "after"), got.back()), std::ssize(got));
  }
}

void expect_caught_up(const json::object& vector, const Schedule& schedule) {
  const std::string policy = text_of(vector, "policy");
  CatchUp catch_up;
  catch_up.policy = policy == "all"      ? CatchUp::Policy::all
                    : policy == "latest" ? CatchUp::Policy::latest
                                         : CatchUp::Policy::none;
  catch_up.window = std::chrono::seconds{integer_of(vector, "window_s")};
  catch_up.runs_max = static_cast<int>(integer_of(vector, "max_runs"));
  catch_up.grace = std::chrono::seconds{integer_of(vector, "grace_s")};

  const DueRuns due =
      due_runs(schedule, instant_of(vector, "last_done"), instant_of(vector, "now"), catch_up);

  EXPECT_EQ(tests::texts(due.run), tests::texts_of(vector, "runs"));
  EXPECT_EQ(due.dropped, integer_of(vector, "not_run"));
}

void expect_splay(const json::object& vector) {
  const std::chrono::milliseconds gap =
      vector.contains("gap_to_following_ms")
          ? std::chrono::milliseconds{integer_of(vector, "gap_to_following_ms")}
          : std::chrono::milliseconds::max();
  const auto offset = splay_offset(text_of(vector, "name"),
                                   std::chrono::milliseconds{integer_of(vector, "splay_ms")}, gap);
  EXPECT_EQ(offset.count(), integer_of(vector, "offset_ms"));
}

void expect_schedule_vector(const json::object& vector, const json::object& calendars) {
  const std::string kind = text_of(vector, "kind");
  if (kind == "splay") {
    expect_splay(vector);
    return;
  }
  const auto schedule = schedule_of(vector, calendars);
  if (kind == "invalid") {
    ASSERT_FALSE(schedule) << "accepted";
    EXPECT_EQ(schedule.error().kind, text_of(vector, "error")) << schedule.error().message;
    return;
  }
  ASSERT_TRUE(schedule) << schedule.error().message;
  if (kind == "next") {
    expect_next(vector, *schedule);
  } else if (kind == "catch_up") {
    expect_caught_up(vector, *schedule);
  } else {
    FAIL() << "unknown kind '" << kind << "'";
  }
}

TEST(VectorsSchedule, GivesWhatIndependentProgramsGave) {
  const tests::TimeVectors vectors = tests::time_vectors("schedule.json");

  for (const json::object& vector : vectors.cases) {
    SCOPED_TRACE(text_of(vector, "id") + " " + json::serialize(vector));
    expect_schedule_vector(vector, vectors.calendars);
  }
}

void expect_bucket(const json::object& vector, const Grain& grain, const Zone& zone) {
  const Instant t = instant_of(vector, "instant");

  const Interval bucket = bucket_of(grain, zone, t);

  EXPECT_EQ(to_text(bucket.start), text_of(vector, "start"));
  EXPECT_EQ(to_text(bucket.end), text_of(vector, "end"));
  EXPECT_EQ((bucket.end - bucket.start).count(), integer_of(vector, "seconds"));
  if (vector.contains("label")) {
    EXPECT_EQ(bucket_label(grain, zone, bucket.start), text_of(vector, "label"));
  }
}

void expect_rolling(const json::object& vector, const json::object& window, const Zone& zone) {
  const bool include_current =
      window.contains("include_current") && window.at("include_current").as_bool();

  const Interval days = rolling_days(zone, instant_of(vector, "instant"),
                                     static_cast<int>(integer_of(window, "n")), include_current);

  EXPECT_EQ(to_text(days.start), text_of(vector, "start"));
  EXPECT_EQ(to_text(days.end), text_of(vector, "end"));
}

TEST(VectorsBuckets, GiveWhatIndependentProgramsGave) {
  const tests::TimeVectors vectors = tests::time_vectors("buckets.json");

  for (const json::object& vector : vectors.cases) {
    SCOPED_TRACE(text_of(vector, "id") + " " + json::serialize(vector));
    const json::object& bucket = vector.at("bucket").as_object();
    const Zone zone = zone_of(vector);
    if (text_of(bucket, "kind") == "rolling_days") {
      expect_rolling(vector, bucket, zone);
    } else if (vector.contains("edges")) {
      EXPECT_EQ(tests::texts(bucket_edges(tests::grain_of(bucket), zone, instant_of(vector, "from"),
                                          instant_of(vector, "to"))),
                tests::texts_of(vector, "edges"));
    } else {
      expect_bucket(vector, tests::grain_of(bucket), zone);
    }
  }
}

}  // namespace
}  // namespace measured::rules
