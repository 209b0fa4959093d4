// The prometheus source against a Prometheus, with a past that is known to the last call.

#include <gmock/gmock.h>

#include "connectors/source.h"
#include "tests/support/files.h"
#include "tests/support/program.h"
#include "tests/support/source_of.h"

namespace measured::connectors {
namespace {

using ::testing::HasSubstr;
using tests::Program;

constexpr std::int64_t midnight = 1'772'409'600;  // 2026-03-02 UTC
constexpr int step = 600;                         // seconds between two samples

rules::Instant at(std::string_view text) {
  return rules::parse_instant(text).value();
}

// Two days: team a has 3 good calls and 1 bad one every ten minutes, team b 2 good ones.
std::string two_days() {
  std::string text = "# TYPE calls counter\n";
  const auto add = [&text](const std::string& labels, int each) {
    for (int i = 0; i <= 2 * 144; ++i) {
      text += "calls_total{" + labels + "} " + std::to_string(i * each) + " " +
              std::to_string(midnight + std::int64_t{i} * step) + "\n";
    }
  };
  add(R"(team="a",code="200")", 3);
  add(R"(team="a",code="500")", 1);
  add(R"(team="b",code="200")", 2);
  return text + "# EOF\n";
}

class PrometheusServer {
 public:
  PrometheusServer() {
    tests::write_file(folder_ / "two_days.om", two_days());
    tests::write_file(folder_ / "empty.yml", "\n");
    Program load({"promtool", "tsdb", "create-blocks-from", "openmetrics", folder_ / "two_days.om",
                  folder_ / "data"});
    EXPECT_EQ(load.wait(std::chrono::seconds{60}).exit, 0) << load.err();
    server_.emplace(std::vector<std::string>{
        "prometheus", "--config.file=" + (folder_ / "empty.yml"),
        "--storage.tsdb.path=" + (folder_ / "data"), "--storage.tsdb.retention.time=100y",
        "--web.listen-address=127.0.0.1:0"});
    const std::string listening = "\"Listening on\" address=127.0.0.1:";
    EXPECT_TRUE(tests::eventually([&] {
      return server_->err().find("Server is ready") != std::string::npos &&
             server_->err().find(listening) != std::string::npos;
    })) << server_->err();
    const std::string said = server_->err();
    port_ = std::stoi(said.substr(said.find(listening) + listening.size()));
  }

  static PrometheusServer& shared() {
    static PrometheusServer server;
    return server;
  }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  tests::TempFolder folder_;
  std::optional<Program> server_;
  int port_ = 0;
};

std::unique_ptr<Source> source(const std::string& values, const std::string& labels = "[team]") {
  std::string problems;
  auto made =
      tests::source_of("prometheus",
                       "url: " + PrometheusServer::shared().url() +
                           "\nallow_private: true\ntables:\n  calls:\n    labels: " + labels +
                           "\n    values:\n" + values,
                       &problems);
  EXPECT_NE(made, nullptr) << problems;
  return made;
}

const char* const good_and_every =
    "      good: sum by (team) (increase(calls_total{code!~\"5..\"}[{range}]))\n"
    "      every: sum by (team) (increase(calls_total[{range}]))\n";

Scan ratio_of(std::vector<rules::Instant> edges, rules::Zone zone = {}) {
  Scan scan;
  scan.query =
      "select team, time as bucket, good as numerator, every as denominator, "
      "cast(every as integer) as n from calls where bucket >= :from and bucket < :to";
  scan.zone = std::move(zone);
  scan.edges = std::move(edges);
  scan.measures = {{"x", rules::MeasureKind::query, "", "", "", {}}};
  return scan;
}

std::string text_of(const rules::Result<ScanResult>& result) {
  if (!result) {
    return result.error().message;
  }
  std::string text;
  for (const ScanCell& cell : result->cells) {
    text += cell.team.value_or("<null>") + " " + std::to_string(cell.bucket) + " " +
            std::to_string(std::lround(cell.tally.numerator)) + "/" +
            std::to_string(std::lround(cell.tally.denominator)) +
            " n=" + std::to_string(cell.tally.n) + "\n";
  }
  return text;
}

TEST(PrometheusSource, GivesARatioOfTwoExpressionsForEachBucket) {
  const auto made = source(good_and_every);

  EXPECT_EQ(
      text_of(made->scan(ratio_of({at("2026-03-02"), at("2026-03-03"), at("2026-03-04")}), {})),
      "a 0 432/576 n=576\na 1 432/576 n=576\nb 0 288/288 n=288\nb 1 288/288 n=288\n");
}

TEST(PrometheusSource, TakesEachBucketAtItsOwnLength) {
  const auto made = source(good_and_every);

  // Six hours, then a day and a half.
  EXPECT_EQ(text_of(made->scan(ratio_of({at("2026-03-02"), at("2026-03-02T06:00:00Z"),
                                         at("2026-03-03T18:00:00Z")}),
                               {})),
            "a 0 108/144 n=144\na 1 648/864 n=864\nb 0 72/72 n=72\nb 1 432/432 n=432\n");
}

TEST(PrometheusSource, SumsOneExpressionByTheTimeOfTheBucket) {
  const auto made = source(good_and_every);
  Scan scan;
  scan.from = "calls";
  scan.time = "time";
  scan.team = "team";
  scan.zone = rules::Zone::load("America/Sao_Paulo").value();
  scan.edges = {at("2026-03-02T03:00:00Z"), at("2026-03-03T03:00:00Z")};
  scan.measures = {{"x", rules::MeasureKind::sum, "", "every", "", {}}};

  const auto result = made->scan(scan, {});

  ASSERT_TRUE(result) << result.error().message;
  ASSERT_EQ(result->cells.size(), 2U);
  EXPECT_NEAR(result->cells[0].tally.sum, 576, 1e-6);
}

TEST(PrometheusSource, SaysWhatThePromqlGotWrong) {
  const auto made = source("      good: sum by (team (increase(calls_total[{range}]))\n");
  Scan scan = ratio_of({at("2026-03-02"), at("2026-03-03")});
  scan.query = "select team, time as bucket, good as n from calls where :from < :to";

  const std::string message = text_of(made->scan(scan, {}));

  EXPECT_THAT(message, HasSubstr("table 'calls', 'good': HTTP 400: "));
  EXPECT_THAT(message, HasSubstr("parse error"));
}

TEST(PrometheusSource, RefusesTwoSeriesForOneRow) {
  const auto made = source("      every: increase(calls_total[{range}])\n");
  Scan scan = ratio_of({at("2026-03-02"), at("2026-03-03")});
  scan.query = "select team, time as bucket, every as sum from calls where :from < :to";

  EXPECT_THAT(text_of(made->scan(scan, {})), HasSubstr("two series have the same labels"));
}

TEST(PrometheusSource, HasNoRowWhereThereIsNoValue) {
  const auto made = source(
      "      share: sum by (team) (increase(calls_total{code=\"no\"}[{range}])) / "
      "sum by (team) (increase(calls_total{code=\"no\"}[{range}]))\n");
  Scan scan = ratio_of({at("2026-03-02"), at("2026-03-03")});
  scan.query = "select team, time as bucket, share as sum from calls where :from < :to";

  EXPECT_EQ(text_of(made->scan(scan, {})), "");
  EXPECT_TRUE(made->probe({}));
  EXPECT_THAT(made->statement(scan), HasSubstr("-- calls.share: "));
}

}  // namespace
}  // namespace measured::connectors
