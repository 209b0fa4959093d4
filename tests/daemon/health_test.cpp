#include "daemon/web/health.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "daemon/metrics.h"

namespace measured::daemon {
namespace {

WebRequest get(std::string path) {
  return {.method = "GET", .target = path, .path = path};
}

TEST(Health, IsAliveWhateverIsSick) {
  const HealthSources sources{.not_ready = [] {
    return std::vector<NotReady>{{"store", "read-only"}};
  }};

  EXPECT_EQ(answer_health(get("/livez"), sources)->status, 200);
}

TEST(Health, ListsWhatIsNotReadyWithReasons) {
  const HealthSources sources{.not_ready = [] {
    return std::vector<NotReady>{{"source/shop", "connection refused"},
                                 {"rules", "line 1\n\"x\" \xFF"}};
  }};

  const WebResponse response = *answer_health(get("/readyz"), sources);

  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.content_type, "application/json");
  const auto body = boost::json::parse(response.body).as_object();
  EXPECT_FALSE(body.at("ready").as_bool());
  const auto& parts = body.at("not_ready").as_array();
  EXPECT_EQ(parts.at(0).at("part"), "source/shop");
  EXPECT_EQ(parts.at(0).at("reason"), "connection refused");
  EXPECT_EQ(parts.at(1).at("reason"), "line 1\n\"x\" \uFFFD");
}

TEST(Health, IsReadyWhenNothingIsMissing) {
  const HealthSources sources{.not_ready = [] { return std::vector<NotReady>{}; }};

  const WebResponse response = *answer_health(get("/readyz"), sources);

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "{\"ready\":true,\"not_ready_count\":0,\"not_ready\":[]}\n");
}

TEST(Health, BoundsItsListAndStillCounts) {
  const HealthSources sources{.not_ready = [] {
    return std::vector<NotReady>(5000, {"source/x", "y"});
  }};

  const auto body = boost::json::parse(answer_health(get("/readyz"), sources)->body).as_object();

  EXPECT_EQ(body.at("not_ready_count").as_int64(), 5000);
  EXPECT_EQ(body.at("not_ready").as_array().size(), 100U);
}

TEST(Health, BringsFiguresUpToDateBeforeShowingThem) {
  Registry registry;
  Gauge& age = *registry.gauge({.name = "measured_age", .help = "x"}).with({});
  const HealthSources sources{.refresh = [&] { age.set(7); }, .metrics = &registry};

  const WebResponse response = *answer_health(get("/metrics"), sources);

  EXPECT_EQ(response.content_type, openmetrics_type);
  EXPECT_NE(response.body.find("measured_age 7.0\n"), std::string::npos);
}

TEST(Health, LeavesOtherPathsAndRefusesOtherMethods) {
  WebRequest post = get("/metrics");
  post.method = "POST";

  EXPECT_FALSE(answer_health(get("/livez/"), {}).has_value());
  EXPECT_EQ(answer_health(post, {})->status, 405);
}

}  // namespace
}  // namespace measured::daemon
