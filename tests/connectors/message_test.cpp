#include "connectors/mail/message.h"

#include <algorithm>
#include <sstream>

#include <gtest/gtest.h>

#include "connectors/base64.h"
#include "connectors/mail/encoding.h"
#include "rules/utf8.h"

namespace measured::connectors {
namespace {

using std::chrono::sys_days;
using std::chrono::year;

MailContent a_digest() {
  MailContent content;
  content.from = {"Measured", "measured@example.com"};
  content.to = {"Ana Lima", "ana@example.org"};
  content.subject = "Week 47: 3 of 4 targets met";
  content.text = "On-time shipments: 91.3 %\n";
  content.message_id = "msg_06ey2v9q4kz8rj3m1ntc5wdh7b";
  content.date = sys_days{year{2026} / 11 / 23} + std::chrono::hours{7};
  return content;
}

std::vector<std::string> lines_of(const std::string& message) {
  std::vector<std::string> lines;
  std::size_t from = 0;
  for (std::size_t at = message.find("\r\n"); at != std::string::npos;
       at = message.find("\r\n", from)) {
    lines.push_back(message.substr(from, at - from));
    from = at + 2;
  }
  return lines;
}

// The headers' names, in order; what is not a name, a folded line or the blank line is "?".
std::vector<std::string> header_names(const std::string& message) {
  std::vector<std::string> names;
  for (const std::string& line : lines_of(message)) {
    if (line.empty()) {
      break;
    }
    if (line.front() != ' ') {
      names.push_back(line.find(':') == std::string::npos ? "?" : line.substr(0, line.find(':')));
    }
  }
  return names;
}

void expect_safe_lines(const std::string& message) {
  for (std::size_t i = 0; i < message.size(); ++i) {
    const char c = message[i];
    ASSERT_TRUE(static_cast<unsigned char>(c) < 0x80) << "8-bit at " << i;
    ASSERT_NE(c, '\0');
    if (c == '\n') {
      ASSERT_TRUE(i > 0 && message[i - 1] == '\r') << "bare LF at " << i;
    }
    if (c == '\r') {
      ASSERT_TRUE(i + 1 < message.size() && message[i + 1] == '\n') << "bare CR at " << i;
    }
  }
  for (const std::string& line : lines_of(message)) {
    EXPECT_LE(line.size(), 998U);
  }
}

TEST(MailMessage, IsTheseBytesForAPlainDigest) {
  const auto message = mail_message(a_digest());

  ASSERT_TRUE(message);
  EXPECT_EQ(*message,
            "Date: Mon, 23 Nov 2026 07:00:00 +0000\r\n"
            "From: \"Measured\" <measured@example.com>\r\n"
            "To: \"Ana Lima\" <ana@example.org>\r\n"
            "Subject: Week 47: 3 of 4 targets met\r\n"
            "Message-ID: <msg_06ey2v9q4kz8rj3m1ntc5wdh7b@example.com>\r\n"
            "Auto-Submitted: auto-generated\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n"
            "\r\n"
            "On-time shipments: 91.3 %\r\n");
}

TEST(MailMessage, PutsTextFirstAndPicturesBesideTheHtml) {
  MailContent content = a_digest();
  content.html = "<p>91.3&nbsp;%</p><img src=\"cid:xmr1@example.com\" alt=\"91.3 %\">";
  content.inline_images.push_back(
      {"xmr1@example.com", "image/png", "xmr1.png", std::string(100, '\x89')});

  const auto message = mail_message(content);

  ASSERT_TRUE(message);
  const std::size_t alternative = message->find("multipart/alternative");
  const std::size_t text = message->find("text/plain");
  const std::size_t related = message->find("multipart/related");
  const std::size_t html = message->find("text/html; charset");
  const std::size_t image = message->find("image/png");
  ASSERT_NE(image, std::string::npos);
  EXPECT_TRUE(alternative < text && text < related && related < html && html < image);
  EXPECT_NE(message->find("Content-ID: <xmr1@example.com>\r\n"), std::string::npos);
  expect_safe_lines(*message);
}

TEST(MailMessage, IsTheSameEveryTime) {
  MailContent content = a_digest();
  content.html = "<p>x</p>";

  EXPECT_EQ(*mail_message(content), *mail_message(content));
}

TEST(MailMessage, KeepsOnlyTheEndOfALongThread) {
  MailContent content = a_digest();
  for (int week = 0; week < 30; ++week) {
    content.references.push_back("msg_week" + std::to_string(week));
  }

  const auto message = mail_message(content);

  ASSERT_TRUE(message);
  EXPECT_NE(message->find("In-Reply-To: <msg_week29@example.com>\r\n"), std::string::npos);
  EXPECT_NE(message->find("<msg_week10@example.com>"), std::string::npos);
  EXPECT_EQ(message->find("<msg_week9@example.com>"), std::string::npos);
  expect_safe_lines(*message);
}

TEST(MailMessage, OffersOneClickUnsubscribingOverHttpsOnly) {
  MailContent content = a_digest();
  content.list_id = "monday.measured.example.com";
  content.unsubscribe_url = "https://measured.example.com/u/abc";
  const std::string with = *mail_message(content);
  content.unsubscribe_url = "http://measured.example.com/u/abc";
  const std::string without = *mail_message(content);

  EXPECT_NE(with.find("List-Unsubscribe: <https://measured.example.com/u/abc>\r\n"
                      "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"),
            std::string::npos);
  EXPECT_EQ(without.find("Unsubscribe"), std::string::npos);
  EXPECT_NE(without.find("List-Id: <monday.measured.example.com>\r\n"), std::string::npos);
}

TEST(MailMessage, LetsNoNameOrSubjectAddAHeader) {
  const std::vector<std::string> names = header_names(*mail_message(a_digest()));
  const std::string nul("nul\0\r\nBcc: all@example.com", 26);
  for (const std::string& hostile :
       {std::string("Ana\r\nBcc: all@example.com"), std::string("Ana\nBcc: all@example.com"),
        std::string("Ana\rBcc: all@example.com"), std::string("a\" <all@example.com>, \"b"), nul,
        std::string("=?UTF-8?Q?x=0D=0ABcc:_all@example.com?="), std::string("\r\n\r\n<html>body"),
        std::string("Jürgen\r\n Müller\r\nBcc: x"), std::string("\xff\xfe\r\nX: y"),
        std::string(5000, 'x'), std::string("caf\u00e9 \u2028 Bcc: x"),
        std::string("\x7f\x1b[31m")}) {
    MailContent content = a_digest();
    content.from.name = hostile;
    content.to.name = hostile;
    content.subject = hostile;
    content.text = hostile + "\r\n.\r\nQUIT\r\n";
    content.html = hostile;

    const auto message = mail_message(content);

    ASSERT_TRUE(message);
    expect_safe_lines(*message);
    std::vector<std::string> expected = names;
    expected.pop_back();  // Content-Transfer-Encoding belongs to the parts now
    EXPECT_EQ(header_names(*message), expected) << hostile;
  }
}

TEST(MailMessage, KeepsAQuotedNameOneMailbox) {
  MailContent content = a_digest();
  content.to.name = "a\" <all@example.com>, \"b";

  EXPECT_NE(
      mail_message(content)->find("To: \"a\\\" <all@example.com>, \\\"b\" <ana@example.org>\r\n"),
      std::string::npos);
}

TEST(MailMessage, RefusesAddressesAndIdsThatAreNone) {
  MailContent bad_address = a_digest();
  bad_address.to.address = "ana@example.org\r\nBcc: all@example.com";
  MailContent bad_id = a_digest();
  bad_id.message_id = "msg_1>\r\nBcc: x";
  MailContent bad_list = a_digest();
  bad_list.list_id = "monday>";
  MailContent bad_image = a_digest();
  bad_image.inline_images.push_back({"a\"b", "image/png", "x.png", ""});

  EXPECT_FALSE(mail_message(bad_address));
  EXPECT_FALSE(mail_message(bad_id));
  EXPECT_FALSE(mail_message(bad_list));
  EXPECT_FALSE(mail_message(bad_image));
}

TEST(MailMessage, BeginsEverySubjectOnTheHeadersOwnLine) {
  for (const std::string& subject :
       {std::string(200, 'x'), "é" + std::string(200, 'x'), std::string(72, 'x') + " y"}) {
    MailContent content = a_digest();
    content.subject = subject;

    const auto message = mail_message(content);

    ASSERT_TRUE(message);
    EXPECT_EQ(message->find("Subject:\r\n"), std::string::npos) << subject;
    for (const std::string& line : lines_of(*message)) {
      EXPECT_LE(line.size(), 76U);
    }
  }
}

TEST(MailEncoding, WritesQuotedPrintableAsTheStandardSays) {
  EXPECT_EQ(quoted_printable("91,2 % = Ziel\nPünktlich \n"),
            "91,2 % =3D Ziel\r\nP=C3=BCnktlich=20\r\n");
  EXPECT_EQ(quoted_printable("From here\n.\nend"), "=46rom here\r\n=2E\r\nend\r\n");
  EXPECT_EQ(quoted_printable("a\r\nb\rc"), "a\r\nb\r\nc\r\n");
}

TEST(MailEncoding, BreaksLongLinesSoftlyAt76) {
  const std::string encoded = quoted_printable(std::string(200, 'a') + std::string(60, '='));

  std::string joined;
  for (std::string line : lines_of(encoded)) {
    EXPECT_LE(line.size(), 76U);
    if (line.ends_with("=")) {
      line.pop_back();
    }
    joined += line;
  }
  std::string expected(200, 'a');
  for (int i = 0; i < 60; ++i) {
    expected += "=3D";
  }
  EXPECT_EQ(joined, expected);
}

TEST(MailEncoding, EncodesHeadersInWordsThatEndWithACharacter) {
  std::string subject;
  for (int i = 0; i < 40; ++i) {
    subject += "東京";
  }

  const std::string header = text_header("Subject", subject);

  std::string decoded;
  std::istringstream words(header.substr(std::string("Subject:").size()));
  for (std::string word; words >> word;) {
    ASSERT_TRUE(word.starts_with("=?UTF-8?B?") && word.ends_with("?="));
    EXPECT_LE(word.size(), 75U);
    const auto piece = from_base64(word.substr(10, word.size() - 12));
    ASSERT_TRUE(piece);
    EXPECT_EQ(rules::utf8_error(*piece), std::string_view::npos) << "a character was cut";
    decoded += *piece;
  }
  EXPECT_EQ(decoded, subject);
  for (const std::string& line : lines_of(header)) {
    EXPECT_LE(line.size(), 76U);
  }
}

}  // namespace
}  // namespace measured::connectors
