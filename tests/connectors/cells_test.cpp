#include "connectors/sources/cells.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace measured::connectors {
namespace {

using testing::HasSubstr;

rules::Zone zone(std::string_view name) {
  return rules::Zone::load(name).value();
}

// A `query` measure over the days of 23 and 24 November 2026 in Berlin.
Scan days_in_berlin() {
  Scan scan;
  scan.query = "select 1";
  scan.zone = zone("Europe/Berlin");
  scan.measures = {{"own", rules::MeasureKind::query, "", "", "", {"rules/shop.yaml", 7, 3, 1}}};
  for (const char* edge :
       {"2026-11-22T23:00:00Z", "2026-11-23T23:00:00Z", "2026-11-24T23:00:00Z"}) {
    scan.edges.push_back(rules::parse_instant(edge).value());
  }
  return scan;
}

// What comes of one row that begins its bucket at `bucket`, from a source whose clocks show UTC.
rules::Result<std::vector<ScanCell>> cells_of(const Value& bucket) {
  const Scan scan = days_in_berlin();
  const Edges edges(scan.edges, zone("UTC"));
  auto reader = CellReader::open(scan, {}, edges, {"bucket", "n"}).value();
  if (const auto added = reader.add({bucket, std::int64_t{3}}); !added) {
    return tl::unexpected(added.error());
  }
  return std::move(reader).finish();
}

TEST(CellReader, ReadsABareDayInTheZoneOfTheMeasure) {
  for (const char* day : {"2026-11-24", "2026-11-24 00:00:00", "2026-11-23T23:00:00Z"}) {
    const auto cells = cells_of(std::string(day));

    ASSERT_TRUE(cells) << cells.error().message;
    ASSERT_EQ(cells->size(), 1U);
    EXPECT_EQ(cells->front().bucket, 1U) << day;
  }
}

TEST(CellReader, SaysHowItReadABucketThatFitsNowhere) {
  EXPECT_THAT(cells_of("2026-11-24 01:00:00").error().message,
              HasSubstr("bucket '2026-11-24 01:00:00' (read in Europe/Berlin as "
                        "2026-11-24T00:00:00Z) is not the start of a bucket"));
  EXPECT_THAT(
      cells_of("2026-11-26").error().message,
      HasSubstr("bucket '2026-11-26' (read in Europe/Berlin as 2026-11-25T23:00:00Z) is outside"));
  EXPECT_THAT(cells_of("2026-11-24T00:00:00Z").error().message,
              HasSubstr("bucket '2026-11-24T00:00:00Z' is not the start of a bucket"));
}

}  // namespace
}  // namespace measured::connectors
