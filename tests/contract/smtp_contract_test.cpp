// Mail through a real SMTP server (aiosmtpd, Debian's python3-aiosmtpd), with certificates made
// here.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "tests/support/channel.h"
#include "tests/support/files.h"

namespace measured::connectors {
namespace {

using tests::file_text;
using tests::make_channel;
using tests::TempFolder;
using Kind = Outcome::Kind;

const rules::Instant now{std::chrono::seconds{1'700'000'000}};
constexpr const char* password = "c4nary-pa55word";

void run(const std::string& command) {
  if (std::system((command + " 2>/dev/null").c_str()) != 0) {
    throw std::runtime_error("failed: " + command);
  }
}

void make_certificate(const std::string& folder, const std::string& name, const std::string& host,
                      const std::string& days) {
  const std::string base = folder + '/' + name;
  run("openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=" + host +
      " -addext subjectAltName=DNS:" + host + " -keyout " + base + ".key -out " + base + ".csr");
  run("openssl x509 -req -in " + base + ".csr -CA " + folder + "/ca.crt -CAkey " + folder +
      "/ca.key -CAcreateserial -copy_extensions copy -days " + days + " -out " + base + ".crt");
}

// The server in one of the scenarios of tests/support/mail_server.py, ended with the test.
class MailServer {
 public:
  explicit MailServer(const std::string& scenario) {
    const std::string& folder = folder_.path();
    run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=test-ca "
        "-days 2 -keyout " +
        folder + "/ca.key -out " + folder + "/ca.crt");
    const std::string name = scenario == "wrong-name" || scenario == "expired" ? scenario : "good";
    make_certificate(folder, name, scenario == "wrong-name" ? "other.example.com" : "localhost",
                     scenario == "expired" ? "0" : "2");
    int ends[2] = {};
    if (::pipe(ends) != 0 || (child_ = ::fork()) < 0) {
      throw std::runtime_error("no mail server");
    }
    if (child_ == 0) {
      ::dup2(ends[1], STDOUT_FILENO);
      ::execl("/usr/bin/python3", "python3", MEASURED_TESTS_DIR "/support/mail_server.py",
              scenario.c_str(), folder.c_str(), nullptr);
      ::_exit(127);
    }
    ::close(ends[1]);
    std::FILE* const said = ::fdopen(ends[0], "r");
    if (std::fscanf(said, "%d", &port_) != 1) {
      throw std::runtime_error("the mail server did not start: is python3-aiosmtpd installed?");
    }
    std::fclose(said);
  }
  ~MailServer() {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }
  MailServer(const MailServer&) = delete;
  MailServer& operator=(const MailServer&) = delete;

  std::unique_ptr<Delivery> channel(const std::string& more) const {
    auto made = make_channel(
        "smtp",
        "url: 'smtp://localhost:" + std::to_string(port_) +
            "', from: 'Measured <measured@example.com>', ca_file: ca.crt, timeout: 10s" + more,
        folder_.path());
    if (!made.factory) {
      throw std::runtime_error(made.problems.front().message);
    }
    return made.open();
  }
  std::unique_ptr<Delivery> channel_with_login() const {
    return channel(", user: measured, password: " + std::string(password));
  }
  // Empty where the server took no such mail.
  std::string kept(const std::string& name) const {
    const std::string path = folder_ / name;
    return std::filesystem::exists(path) ? file_text(path) : "";
  }
  bool got_nothing() const { return kept("1.eml").empty() && kept("logins").empty(); }

 private:
  TempFolder folder_;
  ::pid_t child_ = -1;
  int port_ = 0;
};

Parcel a_mail(const std::string& recipient = "ana@example.com") {
  return {"msg_06ey2v9q4kz8rj3m1ntc5wdh7b", recipient, "message/rfc822",
          "Subject: x\r\n\r\n.\r\n..two dots\r\nFrom here\r\nlast line\r\n", 1};
}

TEST(SmtpDelivery, HandsOverTheStoredBytesAfterLoggingInOverTls) {
  const MailServer server("needs-login");
  const auto mail = server.channel_with_login();

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

TEST(SmtpDelivery, SendsNeitherMailNorPasswordWithoutTrustworthyTls) {
  for (const char* scenario : {"no-starttls", "wrong-name", "expired"}) {
    const MailServer server(scenario);

    const Outcome outcome = server.channel_with_login()->deliver(a_mail(), now, {});

    EXPECT_EQ(outcome.kind, Kind::hold) << scenario << ": " << outcome.detail;
    EXPECT_FALSE(outcome.detail.empty()) << scenario;
    EXPECT_TRUE(server.got_nothing()) << scenario;
  }
}

TEST(SmtpDelivery, HoldsTheChannelOverALogin) {
  const MailServer wrong_password("bad-password");
  const MailServer no_login("needs-login");

  EXPECT_EQ(wrong_password.channel_with_login()->deliver(a_mail(), now, {}).kind, Kind::hold);
  const Outcome asked = no_login.channel("")->deliver(a_mail(), now, {});
  EXPECT_EQ(asked.kind, Kind::hold);
  EXPECT_EQ(asked.status, 530) << asked.detail;
}

TEST(SmtpDelivery, NeverShowsThePasswordThatAServerRepeats) {
  const MailServer server("echo");

  const Outcome outcome = server.channel_with_login()->deliver(a_mail(), now, {});

  EXPECT_EQ(outcome.kind, Kind::hold);
  EXPECT_EQ(outcome.detail.find(password), std::string::npos) << outcome.detail;
}

TEST(SmtpDelivery, TriesAgainAfter4xx) {
  const MailServer busy("rcpt-450");
  const MailServer later("data-451");

  const Outcome at_recipient = busy.channel("")->deliver(a_mail(), now, {});
  EXPECT_EQ(at_recipient.kind, Kind::retry);
  EXPECT_EQ(at_recipient.detail, "450 4.2.0 mailbox busy");
  EXPECT_EQ(at_recipient.status, 450);
  EXPECT_EQ(later.channel("")->deliver(a_mail(), now, {}).kind, Kind::retry);
}

TEST(SmtpDelivery, GivesUpARefusedRecipientAndGoesOnWithTheNext) {
  const MailServer server("rcpt-550");
  const auto mail = server.channel("");

  const Outcome gone = mail->deliver(a_mail("gone@example.com"), now, {});
  EXPECT_EQ(gone.kind, Kind::dead);
  EXPECT_EQ(gone.detail, "550 5.1.1 no such user here");
  EXPECT_EQ(mail->deliver(a_mail(), now, {}).kind, Kind::delivered);
}

TEST(SmtpDelivery, GivesUpARefusedMessage) {
  const MailServer server("data-554");

  EXPECT_EQ(server.channel("")->deliver(a_mail(), now, {}).kind, Kind::dead);
}

TEST(SmtpDelivery, RefusesARecipientThatIsNoAddress) {
  const MailServer server("good");

  const Outcome outcome =
      server.channel("")->deliver(a_mail("ana@example.com>\r\nRCPT TO:<all@example.com"), now, {});

  EXPECT_EQ(outcome.kind, Kind::dead);
  EXPECT_TRUE(server.got_nothing());
}

TEST(SmtpDelivery, TakesNoPasswordInClearText) {
  const auto channel = make_channel(
      "smtp", "url: 'smtp://localhost:25', from: a@example.com, tls: none, user: u, password: p");

  EXPECT_FALSE(channel.factory);
  ASSERT_FALSE(channel.problems.empty());
  EXPECT_EQ(channel.problems.front().code, "plain-login");
}

}  // namespace
}  // namespace measured::connectors
