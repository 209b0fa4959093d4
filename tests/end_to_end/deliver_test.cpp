// What leaves the daemon by the network: signed webhooks and mail.
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/time/instant.h"
#include "tests/end_to_end/mails.h"
#include "tests/end_to_end/receiver.h"
#include "tests/end_to_end/shop.h"
#include "tests/support/mail_server.h"

namespace measured::tests {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

// 32 bytes of 'k', which `secret` holds.
const std::string key(32, 'k');

std::string header(const std::string& request, const std::string& name) {
  const std::size_t start = request.find("\r\n" + name + ": ");
  if (start == std::string::npos) {
    return "";
  }
  const std::size_t from = start + name.size() + 4;
  return request.substr(from, request.find("\r\n", from) - from);
}

// The signature of Standard Webhooks: HMAC-SHA256 over id, time and body.
std::string signature_of(const std::string& request) {
  const std::string body = request.substr(request.find("\r\n\r\n") + 4);
  const std::string text =
      header(request, "webhook-id") + "." + header(request, "webhook-timestamp") + "." + body;
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest, &size);
  unsigned char base64[64];
  EVP_EncodeBlock(base64, digest, static_cast<int>(size));
  return "v1," + std::string(reinterpret_cast<const char*>(base64));
}

TEST(Deliver, SignedEventsReachTheReceiver) {
  Receiver receiver;
  const Told told(receiver);
  Daemon daemon(told.shop().folder());
  ASSERT_TRUE(daemon.becomes(200)) << daemon.err();

  told.lose_orders();
  EXPECT_TRUE(got(receiver, "source.failed")) << daemon.err();
  told.find_orders();
  EXPECT_TRUE(got(receiver, "source.recovered")) << daemon.err();

  std::set<std::string> ids;
  for (const std::string& request : receiver.requests()) {
    EXPECT_THAT(request, ::testing::StartsWith("POST /hook HTTP/1.1\r\n"));
    EXPECT_EQ(header(request, "webhook-signature"), signature_of(request));
    EXPECT_TRUE(ids.insert(header(request, "webhook-id")).second) << "an id came twice";
  }
  EXPECT_TRUE(eventually([&] {
    return told.shop().run({"outbox", "list"}).out.find("pending") == std::string::npos;
  }));
}

TEST(Deliver, WhatAReceiverRefusesWaitsAndIsSentAgainUnderItsId) {
  Receiver receiver;
  const Told told(receiver);
  const Shop& shop = told.shop();
  receiver.answer(503);
  {
    Daemon daemon(shop.folder());
    ASSERT_TRUE(daemon.becomes(200)) << daemon.err();
    told.lose_orders();
    EXPECT_TRUE(eventually([&] {
      return shop.run({"outbox", "show", "1"}).out.find(" retry 503") != std::string::npos;
    })) << daemon.err();
    EXPECT_EQ(daemon.stop().exit, 0);
  }
  EXPECT_THAT(shop.run({"outbox", "list"}).out, HasSubstr("pending"));
  receiver.answer(204);
  const Ended retried = shop.run({"outbox", "retry", "1"});
  const std::size_t before = receiver.requests().size();
  Daemon daemon(shop.folder());

  EXPECT_TRUE(eventually([&] {
    return shop.run({"outbox", "show", "1"}).out.find("delivered") != std::string::npos;
  })) << daemon.err();
  EXPECT_EQ(retried.exit, 0) << retried.err;
  EXPECT_EQ(header(receiver.requests().at(before), "webhook-id"),
            header(receiver.requests().front(), "webhook-id"));
}

TEST(Deliver, AReceiverMaySayWhenToComeAgainAndARetryComesAtOnce) {
  Receiver receiver;
  receiver.answer(503, "Retry-After: 7200\r\n");
  const Told told(receiver);
  const Shop& shop = told.shop();
  Daemon daemon(shop.folder());
  ASSERT_TRUE(daemon.becomes(200)) << daemon.err();
  told.lose_orders();
  ASSERT_TRUE(eventually([&] {
    return shop.run({"outbox", "show", "1"}).out.find(" retry 503") != std::string::npos;
  })) << daemon.err();
  const std::string waits = shop.run({"outbox", "show", "1"}).out;
  const auto due = rules::parse_instant(waits.substr(waits.find("due:") + 12, 20));
  const auto now = std::chrono::system_clock::now();
  ASSERT_TRUE(due) << waits;
  EXPECT_GT(*due, now + std::chrono::minutes{110});
  EXPECT_LT(*due, now + std::chrono::minutes{130});
  receiver.answer(204);

  const Ended retry = shop.run({"outbox", "retry", "1"});

  EXPECT_EQ(retry.exit, 0) << retry.err;
  EXPECT_TRUE(eventually([&] {
    return shop.run({"outbox", "show", "1"}).out.find("state:      delivered") != std::string::npos;
  })) << shop.run({"outbox", "show", "1"}).out;
}

