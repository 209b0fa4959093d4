#include "daemon/work/scheduler.h"

#include <map>

#include <gtest/gtest.h>

namespace measured::daemon {
namespace {

using namespace std::chrono_literals;
using rules::Instant;

Instant at(std::string_view text) {
  return rules::parse_instant(text).value();
}

rules::Schedule cron(std::string_view text, std::string_view zone = "UTC") {
  return rules::Schedule::cron(text, rules::Zone::load(zone).value()).value();
}

Job job(std::string name, rules::Schedule schedule) {
  return Job{std::move(name), std::move(schedule), {}, {}};
}

const Scheduler::LastDone nothing_done = [](const Job&) { return std::nullopt; };

std::vector<std::string> nominals(const Due& due) {
  std::vector<std::string> out;
  for (const Firing& firing : due.run) {
    out.push_back(rules::to_text(firing.nominal));
  }
  return out;
}

// One job, which ends each run at once, driven from wake to wake.
class SchedulerTest : public ::testing::Test {
 protected:
  void start(Job only, std::string_view now, const Scheduler::LastDone& last_done = nothing_done) {
    name = only.name;
    scheduler.set_jobs({std::move(only)}, last_done, at(now));
  }
  Due due_at(std::string_view now) { return scheduler.take_due(at(now)); }

