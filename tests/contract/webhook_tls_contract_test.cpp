// Webhooks to receivers that speak TLS (tests/support/tls_receiver.py), with certificates made
// here.
#include <algorithm>
#include <filesystem>
#include <optional>
#include <stdexcept>

#include <gtest/gtest.h>

#include "tests/support/certificates.h"
#include "tests/support/channel.h"
#include "tests/support/files.h"
#include "tests/support/loopback_server.h"
#include "tests/support/program.h"

namespace measured::connectors {
namespace {

using tests::Certificate;
using tests::LoopbackServer;
using tests::make_channel;
using tests::Program;
using tests::TempFolder;
using Kind = Outcome::Kind;

const rules::Instant now{std::chrono::seconds{1614265330}};

const Parcel event{"msg_p5jXN8AQM9LWM0D4loKWxJek", "", "application/cloudevents+json",
                   R"({"test": 2432232314})", 1};

std::string settings(int port, const std::string& more) {
  return "url: 'https://localhost:" + std::to_string(port) +
         "/hook', secret: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw, allow_private: true" + more;
}

class TlsReceiver {
 public:
  explicit TlsReceiver(Certificate certificate = Certificate::good,
                       const std::string& manner = "keep") {
    write_certificate(folder_.path(), certificate);
    server_.emplace(std::vector<std::string>{
        "/usr/bin/python3", tests::repository_file("tests/support/tls_receiver.py"), folder_.path(),
        manner});
    port_ = tests::listening_port(*server_);
  }

  std::unique_ptr<Delivery> webhook(
      const std::string& more = ", ca_file: ca.crt, timeout: 5s") const {
    return make_channel("webhook", settings(port_, more), folder_.path()).open();
  }
  std::string received() const { return kept("received"); }  // what came through TLS
  bool closes(int connections) const {                       // waits until it closed so many
    return tests::eventually([&] {
      const std::string lines = kept("closed");
      return std::count(lines.begin(), lines.end(), '\n') == connections;
    });
  }
  bool hears(const std::string& text) const {
    return tests::eventually([&] { return received().find(text) != std::string::npos; });
  }

 private:
  std::string kept(const std::string& name) const {
    const std::string path = folder_ / name;
    return std::filesystem::exists(path) ? tests::file_text(path) : "";
  }

  TempFolder folder_;
  std::optional<Program> server_;
  int port_ = 0;
};

TEST(WebhookTls, DeliversToAReceiverWhoseCertificateIsFromTheFileThatIsNamed) {
  const TlsReceiver receiver;
  const auto webhook = receiver.webhook();

  const Outcome first = webhook->deliver(event, now, {});
  const Outcome second = webhook->deliver(event, now, {});

  EXPECT_EQ(first.kind, Kind::delivered) << first.detail;
  EXPECT_EQ(second.kind, Kind::delivered) << second.detail;
  EXPECT_TRUE(receiver.hears("POST /hook HTTP/1.1\r\n"));
  EXPECT_TRUE(receiver.hears(event.body));
}

TEST(WebhookTls, SendsNothingUnderACertificateThatDoesNotHold) {
  const std::pair<Certificate, const char*> bad[] = {
      {Certificate::wrong_name, "hostname mismatch"},
      {Certificate::expired, "certificate has expired"},
      {Certificate::unknown_ca, "unable to get local issuer certificate"},
  };
  for (const auto& [certificate, reason] : bad) {
    const TlsReceiver receiver(certificate);

    const Outcome outcome = receiver.webhook()->deliver(event, now, {});

    EXPECT_EQ(outcome.kind, Kind::retry) << reason;
    EXPECT_NE(outcome.detail.find("the certificate was refused: "), std::string::npos)
        << outcome.detail;
    EXPECT_NE(outcome.detail.find(reason), std::string::npos) << outcome.detail;
    EXPECT_EQ(receiver.received(), "") << reason;
  }
}

TEST(WebhookTls, DoesNotTrustAPrivateAuthorityThatIsNotNamed) {
  const TlsReceiver receiver;

  const Outcome outcome = receiver.webhook(", timeout: 5s")->deliver(event, now, {});

  EXPECT_EQ(outcome.kind, Kind::retry) << outcome.detail;
  EXPECT_EQ(receiver.received(), "");
}

TEST(WebhookTls, SaysWhenTheFileOfCertificatesCannotBeRead) {
  const TlsReceiver receiver;

  const Outcome outcome =
      receiver.webhook(", ca_file: lost.crt, timeout: 5s")->deliver(event, now, {});

  EXPECT_EQ(outcome.kind, Kind::retry);
  EXPECT_NE(outcome.detail.find("the trusted certificates cannot be read"), std::string::npos)
      << outcome.detail;
}

// As every receiver does that closes connections which are idle for long.
TEST(WebhookTls, DeliversAgainAfterTheReceiverClosedTheConnection) {
  const TlsReceiver receiver(Certificate::good, "close");
  const auto webhook = receiver.webhook();

  for (int sent = 1; sent <= 5; ++sent) {
    const Outcome outcome = webhook->deliver(event, now, {});
    EXPECT_EQ(outcome.kind, Kind::delivered) << sent << ": " << outcome.detail;
    ASSERT_TRUE(receiver.closes(sent));
  }
}

TEST(WebhookTls, EndsAtTheDeadlineWhereNobodyAnswersTheHandshake) {
  LoopbackServer silent([](LoopbackServer::Peer& peer) { peer.wait_closed(); });
  const auto webhook = make_channel("webhook", settings(silent.port(), ", timeout: 1s")).open();
  const auto before = std::chrono::steady_clock::now();

  const Outcome outcome = webhook->deliver(event, now, {});

  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds{2});
  EXPECT_EQ(outcome.kind, Kind::retry) << outcome.detail;
  EXPECT_NE(outcome.detail.find("deadline"), std::string::npos) << outcome.detail;
}

TEST(WebhookTls, SaysWhenTheReceiverSpeaksNoTls) {
  LoopbackServer plain([](LoopbackServer::Peer& peer) {
    peer.send("HTTP/1.1 400 Bad Request\r\n\r\n");
    peer.wait_closed();
  });

  const Outcome outcome = make_channel("webhook", settings(plain.port(), ", timeout: 2s"))
                              .open()
                              ->deliver(event, now, {});

  EXPECT_EQ(outcome.kind, Kind::retry);
  EXPECT_NE(outcome.detail.find("TLS"), std::string::npos) << outcome.detail;
}

}  // namespace
}  // namespace measured::connectors