TEST(Deliver, ARedirectIsNotFollowedAndNotTakenForSuccess) {
  Receiver elsewhere;
  Receiver receiver;
  receiver.answer(307, "Location: " + elsewhere.url() + "\r\n");
  const Told told(receiver);
  const Shop& shop = told.shop();
  Daemon daemon(shop.folder());
  ASSERT_TRUE(daemon.becomes(200)) << daemon.err();

  told.lose_orders();

  EXPECT_TRUE(eventually([&] {
    return shop.run({"outbox", "show", "1"}).out.find(" retry 307") != std::string::npos;
  })) << daemon.err();
  EXPECT_THAT(elsewhere.requests(), ::testing::IsEmpty());
}

TEST(Deliver, AReceiverThatIsGoneIsAskedNoMore) {
  Receiver receiver;
  const Told told(receiver);
  receiver.answer(410);
  Daemon daemon(told.shop().folder());
  ASSERT_TRUE(daemon.becomes(200)) << daemon.err();

  told.lose_orders();

  EXPECT_TRUE(eventually([&] {
    return daemon.get("/readyz").body.find("channel/hooks") != std::string::npos;
  })) << daemon.err();
  told.find_orders();
  EXPECT_TRUE(eventually([&] {
    return told.shop().run({"outbox", "list"}).out.find("2 ") != std::string::npos;
  }));
  EXPECT_EQ(receiver.requests().size(), 1U);

  receiver.answer(204);
  const Ended enabled = told.shop().run({"channel", "enable", "hooks"});

  EXPECT_EQ(enabled.exit, 0) << enabled.err;
  EXPECT_TRUE(got(receiver, "source.recovered")) << daemon.err();
  const std::string refused = header(receiver.requests().front(), "webhook-id");
  EXPECT_TRUE(eventually([&] {
    const auto requests = receiver.requests();
    return std::any_of(requests.begin() + 1, requests.end(), [&](const std::string& request) {
      return header(request, "webhook-id") == refused;
    });
  })) << daemon.err();
}

// The mails that a server took, as a Maildir for the parsers.
std::string maildir_of(const MailServer& server, const Shop& shop) {
  fs::create_directories(shop.file("post/new"));
  for (int number = 1; !server.kept(fmt::format("{}.eml", number)).empty(); ++number) {
    write_file(shop.file(fmt::format("post/new/{:06}", number)),
               server.kept(fmt::format("{}.eml", number)));
  }
  return shop.file("post");
}

TEST(Deliver, DigestsReachAMailServerOverTlsWithAPasswordFromSystemd) {
  const Shop shop;
  const MailServer server("needs-login");
  fs::create_directories(shop.file("credentials"));
  write_file(shop.file("credentials/smtp_password"), "c4nary-pa55word\n");
  edit_file(shop.config(), "mail: {kind: maildir, path: out/mail,",
            "mail: {kind: smtp, url: '" + server.url() + "', ca_file: '" + server.ca_file() +
                "', user: shop, password: '${cred:smtp_password}',");
  shop.add(shop.rules(), R"(digests:
  pulse: {to: managers, at: every 1s, send: [mail], when: always}
)");
  Daemon daemon(shop.folder(), {{"CREDENTIALS_DIRECTORY", shop.file("credentials")}});

  EXPECT_TRUE(eventually([&] { return !server.kept("4.eml").empty(); })) << daemon.err();
  const Ended ended = daemon.stop();

  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_EQ(ended.err.find("c4nary"), std::string::npos);
  EXPECT_THAT(server.kept("logins"), ::testing::StartsWith("shop c4nary-pa55word\n"));
  const auto mails = mails_in(maildir_of(server, shop));
  std::set<std::string> ids;
  for (const Mail& mail : mails) {
    EXPECT_TRUE(mail.sound) << mail.subject;
    EXPECT_TRUE(ids.insert(mail.id).second) << "a mail came twice";
    EXPECT_THAT(mail.text, HasSubstr(mail.to));
  }
  EXPECT_THAT(server.kept("1.to"), ::testing::StartsWith("shop@example.org manager-"));
  EXPECT_EQ(mails_in_as_mailparser_reads(shop.file("post")), mails);
}

}  // namespace
}  // namespace measured::tests
