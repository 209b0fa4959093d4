// A webhook's receivers, good and hostile, over real connections.
#include <chrono>
#include <thread>

#include <gtest/gtest.h>

#include "tests/support/channel.h"
#include "tests/support/loopback_server.h"

namespace measured::connectors {
namespace {

using tests::LoopbackServer;
using tests::make_channel;
using Kind = Outcome::Kind;
using Peer = LoopbackServer::Peer;

const rules::Instant now{std::chrono::seconds{1614265330}};
constexpr const char* secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

Parcel an_event() {
  return {"msg_p5jXN8AQM9LWM0D4loKWxJek", "", "application/cloudevents+json",
          R"({"test": 2432232314})", 3};
}

std::unique_ptr<Delivery> webhook_to(int port,
                                     const std::string& more = "allow_private: true, timeout: 1s") {
  return make_channel("webhook", "url: 'http://127.0.0.1:" + std::to_string(port) +
                                     "/hook?x=1', secret: " + secret + ", " + more)
      .open();
}

TEST(WebhookDelivery, SendsTheStoredBytesSigned) {
  std::string request;
  LoopbackServer server([&](Peer& peer) {
    request = peer.read_request();
    peer.send("HTTP/1.1 204 No Content\r\n\r\n");
    peer.wait_closed();
  });
  {
    const auto webhook = webhook_to(server.port());

    EXPECT_EQ(webhook->deliver(an_event(), now, {}).kind, Kind::delivered);
  }

  EXPECT_TRUE(request.starts_with("POST /hook?x=1 HTTP/1.1\r\n")) << request;
  EXPECT_TRUE(request.ends_with("\r\n\r\n" + an_event().body));
  for (const char* header :
       {"webhook-id: msg_p5jXN8AQM9LWM0D4loKWxJek\r\n", "webhook-timestamp: 1614265330\r\n",
        "webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=\r\n",
        "measured-attempt: 3\r\n", "Content-Type: application/cloudevents+json; charset=utf-8\r\n",
        "User-Agent: measured/"}) {
    EXPECT_NE(request.find(header), std::string::npos) << header;
  }
}

TEST(WebhookDelivery, KeepsItsConnection) {
  LoopbackServer server([](Peer& peer) {
    while (!peer.read_request().empty()) {
      peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    }
  });
  const auto webhook = webhook_to(server.port());

  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(webhook->deliver(an_event(), now, {}).kind, Kind::delivered);
  }