  Scheduler scheduler;
  std::string name;
};

TEST_F(SchedulerTest, RunsOnTimeAndNotBefore) {
  start(job("pull", cron("0 * * * *")), "2026-01-01T00:30:00Z");

  EXPECT_EQ(scheduler.next_wake(), at("2026-01-01T01:00:00Z"));
  EXPECT_TRUE(scheduler.take_due(at("2026-01-01T01:00:00Z") - 1ms).run.empty());
  const Due due = due_at("2026-01-01T01:00:00Z");

  ASSERT_EQ(due.run, (std::vector<Firing>{{0, at("2026-01-01T01:00:00Z"), false}}));
  EXPECT_TRUE(due.missed.empty());
  EXPECT_EQ(scheduler.next_wake(), at("2026-01-01T02:00:00Z"));
  EXPECT_EQ(scheduler.last_done(0), at("2026-01-01T01:00:00Z"));
}

TEST_F(SchedulerTest, SpreadsJobsOfOneTimeByTheirNames) {
  Job first = job("pull/orders", cron("0 * * * *"));
  first.splay = 60s;
  Job second = job("pull/tickets", cron("0 * * * *"));
  second.splay = 60s;
  scheduler.set_jobs({second, first}, nothing_done, at("2026-01-01"));

  EXPECT_EQ(scheduler.next_wake(), at("2026-01-01T01:00:00Z") + 27484ms);
  EXPECT_EQ(nominals(scheduler.take_due(at("2026-01-01T01:00:00Z") + 27484ms)),
            std::vector<std::string>{"2026-01-01T01:00:00Z"});
  EXPECT_EQ(nominals(due_at("2026-01-01T01:01:00Z")),
            std::vector<std::string>{"2026-01-01T01:00:00Z"});
}

TEST_F(SchedulerTest, NeverSplaysIntoTheFollowingOccurrence) {
  Job often = job("pull", cron("* * * * *"));
  often.splay = 24h;
  start(often, "2026-01-01");

  ASSERT_TRUE(scheduler.next_wake());
  EXPECT_LT(*scheduler.next_wake(), at("2026-01-01T00:02:00Z"));
}

TEST_F(SchedulerTest, CatchesUpTheLatestAfterDowntimeAndCountsTheRest) {
  start(job("pull", cron("0 * * * *")), "2026-01-02T10:20:00Z",
        [](const Job&) { return at("2026-01-02T03:00:00Z"); });

  const Due due = due_at("2026-01-02T10:20:00Z");

  EXPECT_EQ(due.run, (std::vector<Firing>{{0, at("2026-01-02T10:00:00Z"), true}}));
  EXPECT_EQ(due.missed,
            (std::vector<Missed>{{0, Missed::Reason::too_late, 6, at("2026-01-02T09:00:00Z")}}));
}

TEST_F(SchedulerTest, TreatsSuspendAsDowntime) {
  start(job("pull", cron("0 * * * *")), "2026-01-01T00:30:00Z");
  due_at("2026-01-01T01:00:00Z");
  scheduler.finished("pull");

  const Due due = due_at("2026-01-01T09:15:00Z");

  EXPECT_EQ(nominals(due), std::vector<std::string>{"2026-01-01T09:00:00Z"});
  ASSERT_EQ(due.missed.size(), 1U);
  EXPECT_EQ(due.missed[0].count, 7);
}

TEST_F(SchedulerTest, CatchesUpAllOneByOne) {
  Job digest = job("digest", cron("0 * * * *"));
  digest.catch_up.policy = rules::CatchUp::Policy::all;
  digest.catch_up.runs_max = 3;
  start(digest, "2026-01-01T05:30:00Z", [](const Job&) { return at("2026-01-01"); });

  const Due due = due_at("2026-01-01T05:30:00Z");
  const auto second = scheduler.finished("digest");
  const auto third = scheduler.finished("digest");

  EXPECT_EQ(nominals(due), std::vector<std::string>{"2026-01-01T03:00:00Z"});
  ASSERT_TRUE(second && third);
  EXPECT_EQ(rules::to_text(second->nominal), "2026-01-01T04:00:00Z");
  EXPECT_EQ(rules::to_text(third->nominal), "2026-01-01T05:00:00Z");
  EXPECT_EQ(scheduler.finished("digest"), std::nullopt);
  EXPECT_EQ(due.missed[0].count, 2);
}

TEST_F(SchedulerTest, SkipsAnOverlapAndSaysSo) {
  start(job("pull", cron("* * * * *")), "2026-01-01");
  due_at("2026-01-01T00:01:00Z");

  const Due meanwhile = due_at("2026-01-01T00:02:00Z");
  scheduler.finished("pull");
  const Due after = due_at("2026-01-01T00:03:00Z");

  EXPECT_TRUE(meanwhile.run.empty());
  EXPECT_EQ(meanwhile.missed,
            (std::vector<Missed>{{0, Missed::Reason::overlap, 1, at("2026-01-01T00:02:00Z")}}));
  EXPECT_EQ(nominals(after), std::vector<std::string>{"2026-01-01T00:03:00Z"});
}

TEST_F(SchedulerTest, QueuesOnlyTheNewestOverlap) {
  Job digest = job("digest", cron("* * * * *"));
  digest.overlap = rules::Overlap::queue_one;
  start(digest, "2026-01-01");
  due_at("2026-01-01T00:01:00Z");

  const Due second = due_at("2026-01-01T00:02:00Z");
  const Due third = due_at("2026-01-01T00:03:00Z");
  const auto waited = scheduler.finished("digest");

  EXPECT_TRUE(second.run.empty() && second.missed.empty());
  EXPECT_EQ(third.missed,
            (std::vector<Missed>{{0, Missed::Reason::superseded, 1, at("2026-01-01T00:02:00Z")}}));
  ASSERT_TRUE(waited);
  EXPECT_EQ(waited->nominal, at("2026-01-01T00:03:00Z"));
  EXPECT_EQ(scheduler.finished("digest"), std::nullopt);
}

TEST_F(SchedulerTest, AllowsOverlapWhereAsked) {
  Job push = job("push", cron("* * * * *"));
  push.overlap = rules::Overlap::allow;
  start(push, "2026-01-01");

  EXPECT_EQ(due_at("2026-01-01T00:01:00Z").run.size(), 1U);
  EXPECT_EQ(due_at("2026-01-01T00:02:00Z").run.size(), 1U);
}

TEST_F(SchedulerTest, WaitsWhenTheClockGoesBackALittle) {
  start(job("pull", cron("0 * * * *")), "2026-01-01T08:30:00Z");
  due_at("2026-01-01T09:00:00Z");
  scheduler.finished("pull");

  const Due back = due_at("2026-01-01T06:30:00Z");

  EXPECT_TRUE(back.run.empty());
  EXPECT_FALSE(back.clock_corrected);
  EXPECT_EQ(scheduler.next_wake(), at("2026-01-01T10:00:00Z"));
}

TEST_F(SchedulerTest, StartsAgainWhenTheClockGoesBackALot) {
  start(job("pull", cron("0 * * * *")), "2027-01-01T08:30:00Z");
  due_at("2027-01-01T09:00:00Z");
  scheduler.finished("pull");

  const Due back = due_at("2026-01-01T06:30:00Z");

  EXPECT_TRUE(back.run.empty());
  EXPECT_TRUE(back.clock_corrected);
  EXPECT_EQ(scheduler.next_wake(), at("2026-01-01T07:00:00Z"));
  EXPECT_FALSE(due_at("2026-01-01T07:00:00Z").clock_corrected);
}

TEST_F(SchedulerTest, DropsAStoredWatermarkFromTheFuture) {
  const bool corrected = scheduler.set_jobs(
      {job("pull", cron("0 * * * *"))}, [](const Job&) { return at("2030-01-01"); },
      at("2026-01-01"));

  EXPECT_TRUE(corrected);
  EXPECT_EQ(scheduler.next_wake(), at("2026-01-01T01:00:00Z"));
}

TEST_F(SchedulerTest, KeepsTheWatermarkAndTheRunOfAJobThatStaysThroughAReload) {
  start(job("pull", cron("0 * * * *")), "2026-01-01T00:30:00Z");
  due_at("2026-01-01T01:00:00Z");
  scheduler.set_jobs({job("added", cron("0 * * * *")), job("pull", cron("0 * * * *"))},
                     nothing_done, at("2026-01-01T03:30:00Z"));

  const Due due = due_at("2026-01-01T03:30:00Z");

  EXPECT_TRUE(due.run.empty()) << "the added one starts at now, the other still runs";
  ASSERT_EQ(due.missed.size(), 2U);
  EXPECT_EQ(scheduler.job(due.missed[0].job).name, "pull");
  EXPECT_EQ(due.missed[0].reason, Missed::Reason::too_late);
  EXPECT_EQ(due.missed[1].reason, Missed::Reason::overlap);
}

TEST_F(SchedulerTest, StartsAChangedOrUnpausedJobFromNow) {
  Job paused = job("paused", cron("0 * * * *"));
  paused.paused = true;
  scheduler.set_jobs({job("changed", cron("0 * * * *")), paused}, nothing_done, at("2026-01-01"));
  paused.paused = false;
  scheduler.set_jobs({job("changed", cron("30 * * * *")), paused}, nothing_done,
                     at("2026-01-01T05:40:00Z"));

  EXPECT_TRUE(due_at("2026-01-01T05:59:59Z").run.empty());
  EXPECT_EQ(nominals(due_at("2026-01-01T06:30:00Z")),
            (std::vector<std::string>{"2026-01-01T06:00:00Z", "2026-01-01T06:30:00Z"}));
}

TEST_F(SchedulerTest, NeverRunsAPausedJob) {
  Job paused = job("pull", cron("0 * * * *"));
  paused.paused = true;
  start(paused, "2026-01-01");

  EXPECT_EQ(scheduler.next_wake(), std::nullopt);
  EXPECT_EQ(scheduler.finished("unknown"), std::nullopt);
}

// The occurrences that a year of waking brings, each a little late as in real life, against those
// of the schedule: none lost, none twice, whatever the zone does.
TEST_F(SchedulerTest, LosesAndDoublesNothingInAYearOfHardZones) {
  for (const std::string_view zone :
       {"America/New_York", "Australia/Lord_Howe", "Antarctica/Troll"}) {
    for (const std::string_view text :
         {"30 2 * * *", "*/30 1-3 * * *", "0 0,1,2,3 * * *", "@monthly"}) {
      SCOPED_TRACE(std::string(zone) + " " + std::string(text));
      const rules::Schedule schedule = cron(text, zone);
      Job one = job("pull", schedule);
      one.splay = 90s;
      start(one, "2025-01-01");
      std::vector<Instant> got;
      while (scheduler.next_wake() < TimePoint{at("2026-01-01")}) {
        for (const Firing& firing : scheduler.take_due(*scheduler.next_wake() + 17ms).run) {
          got.push_back(firing.nominal);
          scheduler.finished("pull");
        }
      }

      std::vector<Instant> expected;
      for (auto t = schedule.next(at("2025-01-01")); expected.size() < got.size();
           t = schedule.next(*t)) {
        expected.push_back(*t);
      }
      EXPECT_EQ(got, expected);
      EXPECT_GE(std::ssize(got), schedule.count(at("2025-01-01"), at("2026-01-01") - 90s));
    }
  }
}

}  // namespace
}  // namespace measured::daemon
