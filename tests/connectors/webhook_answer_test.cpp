#include "connectors/deliveries/webhook_answer.h"

#include <gtest/gtest.h>

#include "connectors/http/retry_after.h"

namespace measured::connectors {
namespace {

using std::chrono::seconds;
using Kind = Outcome::Kind;

const rules::Instant now =
    std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + std::chrono::hours{7};

Outcome outcome_of(int status, std::string retry_after = "", std::string body = "") {
  return webhook_outcome({status, {{"retry-after", std::move(retry_after)}}, std::move(body), ""},
                         now);
}

TEST(WebhookAnswer, CountsOnly2xxAsDelivered) {
  for (const int status : {200, 201, 202, 204, 299}) {
    EXPECT_EQ(outcome_of(status).kind, Kind::delivered) << status;
  }
  for (const int status :
       {100, 301, 302, 307, 308, 400, 401, 403, 404, 409, 422, 429, 500, 502, 503, 504, 999}) {
    EXPECT_EQ(outcome_of(status).kind, Kind::retry) << status;
    EXPECT_EQ(outcome_of(status).status, status);
  }
}

TEST(WebhookAnswer, DisablesAnEndpointThatIsGone) {
  EXPECT_EQ(outcome_of(410).kind, Kind::disable);
}

TEST(WebhookAnswer, WaitsAsLongAs429And503Ask) {
  EXPECT_EQ(outcome_of(429, "120").retry_after, seconds{120});
  EXPECT_EQ(outcome_of(503, "Mon, 23 Nov 2026 07:05:00 GMT").retry_after, seconds{300});
  EXPECT_EQ(outcome_of(500, "120").retry_after, std::nullopt);
}

TEST(WebhookAnswer, WaitsADayAtMostAndNeverIntoThePast) {
  EXPECT_EQ(retry_after("31536000", now), seconds{86400});
  EXPECT_EQ(retry_after("99999999999999999999999", now), seconds{86400});
  EXPECT_EQ(retry_after("Mon, 23 Nov 2099 07:05:00 GMT", now), seconds{86400});
  EXPECT_EQ(retry_after("Sun, 06 Nov 1994 08:49:37 GMT", now), seconds{0});
}

TEST(WebhookAnswer, IgnoresARetryAfterThatIsNeitherSecondsNorADate) {
  for (const char* text : {"", "soon", "-5", "1.5", "12 ", "Mon, 32 Nov 2026 07:05:00 GMT",
                           "Mon, 23 Now 2026 07:05:00 GMT", "Mon, 23 Nov 2026 07:05:00 CET",
                           "Mon, 23 Nov 2026 7:05:00 GMT "}) {
    EXPECT_EQ(retry_after(text, now), std::nullopt) << text;
  }
}

TEST(WebhookAnswer, ShowsTheReceiversWordsInOneShortLine) {
  const std::string detail =
      outcome_of(500, "", "oh\r\nno\x1b[31m" + std::string(5000, 'x')).detail;

  EXPECT_TRUE(detail.starts_with("HTTP 500: oh no"));
  EXPECT_LT(detail.size(), 300U);
  EXPECT_EQ(detail.find_first_of("\r\n\x1b"), std::string::npos);
}

}  // namespace
}  // namespace measured::connectors
