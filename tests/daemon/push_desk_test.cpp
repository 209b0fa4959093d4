#include <boost/json.hpp>
#include <gmock/gmock.h>

#include "connectors/source.h"
#include "daemon/web/push.h"
#include "rules/yaml/map_reader.h"
#include "tests/support/files.h"
#include "tests/support/source_of.h"

namespace measured::daemon {
namespace {

using ::testing::HasSubstr;

constexpr const char* token = "0123456789abcdef0123456789abcdef";

class PushDeskTest : public ::testing::Test {
 protected:
  PushDeskTest() {
    rules::Measure calls;
    calls.id = "calls_answered";
    calls.source = "intake";
    calls.from = "calls";
    rules::Measure ready;
    ready.id = "ready";
    ready.source = "intake";
    rules::Measure other;
    other.id = "other";
    other.source = "shop";
    rules_.measures = {calls, other, ready};
    open();
  }

  std::string yaml() const {
    return "path: '" + (folder_ / "intake.db") +
           "'\ntables:\n  calls:\n    expected: 1h\n    columns:\n      id: {at: /id, type: "
           "integer}\n"
           "      team: /team\n      at: {at: /at, type: timestamp}\n    key: [id]\n"
           "  ready: {components: true}\n"
           "tokens:\n  loader: {secret: " +
           token + ", measures: [calls_answered, ready, other]}\n";
  }

  // As after a restart.
  void open() {
    rules::Diagnostics problems;
    rules::MapReader settings("measured.yaml",
                              rules::parse_yaml("measured.yaml", yaml(), {}, problems), problems);
    PushParts parts;
    parts.intakes.emplace("intake",
                          connectors::make_push_intake({"intake", "/", rules::Zone()}, settings));
    ASSERT_NE(parts.intakes.at("intake"), nullptr);
    parts.rules = [this] { return std::make_shared<const rules::RuleSet>(rules_); };
    parts.now = [this] { return now_; };
    desk_ = std::make_unique<PushDesk>(std::move(parts));
  }

  WebResponse push(const std::string& body, const std::string& measure = "calls_answered",
                   const std::string& secret = token) {
    const WebRequest request{
        .method = "POST",
        .path = "/api/v1/push/" + measure,
        .headers = {{"authorization", "Bearer " + secret}, {"content-type", "application/json"}},
        .body = body,
        .remote = "192.0.2.1"};
    const auto admitted = desk_->admit(request).value();
    if (const auto* response = std::get_if<WebResponse>(&admitted)) {
      return *response;
    }
    return desk_->take(std::get<PushDesk::Order>(admitted), body);
  }

  rules::Result<connectors::ScanResult> scan() const {
    connectors::Scan scan;
    scan.from = "calls";
    scan.time = "at";
    scan.team = "team";
    scan.edges = {rules::parse_instant("2026-03-01").value(),
                  rules::parse_instant("2026-04-01").value()};
    scan.measures = {{"x", rules::MeasureKind::count, "", "", "", {}}};
    return tests::source_of("push", yaml())->scan(scan, {});
  }

  std::int64_t counted() const {
    std::int64_t n = 0;
    const connectors::ScanResult scanned = scan().value();
    for (const connectors::ScanCell& cell : scanned.cells) {
      n += cell.tally.n;
    }
    return n;
  }

  tests::TempFolder folder_;
  rules::RuleSet rules_;
  rules::Instant now_ = rules::parse_instant("2026-03-10T12:00:00Z").value();
  std::unique_ptr<PushDesk> desk_;
};

const char* const two_rows =
    R"({"batch":"b1","rows":[{"id":1,"team":"a","at":"2026-03-02T10:00:00Z"},)"
    R"({"id":2,"team":"b","at":"2026-03-02T11:00:00Z"}]})";

TEST_F(PushDeskTest, StoresABatchOnceHoweverOftenItIsSent) {
  const WebResponse first = push(two_rows);
  open();
  const WebResponse again = push(two_rows);

  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.body, "{\"batch\":\"b1\",\"status\":\"stored\",\"rows\":2}\n");
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.body, "{\"batch\":\"b1\",\"status\":\"known\"}\n");
  EXPECT_EQ(counted(), 2);
}

TEST_F(PushDeskTest, RefusesAnotherContentUnderAKnownId) {
  push(two_rows);

  const WebResponse other = push(R"({"batch":"b1","rows":[]})");

  EXPECT_EQ(other.status, 409);
  EXPECT_EQ(counted(), 2);
}

TEST_F(PushDeskTest, CountsNothingOfABatchWithABadRow) {
  push(R"({"batch":"b0","rows":[{"id":9,"team":"a","at":"2026-03-02"}]})");

  const WebResponse bad =
      push(R"({"batch":"b2","rows":[{"id":1,"team":"a","at":"2026-03-02"},{"id":2,"at":"soon"}]})");

  EXPECT_EQ(bad.status, 422);
  EXPECT_THAT(bad.body, HasSubstr("row 2: column 'at' (/at): 'soon' is not a timestamp"));
  EXPECT_EQ(counted(), 1);
  EXPECT_EQ(push(R"({"batch":"b2","rows":[{"id":1,"at":"2026-03-02"}]})").status, 200)
      << "the id is free again";
}

