// Slack's and Teams' webhooks, as a receiver on loopback that answers what they answer.
#include <gtest/gtest.h>

#include "tests/support/channel.h"
#include "tests/support/loopback_server.h"

namespace measured::connectors {
namespace {

using tests::LoopbackServer;
using tests::make_channel;
using Kind = Outcome::Kind;
using Peer = LoopbackServer::Peer;

const rules::Instant now{std::chrono::seconds{1'614'265'330}};

Parcel a_digest() {
  return {"msg_p5jXN8AQM9LWM0D4loKWxJek", "ana@example.com", "application/json",
          R"({"text":"São Paulo"})", 1};
}

class ChatDelivery : public testing::TestWithParam<const char*> {
 protected:
  // What the channel makes of a receiver that answers so.
  Outcome answered(const std::string& answer) {
    LoopbackServer server([&](Peer& peer) {
      request = peer.read_request();
      peer.send(answer);
      peer.wait_closed();
    });
    return channel(server.port())->deliver(a_digest(), now, {});
  }
  std::unique_ptr<Delivery> channel(int port,
                                    const std::string& more = "allow_private: true, timeout: 1s") {
    return make_channel(GetParam(), "url: 'http://127.0.0.1:" + std::to_string(port) +
                                        "/services/T0/B0/secret', " + more)
        .open();
  }
  std::string request;
};

TEST_P(ChatDelivery, PostsTheStoredBytesAndSaysTheyAreUtf8) {
  EXPECT_EQ(answered("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").kind, Kind::delivered);

  EXPECT_TRUE(request.starts_with("POST /services/T0/B0/secret HTTP/1.1\r\n")) << request;
  EXPECT_NE(request.find("Content-Type: application/json; charset=utf-8\r\n"), std::string::npos);
  EXPECT_TRUE(request.ends_with("\r\n\r\n" + a_digest().body));
}

TEST_P(ChatDelivery, TakesAnyTwoHundredForDone) {  // a workflow of Teams says 202
  EXPECT_EQ(answered("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n").kind, Kind::delivered);
}

TEST_P(ChatDelivery, TriesAgainWhenItIsAskedTo) {
  const Outcome outcome =
      answered("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 30\r\nContent-Length: 0\r\n\r\n");

  EXPECT_EQ(outcome.kind, Kind::retry);
  EXPECT_EQ(outcome.retry_after, std::chrono::seconds{30});
}

TEST_P(ChatDelivery, ShowsTheServicesOwnWords) {
  const Outcome outcome =
      answered("HTTP/1.1 400 Bad Request\r\nContent-Length: 15\r\n\r\ninvalid_payload");

  EXPECT_EQ(outcome.kind, Kind::retry);
  EXPECT_EQ(outcome.detail, "HTTP 400: invalid_payload");
}

TEST_P(ChatDelivery, StopsUsingARoomThatIsGone) {
  EXPECT_EQ(answered("HTTP/1.1 410 Gone\r\nContent-Length: 19\r\n\r\nchannel_is_archived").kind,
            Kind::disable);
}

TEST_P(ChatDelivery, BelievesAFailureThatIsToldAsASuccess) {
  const std::string told =
      "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error "
      "413";
  const Outcome outcome = answered(
      "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(told.size()) + "\r\n\r\n" + told);

  EXPECT_EQ(outcome.kind, Kind::retry);
  EXPECT_EQ(outcome.detail, told);
}

TEST_P(ChatDelivery, RefusesPrivateAddresses) {
  LoopbackServer server([](Peer& peer) { peer.read_request(); });

  const Outcome outcome = channel(server.port(), "timeout: 1s")->deliver(a_digest(), now, {});

  EXPECT_EQ(outcome.kind, Kind::retry);
  EXPECT_NE(outcome.detail.find("no public address"), std::string::npos) << outcome.detail;
  EXPECT_EQ(outcome.detail.find("secret"), std::string::npos) << "the path is a secret";
  EXPECT_EQ(server.connections(), 0);
}

TEST_P(ChatDelivery, SaysWhatIsWrongWithItsUrlWithoutShowingIt) {
  const auto channel = make_channel(GetParam(), "url: 'hooks.example.com/services/secret'");

  EXPECT_FALSE(channel.factory);
  ASSERT_EQ(channel.problems.size(), 1U);
  EXPECT_EQ(channel.problems[0].code, "bad-url");
  EXPECT_EQ(channel.problems[0].message.find("secret"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(All, ChatDelivery, testing::Values("slack", "teams"));

}  // namespace
}  // namespace measured::connectors
