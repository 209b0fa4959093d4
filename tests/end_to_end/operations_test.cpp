// What an operator is told when a channel fails, and what becomes of its messages.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/end_to_end/mails.h"
#include "tests/end_to_end/receiver.h"

namespace measured::tests {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

std::size_t times(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

TEST(Operations, AreMailedThatAReceiverIsGone) {
  Receiver receiver;
  receiver.answer(410);
  const Told told(receiver);
  told.shop().add(told.shop().config(),
                  "operations: {send: [hooks, mail], to: [ops@example.org]}\n");
  Daemon daemon(told.shop().folder());
  ASSERT_TRUE(daemon.becomes(200)) << daemon.err();

  told.lose_orders();

  EXPECT_TRUE(eventually([&] { return !mails_in(told.shop().file("out/mail")).empty(); }))
      << daemon.err();
  const auto mails = mails_in(told.shop().file("out/mail"));
  ASSERT_EQ(mails.size(), 1U);
  EXPECT_THAT(mails[0].to, HasSubstr("ops@example.org"));
  EXPECT_EQ(mails[0].subject, "shop: channel 'hooks' is disabled: its receiver is gone");
  EXPECT_THAT(mails[0].text, HasSubstr("measured channel enable hooks"));
}

// A mail server with TLS and a certificate that names localhost.
class Post {
 public:
  Post(const std::string& scenario, std::string folder)
      : folder_(std::move(folder)), server_(start(scenario, folder_)) {
    if (!eventually([&] { return server_.out().ends_with("\n"); })) {
      throw std::runtime_error("no mail server: " + server_.err());
    }
  }
  std::string url() const { return "smtp://localhost:" + std::to_string(std::stoi(server_.out())); }
  std::string certificate() const { return folder_ + "/server.crt"; }

 private:
  static std::vector<std::string> start(const std::string& scenario, const std::string& folder) {
    fs::create_directories(folder);
    if (!fs::exists(folder + "/server.crt")) {
      Program({"/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
               "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost",
               "-addext", "subjectAltName=DNS:localhost", "-keyout", folder + "/server.key", "-out",
               folder + "/server.crt"})
          .wait();
    }
    return {"/usr/bin/python3", repository_file("tests/support/mail_server.py"), scenario, folder};
  }

  std::string folder_;
  Program server_;
};

TEST(Operations, AWrongPasswordHoldsTheChannelIsToldOnceAndLosesNothing) {
  const Shop shop;
  const Post refuses("bad-password", shop.file("post"));
  edit_file(shop.config(), "mail: {kind: maildir, path: out/mail,",
            "mail: {kind: smtp, url: '" + refuses.url() + "', ca_file: '" + refuses.certificate() +
                "', user: shop, password: wrong,");
  shop.add(shop.config(), "operations: {send: [hooks]}\n");
  shop.add(shop.rules(), R"(digests:
  pulse: {to: managers, at: every 1s, send: [mail], when: always}
)");
  const auto told = [&] {
    return fs::exists(shop.file("out/hooks.jsonl")) ? file_text(shop.file("out/hooks.jsonl")) : "";
  };
  {
    Daemon daemon(shop.folder());
    EXPECT_TRUE(eventually([&] { return told().find("endpoint.held") != std::string::npos; }))
        << daemon.err();
    EXPECT_THAT(told(), HasSubstr("535"));
    EXPECT_TRUE(daemon.becomes(503));
    EXPECT_EQ(daemon.stop().exit, 0);
  }
  EXPECT_EQ(times(told(), "endpoint.held"), 1U);
  EXPECT_THAT(shop.run({"outbox", "list"}).out, Not(HasSubstr("dead")));
  EXPECT_THAT(shop.run({"channel", "list"}).out, HasSubstr("held"));

  const Post takes("good", shop.file("post"));
  edit_file(shop.config(), refuses.url(), takes.url());
  Daemon daemon(shop.folder());
  ASSERT_TRUE(daemon.says("event=started")) << daemon.err();
  EXPECT_EQ(shop.run({"channel", "enable", "mail"}).exit, 0);

  EXPECT_TRUE(eventually([&] { return fs::exists(shop.file("post/3.eml")); })) << daemon.err();
  EXPECT_TRUE(daemon.becomes(200));
}

}  // namespace
}  // namespace measured::tests
