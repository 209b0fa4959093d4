#include <optional>
#include <tuple>

#include <gmock/gmock.h>

#include "tests/contract/store_contract.h"

namespace measured::daemon {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class StoreBuckets : public StoreContract {
 protected:
  BucketRow bucket(const std::string& team, std::int64_t start, std::int64_t n,
                   Instant pulled_at = at(100)) {
    return {"on_time", team, "d1", day(start), {n, 0.5 * static_cast<double>(n), 1.0, 0.1, 1e300},
            pulled_at};
  }
  ScanCommit scan(std::vector<BucketRow> buckets, Interval span = {at(0), at(10)}) {
    ScanCommit commit;
    commit.record.group = "orders";
    commit.record.measures = {"on_time"};
    commit.record.span = span;
    commit.record.started_at = at(100);
    commit.record.ended_at = at(100, 1);
    commit.buckets = std::move(buckets);
    commit.watermark = span.end;
    return commit;
  }
  std::vector<BucketRow> all(std::string_view definition = "") {
    return ok(store->buckets("on_time", definition, {at(-1000), at(1000)}));
  }
};

TEST_P(StoreBuckets, GivesBucketsBackAsTheyCame) {
  const std::vector<BucketRow> rows = {bucket("a", 0, 1), bucket("a", 1, 2), bucket("b", 0, 3)};

  const Store::Committed committed = ok(store->commit_scan(scan({rows[2], rows[0], rows[1]})));

  EXPECT_EQ(committed.changed, 3);
  EXPECT_THAT(committed.revisions, IsEmpty());
  EXPECT_EQ(all(), rows);
  EXPECT_EQ(ok(store->pull_state("on_time", "d1")).watermark, at(10));
}

TEST_P(StoreBuckets, FindsBucketsThatOverlapTheSpanAndNoOthers) {
  ok(store->commit_scan(scan({bucket("a", 0, 1), bucket("a", 1, 2), bucket("a", 2, 3)})));

  const auto found = ok(store->buckets("on_time", "d1", {at(0, 23), at(1, 1)}));

  EXPECT_THAT(found, ElementsAre(bucket("a", 0, 1), bucket("a", 1, 2)));
  EXPECT_THAT(ok(store->buckets("on_time", "d1", {at(1), at(2)})), ElementsAre(bucket("a", 1, 2)));
  EXPECT_THAT(ok(store->buckets("on_time", "other", {at(0), at(9)})), IsEmpty());
  EXPECT_THAT(ok(store->buckets("unheard_of", "", {at(0), at(9)})), IsEmpty());
}

TEST_P(StoreBuckets, ReadsColumnsByStartWithEachTeamsPlaceAndNoOtherTeams) {
  ok(store->commit_scan(
      scan({bucket("a", 0, 1), bucket("a", 1, 2), bucket("b", 1, 3), bucket("c", 0, 4)})));
  ScanCommit other = scan({bucket("a", 2, 9)});
  other.buckets[0].definition = "d2";
  ok(store->commit_scan(other));
  using Seen = std::tuple<std::size_t, Instant, Tally>;
  const auto read = [&](std::string_view definition, Interval span) {
    std::vector<Seen> seen;
    const std::vector<std::string_view> teams = {"b", "nobody", "a"};
    ok(store->each_bucket("on_time", definition, span, teams,
                          [&](std::size_t team, Instant start, const Tally& tally) {
                            seen.emplace_back(team, start, tally);
                          }));
    return seen;
  };

  EXPECT_THAT(read("d1", {at(0), at(9)}), ElementsAre(Seen{2, at(0), bucket("a", 0, 1).tally},
                                                      Seen{2, at(1), bucket("a", 1, 2).tally},
                                                      Seen{0, at(1), bucket("b", 1, 3).tally}));
  EXPECT_THAT(read("d1", {at(0, 23), at(1)}), SizeIs(1));
  EXPECT_THAT(read("d1", {at(2), at(9)}), IsEmpty());
  EXPECT_THAT(read("d2", {at(0), at(9)}), SizeIs(1));
}

TEST_P(StoreBuckets, FindsTheRevisionsOfLaterScans) {
  ok(store->commit_scan(scan({bucket("a", 0, 1), bucket("b", 0, 1)})));
  const std::int64_t first =
      ok(store->commit_scan(scan({bucket("a", 0, 2), bucket("b", 0, 1)}))).scan;
  const Store::Committed second =
      ok(store->commit_scan(scan({bucket("a", 0, 3), bucket("b", 0, 4)})));

  EXPECT_THAT(ok(store->revisions_after("on_time", 0)), SizeIs(3));
  EXPECT_THAT(ok(store->revisions_after("on_time", first)), SizeIs(2));
  EXPECT_EQ(ok(store->revisions_after("on_time", first))[0].scan, second.scan);
  EXPECT_EQ(second.revisions[0].scan, second.scan);
  EXPECT_THAT(ok(store->revisions_after("on_time", second.scan)), IsEmpty());
}

TEST_P(StoreBuckets, FindsAFiscalYearThatBeganLongBeforeTheSpan) {
  BucketRow year = bucket("a", 0, 1);
  year.span = {at(0), at(371)};
  ok(store->commit_scan(scan({year})));

  EXPECT_THAT(ok(store->buckets("on_time", "", day(370))), ElementsAre(year));
}

TEST_P(StoreBuckets, KeepsWhatWasSaidBeforeWhenAClosedBucketDiffers) {
  ok(store->commit_scan(scan({bucket("a", 0, 1), bucket("a", 1, 2)})));
  const BucketRow now = bucket("a", 1, 5, at(101));

  const auto committed = ok(store->commit_scan(scan({bucket("a", 0, 1, at(101)), now})));

  EXPECT_EQ(committed.changed, 1);
  ASSERT_THAT(committed.revisions, SizeIs(1));
  EXPECT_EQ(committed.revisions[0].before, bucket("a", 1, 2));
  EXPECT_EQ(committed.revisions[0].after, now);
  EXPECT_THAT(all(), ElementsAre(bucket("a", 0, 1, at(101)), now));
  EXPECT_THAT(ok(store->revisions("on_time", at(101), at(102))), SizeIs(1));
  EXPECT_EQ(ok(store->revisions("on_time", at(101), at(102)))[0].before, bucket("a", 1, 2));
  EXPECT_THAT(ok(store->revisions("on_time", at(102), at(103))), IsEmpty());
}

TEST_P(StoreBuckets, LetsAnOpenBucketGrowWithoutCallingItRevised) {
  ok(store->commit_scan(scan({bucket("a", 5, 1, at(5, 12))})));

  const auto committed = ok(store->commit_scan(scan({bucket("a", 5, 2, at(5, 13))})));

  EXPECT_EQ(committed.changed, 1);
  EXPECT_THAT(committed.revisions, IsEmpty());
}

TEST_P(StoreBuckets, CallsTheFirstRowsOfAFinalBucketARevisionToo) {
  ok(store->commit_scan(scan({bucket("a", 0, 1)})));

  const auto committed = ok(store->commit_scan(
      scan({bucket("a", 0, 1), bucket("a", 1, 5, at(101)), bucket("a", 12, 7, at(101))},
           {at(0), at(20)})));

  EXPECT_EQ(committed.changed, 2);
  ASSERT_THAT(committed.revisions, SizeIs(1));  // the other was never asked for before
  EXPECT_EQ(committed.revisions[0].before.tally, Tally{});
  EXPECT_EQ(committed.revisions[0].before.pulled_at, at(10));
  EXPECT_EQ(committed.revisions[0].after, bucket("a", 1, 5, at(101)));
}

TEST_P(StoreBuckets, RemovesBucketsThatTheSourceNoLongerHas) {
  ok(store->commit_scan(
      scan({bucket("a", 0, 1), bucket("b", 0, 2), bucket("b", 20, 3)}, {at(0), at(30)})));

  const auto committed = ok(store->commit_scan(scan({bucket("a", 0, 1)})));

  EXPECT_THAT(all(), ElementsAre(bucket("a", 0, 1), bucket("b", 20, 3)));
  ASSERT_THAT(committed.revisions, SizeIs(1));
  EXPECT_EQ(committed.revisions[0].before, bucket("b", 0, 2));
  EXPECT_EQ(committed.revisions[0].after.tally, Tally{});
}

TEST_P(StoreBuckets, RemovesTheLastBucketsOfAMeasureThatCountsNothingAnyMore) {
  ok(store->commit_scan(scan({bucket("a", 0, 1)})));

  ok(store->commit_scan(scan({})));

  EXPECT_THAT(all(), IsEmpty());
}

TEST_P(StoreBuckets, KeepsTheSeriesOfAnOldDefinition) {
  ok(store->commit_scan(scan({bucket("a", 0, 1)})));
  BucketRow redefined = bucket("a", 0, 9);
  redefined.definition = "d2";

  const auto committed = ok(store->commit_scan(scan({redefined})));

  EXPECT_THAT(committed.revisions, IsEmpty());
  EXPECT_THAT(all("d1"), ElementsAre(bucket("a", 0, 1)));
  EXPECT_THAT(all("d2"), ElementsAre(redefined));
  EXPECT_THAT(all(), SizeIs(2));
}

TEST_P(StoreBuckets, LeavesTheOldSeriesAloneWhenANewDefinitionCountsNothing) {
  ok(store->commit_scan(scan({bucket("a", 0, 1)})));
  ScanCommit empty = scan({});
  empty.record.definitions = {"d2"};

  ok(store->commit_scan(empty));

  EXPECT_THAT(all(), ElementsAre(bucket("a", 0, 1)));
}

TEST_P(StoreBuckets, ChangesNothingForTheSameScanTwice) {
  const ScanCommit same = scan({bucket("a", 0, 1), bucket("b", 3, 2)});
  ok(store->commit_scan(same));

  const auto again = ok(store->commit_scan(same));

  EXPECT_EQ(again.changed, 0);
  EXPECT_THAT(again.revisions, IsEmpty());
  EXPECT_THAT(all(), SizeIs(2));
}

TEST_P(StoreBuckets, KeepsBucketsAndWatermarkWhenAScanFails) {
  ok(store->commit_scan(scan({bucket("a", 0, 1)})));
  ScanCommit failed = scan({}, {at(0), at(20)});
  failed.record.error = "column 'shiped_at' does not exist";

  ok(store->commit_scan(failed));

  EXPECT_THAT(all(), ElementsAre(bucket("a", 0, 1)));
  EXPECT_EQ(ok(store->pull_state("on_time", "d1")).watermark, at(10));
  EXPECT_EQ(ok(store->last_scan("orders"))->error, failed.record.error);
}

TEST_P(StoreBuckets, RefusesAScanThatContradictsItself) {
  EXPECT_FALSE(store->commit_scan(scan({bucket("a", 50, 1)})).has_value());
  EXPECT_FALSE(store->commit_scan(scan({bucket("a", 0, 1), bucket("a", 0, 2)})).has_value());
  BucketRow other = bucket("a", 0, 1);
  other.measure = "other";
  EXPECT_FALSE(store->commit_scan(scan({other})).has_value());

  EXPECT_THAT(all(), IsEmpty());
  EXPECT_EQ(ok(store->last_scan("orders")), std::nullopt);
  // A team first met in a refused scan can be stored by the next.
  ok(store->commit_scan(scan({bucket("a", 0, 1)})));
  EXPECT_THAT(all(), SizeIs(1));
}

TEST_P(StoreBuckets, RemembersTheLastScanWhole) {
  ScanCommit commit = scan({});
  commit.record.rows_skipped = 3;
  commit.record.notes = {"row 7: no \"date\"", "row 9"};
  ok(store->commit_scan(scan({})));
  ok(store->commit_scan(commit));

  const auto last = ok(store->last_scan("orders"));

  ASSERT_TRUE(last.has_value());
  EXPECT_EQ(last->measures, commit.record.measures);
  EXPECT_EQ(last->span, commit.record.span);
  EXPECT_EQ(last->started_at, at(100));
  EXPECT_EQ(last->rows_skipped, 3);
  EXPECT_EQ(last->notes, commit.record.notes);
  EXPECT_EQ(ok(store->last_scan("other")), std::nullopt);
  EXPECT_EQ(ok(store->pull_state("other", "d1")), PullState{});
}

TEST_P(StoreBuckets, AddsUpWhatMatchesNoTeamOverPeriodsAndScans) {
  ScanCommit history = scan({bucket("a", 0, 1)});
  history.record.unknown_teams = {{"on_time", "Z9", 4, at(1)},
                                  {"on_time", "Z9", 2, at(8)},
                                  {"on_time", std::nullopt, 1, at(3)}};
  ok(store->commit_scan(history));
  // The next pull asks for the newest days only, and one row of them has found its team.
  ScanCommit newest = scan({bucket("a", 8, 1)}, {at(8), at(12)});
  newest.record.unknown_teams = {{"on_time", "Z9", 1, at(8)}, {"on_time", "Z9", 5, at(11)}};
  ok(store->commit_scan(newest));
  ScanCommit failed = scan({}, {at(0), at(12)});
  failed.record.error = "refused";
  ok(store->commit_scan(failed));

  using Unknown = ScanRecord::Unknown;
  EXPECT_THAT(
      ok(store->unknown_teams("on_time", "d1", {at(0), at(20)})),
      ElementsAre(Unknown{"on_time", "Z9", 10, at(1)}, Unknown{"on_time", std::nullopt, 1, at(3)}));
  EXPECT_THAT(
      ok(store->unknown_teams("on_time", "d1", {at(2), at(9)})),
      ElementsAre(Unknown{"on_time", std::nullopt, 1, at(3)}, Unknown{"on_time", "Z9", 1, at(8)}));
  EXPECT_THAT(ok(store->unknown_teams("on_time", "d2", {at(0), at(20)})), IsEmpty());
}

TEST_P(StoreBuckets, AScanThatCountsNoStrangersLeavesThoseOfAnother) {
  ScanCommit first = scan({bucket("a", 0, 1)});
  first.record.unknown_teams = {{"on_time", "Z9", 4, at(1)}};
  ok(store->commit_scan(first));
  ScanCommit other = scan({bucket("b", 0, 1)});
  other.record.counts_unknown = false;
  other.record.zone = "Asia/Tokyo";
  other.record.teams = {"b"};

  ok(store->commit_scan(other));

  EXPECT_THAT(ok(store->unknown_teams("on_time", "d1", {at(0), at(20)})), SizeIs(1));
}

TEST_P(StoreBuckets, KnowsHowFarThePullsOfADefinitionHaveCome) {
  ScanCommit good = scan({bucket("a", 0, 1)});
  ScanCommit later = scan({}, {at(5), at(10)});
  later.record.started_at = at(101);
  later.watermark = at(7);
  ScanCommit failed = scan({});
  failed.record.definitions = {"d1"};
  failed.record.error = "connection refused";
  failed.record.started_at = at(102);

  ok(store->commit_scan(good));
  ok(store->commit_scan(later));
  ok(store->commit_scan(failed));

  EXPECT_EQ(ok(store->pull_state("on_time", "d1")), (PullState{at(10), at(0), at(10), at(102)}));
  EXPECT_EQ(ok(store->pull_state("on_time", "d2")), PullState{});
}

TEST_P(StoreBuckets, AScanForSomeTeamsLeavesTheBucketsOfOthersAlone) {
  ScanCommit both = scan({bucket("a", 0, 1), bucket("b", 0, 2)});
  ScanCommit one = scan({bucket("a", 0, 3)});
  one.record.zone = "Europe/Berlin";
  one.record.teams = {"a"};

  ok(store->commit_scan(both));
  const Store::Committed committed = ok(store->commit_scan(one));

  EXPECT_THAT(committed.removed, IsEmpty());
  EXPECT_THAT(all(), SizeIs(2));
}

TEST_P(StoreBuckets, KnowsHowFarThePullsOfEachZoneHaveComeAndForWhom) {
  ScanCommit berlin = scan({});
  berlin.record.definitions = {"d1"};
  berlin.record.zone = "Europe/Berlin";
  berlin.record.mapping = "m1";
  ScanCommit joined = berlin;
  joined.record.mapping = "m2";
  joined.watermark = at(4);

  ok(store->commit_scan(berlin));
  EXPECT_EQ(ok(store->pull_state("on_time", "d1", "Europe/Berlin")).watermark, at(10));
  EXPECT_EQ(ok(store->pull_state("on_time", "d1")), PullState{});
  ok(store->commit_scan(joined));

  EXPECT_EQ(ok(store->pull_state("on_time", "d1", "Europe/Berlin")).watermark, at(4));
  EXPECT_EQ(ok(store->pull_state("on_time", "d1", "Europe/Berlin")).mapping, "m2");
}

TEST_P(StoreBuckets, ForgetsAFailureWithTheNextScanThatWorks) {
  ScanCommit failed = scan({});
  failed.record.definitions = {"d1"};
  failed.record.error = "connection refused";

  ok(store->commit_scan(failed));
  ok(store->commit_scan(scan({bucket("a", 0, 1)})));

  EXPECT_EQ(ok(store->pull_state("on_time", "d1")).failed_at, std::nullopt);
}

MEASURED_ON_EVERY_STORE(StoreBuckets);

}  // namespace
}  // namespace measured::daemon
