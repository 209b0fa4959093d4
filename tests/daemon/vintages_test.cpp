#include "daemon/work/vintages.h"

#include <gtest/gtest.h>

namespace measured::daemon {
namespace {

using namespace std::chrono_literals;

Interval day(int number) {
  const Instant first{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};
  return {first + 24h * number, first + 24h * (number + 1)};
}

rules::Measure on_time() {
  rules::Measure measure;
  measure.id = "on_time";
  measure.kind = rules::MeasureKind::ratio;
  measure.definition = "d1";
  measure.settle = 24h;
  return measure;
}

BucketRow row(int number, double hits, const std::string& definition = "d1") {
  return {"on_time", "a", definition, day(number), {10, hits, 10, 0, 0}, day(number).end + 48h};
}

TEST(Vintages, CompareWhatWasFinalFirstWithWhatIsKnownNow) {
  const std::vector<BucketRow> now = {row(0, 9), row(1, 8), row(2, 7)};
  const std::vector<RevisionRow> revisions = {{row(1, 6), row(1, 7)}, {row(1, 7), row(1, 8)}};

  const Vintages vintages = vintages_of(on_time(), now, revisions);

  EXPECT_EQ(vintages.final, 3U);
  EXPECT_EQ(vintages.bias.revised, 1U);
  EXPECT_EQ(vintages.bias.better, 1U);
  EXPECT_NEAR(vintages.size.value(), 0.2, 1e-12);
}

TEST(Vintages, LeaveOutWhatHadNotSettledAndWhatCountsSomethingElse) {
  BucketRow young = row(0, 5);
  young.pulled_at = day(0).end;
  const std::vector<BucketRow> now = {row(0, 9), row(1, 9, "d0")};
  const std::vector<RevisionRow> revisions = {{young, row(0, 9)},
                                              {row(1, 1, "d0"), row(1, 9, "d0")}};

  const Vintages vintages = vintages_of(on_time(), now, revisions);

  EXPECT_EQ(vintages.final, 1U);
  EXPECT_EQ(vintages.bias.revised, 0U);
  EXPECT_FALSE(vintages.size);
}

TEST(Vintages, SayWhenAllRevisionsFlatter) {
  std::vector<BucketRow> now;
  std::vector<RevisionRow> revisions;
  for (int number = 0; number < 8; ++number) {
    now.push_back(row(number, 9));
    revisions.push_back({row(number, 7), row(number, 9)});
  }

  EXPECT_EQ(vintages_of(on_time(), now, revisions).bias.verdict,
            rules::stats::RevisionVerdict::flattering);
}

}  // namespace
}  // namespace measured::daemon