TEST_F(PushDeskTest, ReplacesARowOfTheSameKey) {
  push(two_rows);

  push(R"({"batch":"b3","rows":[{"id":2,"team":"a","at":"2026-05-02"}]})");

  EXPECT_EQ(counted(), 1) << "the second call is in May now";
}

TEST_F(PushDeskTest, SaysWhatIsWrongWithABatch) {
  EXPECT_THAT(push("{").body, HasSubstr("the JSON ends too soon"));
  EXPECT_THAT(push(R"({"rows":[]})").body, HasSubstr("'batch' is an id of the sender's"));
  EXPECT_THAT(push(R"({"batch":"x","rows":{}})").body, HasSubstr("'rows' is the list of rows"));
  EXPECT_THAT(push(std::string(100'000, '[')).body, HasSubstr("the cap is 'depth_max'"));
}

TEST_F(PushDeskTest, StoresNothingHalfWhateverABatchIs) {
  const std::string whole = two_rows;
  std::string many = R"({"batch":"b1","rows":[)";
  for (int i = 0; i < 50'001; ++i) {
    many += (i > 0 ? ",{}" : "{}");
  }
  const std::pair<std::string, const char*> faults[] = {
      {whole.substr(0, whole.size() - 2), "the JSON ends too soon"},
      {whole + "}", "JSON"},
      {R"({"batch":"b1","rows":[{"id":1,"team":")"
       "\xff"
       R"("}]})",
       "JSON"},
      {"\x1f\x8b\x08" + whole, "JSON"},
      {R"({"batch":"b1","rows":[{"id":1,"team":)" + std::string(1000, '['), "'depth_max'"},
      {many + "]}", "'batch_rows_max'"},
  };

  for (const auto& [body, message] : faults) {
    const WebResponse refused = push(body);
    EXPECT_TRUE(refused.status == 400 || refused.status == 413 || refused.status == 422)
        << refused.status;
    EXPECT_THAT(refused.body, HasSubstr(message));
  }
  EXPECT_EQ(push(whole).body, "{\"batch\":\"b1\",\"status\":\"stored\",\"rows\":2}\n");
  EXPECT_EQ(counted(), 2);
}

TEST_F(PushDeskTest, TakesNothingWithoutATokenForThatMeasure) {
  EXPECT_EQ(push(two_rows, "calls_answered", "wrong").status, 401);
  EXPECT_EQ(push(two_rows, "secret_measure").status, 403);
  EXPECT_EQ(push(two_rows, "other").status, 403) << "it reads from another source";
  EXPECT_EQ(desk_->admit({.method = "GET", .path = "/api/v1/push/calls_answered"}).has_value(),
            true);
  EXPECT_FALSE(desk_->admit({.method = "GET", .path = "/livez"}).has_value());
}

TEST_F(PushDeskTest, BlocksAnAddressThatGuesses) {
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(push(two_rows, "calls_answered", "wrong").status, 401);
  }
  EXPECT_EQ(push(two_rows).status, 429);

  now_ += std::chrono::minutes{1};
  EXPECT_EQ(push(two_rows).status, 200);
}

TEST_F(PushDeskTest, TellsWhenTheLastBatchCame) {
  EXPECT_FALSE(scan()) << "nothing was pushed yet";
  push(two_rows);

  const auto filled = scan().value().filled;

  ASSERT_TRUE(filled);
  EXPECT_EQ(filled->at, now_);
  EXPECT_EQ(filled->expected, std::chrono::hours{1});
}

TEST_F(PushDeskTest, TakesComponentsForAQuery) {
  push(
      R"({"batch":"c1","rows":[{"team":"a","bucket":"2026-03-02","n":4,"numerator":3,"denominator":4}]})",
      "ready");
  push(
      R"({"batch":"c2","rows":[{"team":"a","bucket":"2026-03-02","n":5,"numerator":3,"denominator":5}]})",
      "ready");

  connectors::Scan scan;
  scan.query =
      "select team, bucket, n, numerator, denominator from ready where bucket >= :from and bucket "
      "< :to";
  scan.edges = {rules::parse_instant("2026-03-02").value(),
                rules::parse_instant("2026-03-03").value()};
  scan.measures = {{"ready", rules::MeasureKind::query, "", "", "", {}}};
  const auto result = tests::source_of("push", yaml())->scan(scan, {});

  ASSERT_TRUE(result) << result.error().message;
  ASSERT_EQ(result->cells.size(), 1U);
  EXPECT_EQ(result->cells[0].tally.n, 5) << "the later numbers of a bucket replace the earlier";
}

}  // namespace
}  // namespace measured::daemon
