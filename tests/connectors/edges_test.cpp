#include "connectors/sources/edges.h"

namespace measured::connectors {
namespace {

rules::Instant at(std::string_view text) {
  return rules::parse_instant(text).value();
}

WrittenTime written(std::string_view text) {
  return read_time(text).value();
}

Edges hours(std::string_view zone, std::string_view from, int count) {
  std::vector<rules::Instant> instants;
  for (int i = 0; i <= count; ++i) {
    instants.push_back(at(from) + std::chrono::hours{i});
  }
  return Edges(instants, rules::Zone::load(zone).value());
}

TEST(Edges, AreHalfOpen) {
  const Edges edges = hours("UTC", "2026-11-23T07:00:00Z", 2);

  EXPECT_EQ(edges.bucket_of(written("2026-11-23 06:59:59")), std::nullopt);
  EXPECT_EQ(edges.bucket_of(written("2026-11-23 07:00:00")), 0U);
  EXPECT_EQ(edges.bucket_of(written("2026-11-23 07:59:59.999")), 0U);
  EXPECT_EQ(edges.bucket_of(written("2026-11-23 08:00:00")), 1U);
  EXPECT_EQ(edges.bucket_of(written("2026-11-23 09:00:00")), std::nullopt);
}

TEST(Edges, PutARepeatedWallClockIntoItsFirstHour) {
  // Berlin's 02:00 to 03:00 of 2026-10-25 happens at 00:00Z and again at 01:00Z.
  const Edges edges = hours("Europe/Berlin", "2026-10-24T23:00:00Z", 4);

  EXPECT_EQ(edges.bucket_of(written("2026-10-25 01:30:00")), 0U);
  EXPECT_EQ(edges.bucket_of(written("2026-10-25 02:30:00")), 1U);
  EXPECT_EQ(edges.bucket_of(written("2026-10-25 03:00:00")), 3U);
  EXPECT_EQ(edges.bucket_of(written("2026-10-25 02:30:00+01:00")), 2U);
}

TEST(Edges, PutASkippedWallClockAtTheChange) {
  // Berlin's 02:00 to 03:00 of 2026-03-29 never happens; the change is at 01:00Z.
  const Edges edges = hours("Europe/Berlin", "2026-03-29T00:00:00Z", 2);

  EXPECT_EQ(edges.bucket_of(written("2026-03-29 01:59:59")), 0U);
  EXPECT_EQ(edges.bucket_of(written("2026-03-29 02:30:00")), 1U);
  EXPECT_EQ(edges.bucket_of(written("2026-03-29 03:30:00")), 1U);
}

// The definition: a wall-clock time is where Zone::resolve puts it.
TEST(Edges, AgreeWithResolveAroundEveryChangeOfAYear) {
  for (const std::string_view zone :
       {"Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe", "Africa/Casablanca"}) {
    const rules::Zone loaded = rules::Zone::load(zone).value();
    for (rules::Instant change = loaded.next_transition(at("2016-01-01"));
         change < at("2018-01-01"); change = loaded.next_transition(change)) {
      const Edges edges = hours(zone, rules::to_text(change - std::chrono::hours{3}), 6);
      for (int minutes = -240; minutes < 240; minutes += 10) {
        WrittenTime time;
        time.local = loaded.local(change) + std::chrono::minutes{minutes};
        EXPECT_EQ(edges.bucket_of(time), edges.bucket_of(loaded.resolve(time.local)))
            << zone << ' ' << rules::to_text(change) << ' ' << minutes;
      }
    }
  }
}

TEST(Edges, KnowWhereABucketStarts) {
  const Edges edges = hours("UTC", "2026-11-23T07:00:00Z", 2);

  EXPECT_EQ(edges.bucket_starting(at("2026-11-23T08:00:00Z")), 1U);
  EXPECT_EQ(edges.bucket_starting(at("2026-11-23T08:00:01Z")), std::nullopt);
  EXPECT_EQ(edges.bucket_starting(at("2026-11-23T09:00:00Z")), std::nullopt);
}

}  // namespace
}  // namespace measured::connectors