  EXPECT_EQ(server.connections(), 1);
}

TEST(WebhookDelivery, DoesNotFollowARedirect) {
  LoopbackServer server([](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n");
    peer.wait_closed();
  });

  const Outcome outcome = webhook_to(server.port())->deliver(an_event(), now, {});

  EXPECT_EQ(outcome.kind, Kind::retry);
  EXPECT_EQ(outcome.status, 302);
  EXPECT_EQ(server.connections(), 1);
}

TEST(WebhookDelivery, RefusesPrivateAddressesInEverySpelling) {
  LoopbackServer server([](Peer& peer) { peer.read_request(); });
  for (const char* host : {"127.0.0.1", "localhost", "0x7f.1", "2130706433", "0177.0.0.1", "127.1",
                           "[::1]", "[::ffff:127.0.0.1]", "0"}) {
    const std::string url =
        "http://" + std::string(host) + ":" + std::to_string(server.port()) + "/";

    const auto webhook = make_channel("webhook", "timeout: 1s, secret: " + std::string(secret) +
                                                     ", url: '" + url + "'")
                             .open();
    const Outcome outcome = webhook->deliver(an_event(), now, {});

    EXPECT_EQ(outcome.kind, Kind::retry) << host;
    EXPECT_NE(outcome.detail.find("no public address"), std::string::npos)
        << host << ": " << outcome.detail;
  }
  EXPECT_EQ(server.connections(), 0);
}

TEST(WebhookDelivery, SaysWhenNobodyListens) {
  int port = 0;
  {
    const LoopbackServer gone([](Peer&) {});
    port = gone.port();
  }

  const Outcome outcome = webhook_to(port)->deliver(an_event(), now, {});

  EXPECT_EQ(outcome.kind, Kind::retry);
  EXPECT_EQ(outcome.status, 0);
}

// Each ends by itself or at the deadline of one second, and the next delivery works.
struct Hostile {
  const char* name;
  LoopbackServer::Answer answer;
};

void PrintTo(const Hostile& hostile, std::ostream* out) {
  *out << hostile.name;
}

std::vector<Hostile> hostile_receivers() {
  const auto pour = [](Peer& peer, const std::string& head, const std::string& piece) {
    peer.read_request();
    peer.send(head);
    while (peer.send(piece)) {
    }
  };
  const auto once = [](Peer& peer, const std::string& answer) {
    peer.read_request();
    peer.send(answer);
  };
  return {
      {"Hangs",
       [](Peer& peer) {
         peer.read_request();
         peer.wait_closed();
       }},
      {"Closes", [](Peer& peer) { peer.read_request(); }},
      {"Garbage", [=](Peer& peer) { once(peer, std::string(3000, '\xff')); }},
      {"Truncated", [=](Peer& peer) { once(peer, "HTTP/1.1 50"); }},
      {"LongStatusLine",
       [=](Peer& peer) { once(peer, "HTTP/1.1 500 " + std::string(1 << 20, 'a') + "\r\n\r\n"); }},
      {"LongLineAfterContinue",
       [=](Peer& peer) {
         once(peer, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 500 " + std::string(1 << 20, 'a'));
       }},
      {"EndlessHeaders", [=](Peer& peer) { pour(peer, "HTTP/1.1 500 x\r\n", "a: b\r\n"); }},
      {"OneEndlessHeader",
       [=](Peer& peer) { pour(peer, "HTTP/1.1 500 x\r\na: ", std::string(4096, 'b')); }},
      {"EndlessBody",
       [=](Peer& peer) { pour(peer, "HTTP/1.1 500 x\r\n\r\n", std::string(65536, 'b')); }},
      {"EndlessChunkLine",
       [=](Peer& peer) {
         pour(peer, "HTTP/1.1 500 x\r\nTransfer-Encoding: chunked\r\n\r\n1;",
              std::string(4096, 'b'));
       }},
      {"Drips",
       [](Peer& peer) {
         peer.read_request();
         peer.send("HTTP/1.1 500 x\r\n");
         while (peer.send("a")) {
           std::this_thread::sleep_for(std::chrono::milliseconds{20});
         }
       }},
  };
}

class HostileReceiver : public ::testing::TestWithParam<Hostile> {};

TEST_P(HostileReceiver, EndsAtTheDeadlineAndHurtsNothing) {
  bool hostile = true;
  LoopbackServer server([&](Peer& peer) {
    if (hostile) {
      hostile = false;
      GetParam().answer(peer);
      return;
    }
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    peer.wait_closed();
  });
  const auto webhook = webhook_to(server.port());
  const auto before = std::chrono::steady_clock::now();

  const Outcome outcome = webhook->deliver(an_event(), now, {});

  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds{2});
  EXPECT_EQ(outcome.kind, Kind::retry) << outcome.detail;
  EXPECT_EQ(outcome.detail.find("hook?x"), std::string::npos);
  EXPECT_EQ(webhook->deliver(an_event(), now, {}).kind, Kind::delivered);
}

INSTANTIATE_TEST_SUITE_P(Webhook, HostileReceiver, ::testing::ValuesIn(hostile_receivers()),
                         [](const auto& each) { return std::string(each.param.name); });

TEST(WebhookDelivery, StopsSoon) {
  LoopbackServer server([](Peer& peer) { peer.wait_closed(); });
  const auto webhook = webhook_to(server.port(), "allow_private: true, timeout: 60s");
  std::stop_source stop;
  std::thread stopper([&] {
    while (server.connections() == 0) {
      std::this_thread::yield();
    }
    stop.request_stop();
  });
  const auto before = std::chrono::steady_clock::now();

  const Outcome outcome = webhook->deliver(an_event(), now, stop.get_token());

  stopper.join();
  EXPECT_EQ(outcome.kind, Kind::retry);
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds{2});
}

TEST(WebhookDelivery, NeverShowsItsSecretWhenASettingIsWrong) {
  const auto channel = make_channel("webhook", "url: https://ops.example.com/, secret: hunter2");

  EXPECT_FALSE(channel.factory);
  ASSERT_FALSE(channel.problems.empty());
  EXPECT_EQ(channel.problems.front().code, "bad-secret");
  EXPECT_EQ(channel.problems.front().message.find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace measured::connectors
