// Mail through a real SMTP server, with certificates made here.
#include <stdexcept>

#include <gtest/gtest.h>

#include "tests/support/channel.h"
#include "tests/support/mail_server.h"

namespace measured::connectors {
namespace {

using tests::Certificate;
using tests::MailServer;
using tests::make_channel;
using Kind = Outcome::Kind;

const rules::Instant now{std::chrono::seconds{1'700'000'000}};
constexpr const char* password = "c4nary-pa55word";

std::unique_ptr<Delivery> channel(const MailServer& server, const std::string& more = "") {
  auto made = make_channel("smtp", "url: '" + server.url() +
                                       "', from: 'Measured <measured@example.com>', ca_file: '" +
                                       server.ca_file() + "', timeout: 10s" + more);
  if (!made.factory) {
    throw std::runtime_error(made.problems.front().message);
  }
  return made.open();
}

std::unique_ptr<Delivery> channel_with_login(const MailServer& server) {
  return channel(server, ", user: measured, password: " + std::string(password));
}

Parcel a_mail(const std::string& recipient = "ana@example.com") {
  return {"msg_06ey2v9q4kz8rj3m1ntc5wdh7b", recipient, "message/rfc822",
          "Subject: x\r\n\r\n.\r\n..two dots\r\nFrom here\r\nlast line\r\n", 1};
}

TEST(SmtpDelivery, HandsOverTheStoredBytesAfterLoggingInOverTls) {
  const MailServer server("needs-login");
  const auto mail = channel_with_login(server);

  const Outcome first = mail->deliver(a_mail(), now, {});
  const Outcome second = mail->deliver(a_mail("rui@example.com"), now, {});

  ASSERT_EQ(first.kind, Kind::delivered) << first.detail;
  ASSERT_EQ(second.kind, Kind::delivered) << second.detail;
  EXPECT_EQ(server.kept("1.eml"), a_mail().body);
  EXPECT_EQ(server.kept("1.to"), "measured@example.com ana@example.com\n");
  EXPECT_EQ(server.kept("2.to"), "measured@example.com rui@example.com\n");
  EXPECT_EQ(server.kept("logins"), "measured " + std::string(password) + "\n")
      << "the connection was not kept";
}

TEST(SmtpDelivery, HandsOverThroughAConnectionThatIsTlsFromItsFirstByte) {
  const MailServer server("implicit");

  const Outcome outcome = channel_with_login(server)->deliver(a_mail(), now, {});

  ASSERT_EQ(outcome.kind, Kind::delivered) << outcome.detail;
  EXPECT_EQ(server.kept("1.eml"), a_mail().body);
}

TEST(SmtpDelivery, SendsNeitherMailNorPasswordWhereTlsIsNotOffered) {
  const MailServer server("no-starttls");

  const Outcome outcome = channel_with_login(server)->deliver(a_mail(), now, {});

  EXPECT_EQ(outcome.kind, Kind::hold) << outcome.detail;
  EXPECT_FALSE(outcome.detail.empty());
  EXPECT_TRUE(server.got_nothing());
}

TEST(SmtpDelivery, SendsNeitherMailNorPasswordUnderACertificateThatDoesNotHold) {
  const std::pair<Certificate, const char*> bad[] = {
      {Certificate::wrong_name, "matches target host name 'localhost'"},
      {Certificate::expired, "certificate has expired"},
      {Certificate::unknown_ca, "unable to get local issuer certificate"},
  };
  for (const char* scenario : {"good", "implicit"}) {
    for (const auto& [certificate, reason] : bad) {
      const MailServer server(scenario, certificate);

      const Outcome outcome = channel_with_login(server)->deliver(a_mail(), now, {});

      EXPECT_EQ(outcome.kind, Kind::hold) << scenario << ": " << outcome.detail;
      EXPECT_NE(outcome.detail.find(reason), std::string::npos)
          << scenario << ": " << outcome.detail;
      EXPECT_TRUE(server.got_nothing()) << scenario << ": " << reason;
    }
  }
}

TEST(SmtpDelivery, HoldsTheChannelOverALogin) {
  const MailServer wrong_password("bad-password");
  const MailServer no_login("needs-login");

  EXPECT_EQ(channel_with_login(wrong_password)->deliver(a_mail(), now, {}).kind, Kind::hold);
  const Outcome asked = channel(no_login)->deliver(a_mail(), now, {});
  EXPECT_EQ(asked.kind, Kind::hold);
  EXPECT_EQ(asked.status, 530) << asked.detail;
}

TEST(SmtpDelivery, NeverShowsThePasswordThatAServerRepeats) {
  const MailServer server("echo");

  const Outcome outcome = channel_with_login(server)->deliver(a_mail(), now, {});

  EXPECT_EQ(outcome.kind, Kind::hold);
  EXPECT_EQ(outcome.detail.find(password), std::string::npos) << outcome.detail;
}

TEST(SmtpDelivery, TriesAgainAfter4xx) {
  const MailServer busy("rcpt-450");
  const MailServer later("data-451");

  const Outcome at_recipient = channel(busy)->deliver(a_mail(), now, {});
  EXPECT_EQ(at_recipient.kind, Kind::retry);
  EXPECT_EQ(at_recipient.detail, "450 4.2.0 mailbox busy");
  EXPECT_EQ(at_recipient.status, 450);
  EXPECT_EQ(channel(later)->deliver(a_mail(), now, {}).kind, Kind::retry);
}

TEST(SmtpDelivery, GivesUpARefusedRecipientAndGoesOnWithTheNext) {
  const MailServer server("rcpt-550");
  const auto mail = channel(server);

  const Outcome gone = mail->deliver(a_mail("gone@example.com"), now, {});
  EXPECT_EQ(gone.kind, Kind::dead);
  EXPECT_EQ(gone.detail, "550 5.1.1 no such user here");
  EXPECT_EQ(mail->deliver(a_mail(), now, {}).kind, Kind::delivered);
}

TEST(SmtpDelivery, GivesUpARefusedMessage) {
  const MailServer server("data-554");

  EXPECT_EQ(channel(server)->deliver(a_mail(), now, {}).kind, Kind::dead);
}

TEST(SmtpDelivery, RefusesARecipientThatIsNoAddress) {
  const MailServer server("good");

  const Outcome outcome =
      channel(server)->deliver(a_mail("ana@example.com>\r\nRCPT TO:<all@example.com"), now, {});

  EXPECT_EQ(outcome.kind, Kind::dead);
  EXPECT_TRUE(server.got_nothing());
}

TEST(SmtpDelivery, TakesNoPasswordInClearText) {
  const auto made = make_channel(
      "smtp", "url: 'smtp://localhost:25', from: a@example.com, tls: none, user: u, password: p");

  EXPECT_FALSE(made.factory);
  ASSERT_FALSE(made.problems.empty());
  EXPECT_EQ(made.problems.front().code, "plain-login");
}

}  // namespace
}  // namespace measured::connectors
