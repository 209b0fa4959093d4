#include <filesystem>
#include <fstream>
#include <sys/stat.h>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "tests/support/channel.h"
#include "tests/support/files.h"

namespace measured::connectors {
namespace {

using tests::Channel;
using tests::file_text;
using tests::make_channel;
using tests::TempFolder;

const rules::Instant now{std::chrono::seconds{1'700'000'000}};

Parcel a_mail() {
  return {"msg_06ey2v9q4kz8rj3m1ntc5wdh7b", "ana@example.com", "message/rfc822",
          "Subject: x\r\n\r\n.\r\nFrom y\r\n", 1};
}

Parcel an_event() {
  return {"msg_06ey2v9q4kz8rj3m1ntc5wdh7b", "", "application/cloudevents+json",
          R"({"n":0.9130,"s":"é"})", 1};
}

std::vector<std::string> files_in(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    names.push_back(entry.path().filename().string());
  }
  return names;
}

TEST(MaildirDelivery, CountsAMessageThatComesAgainOnce) {
  const TempFolder folder;
  const auto maildir = make_channel("maildir", "path: mail", folder.path()).open();
  Parcel mail = a_mail();

  EXPECT_EQ(maildir->deliver(mail, now, {}).kind, Outcome::Kind::delivered);
  mail.attempt = 2;
  EXPECT_EQ(maildir->deliver(mail, now, {}).kind, Outcome::Kind::delivered);

  const auto names = files_in(folder / "mail/new");
  ASSERT_EQ(names.size(), 1U);
  EXPECT_EQ(file_text(folder / "mail/new/" + names.front()), mail.body);
  EXPECT_TRUE(files_in(folder / "mail/tmp").empty());
}

TEST(MaildirDelivery, WritesToNobodyOutsideItsDomains) {
  const TempFolder folder;
  const auto maildir =
      make_channel("maildir", "path: mail, to_domains: [Example.com]", folder.path()).open();
  Parcel mail = a_mail();
  mail.recipient = "ana@mail.example.com";

  const Outcome outcome = maildir->deliver(mail, now, {});

  EXPECT_EQ(outcome.kind, Outcome::Kind::dead);
  EXPECT_NE(outcome.detail.find("ana@mail.example.com"), std::string::npos) << outcome.detail;
  EXPECT_FALSE(std::filesystem::exists(folder / "mail/new") &&
               !files_in(folder / "mail/new").empty());
  mail.recipient = "Ana@EXAMPLE.com";
  EXPECT_EQ(maildir->deliver(mail, now, {}).kind, Outcome::Kind::delivered);
}

TEST(MaildirDelivery, DoesNotBringBackAMessageThatTheReaderHasSeen) {
  const TempFolder folder;
  const auto maildir = make_channel("maildir", "path: mail", folder.path()).open();
  maildir->deliver(a_mail(), now, {});
  const std::string name = files_in(folder / "mail/new").front();
  std::filesystem::rename(folder / "mail/new/" + name, folder / "mail/cur/" + name + ":2,S");

  EXPECT_EQ(maildir->deliver(a_mail(), now, {}).kind, Outcome::Kind::delivered);

  EXPECT_TRUE(files_in(folder / "mail/new").empty());
}

TEST(MaildirDelivery, KeepsTwoReadersOfOneDigestApart) {
  const TempFolder folder;
  const auto maildir = make_channel("maildir", "path: mail", folder.path()).open();
  Parcel other = a_mail();
  other.recipient = "rui@example.com";

  maildir->deliver(a_mail(), now, {});
  maildir->deliver(other, now, {});

  EXPECT_EQ(files_in(folder / "mail/new").size(), 2U);
}

TEST(MaildirDelivery, MakesAFolderPerReaderThatNoAddressCanLeave) {
  const TempFolder folder;
  const auto maildir =
      make_channel("maildir", "path: mail, per_recipient: true", folder.path()).open();

  for (const char* recipient :
       {"ana@example.com", "../../escape", "..", "a/b@example.com", ".hidden@x", ""}) {
    Parcel mail = a_mail();
    mail.recipient = recipient;
    EXPECT_EQ(maildir->deliver(mail, now, {}).kind, Outcome::Kind::delivered) << recipient;
  }

  EXPECT_EQ(files_in(folder.path()), std::vector<std::string>{"mail"});
  EXPECT_EQ(files_in(folder / "mail").size(), 6U);
  EXPECT_EQ(files_in(folder / "mail/ana@example.com/new").size(), 1U);
}

TEST(MaildirDelivery, LetsOnlyThisUserRead) {
  const TempFolder folder;
  make_channel("maildir", "path: mail", folder.path()).open()->deliver(a_mail(), now, {});
  struct ::stat found {};

  ASSERT_EQ(::stat((folder / "mail/new/" + files_in(folder / "mail/new").front()).c_str(), &found),
            0);

  EXPECT_EQ(found.st_mode & 0777U, 0600U);
}

TEST(MaildirDelivery, HoldsTheChannelWhenThePathIsAFile) {
  const TempFolder folder;
  std::ofstream(folder / "mail") << "not a folder";

  const Outcome outcome =
      make_channel("maildir", "path: mail", folder.path()).open()->deliver(a_mail(), now, {});

  EXPECT_EQ(outcome.kind, Outcome::Kind::hold);
  EXPECT_NE(outcome.detail.find("mail"), std::string::npos);
}

TEST(JsonLinesDelivery, WritesOneObjectALine) {
  const TempFolder folder;
  const auto file = make_channel("jsonl", "path: out/events.jsonl", folder.path()).open();

  EXPECT_EQ(file->deliver(an_event(), now, {}).kind, Outcome::Kind::delivered);

  EXPECT_EQ(
      file_text(folder / "out/events.jsonl"),
      R"({"id":"msg_06ey2v9q4kz8rj3m1ntc5wdh7b","content_type":"application/cloudevents+json",)"
      R"("at":"2023-11-14T22:13:20Z","attempt":1,"body":{"n":0.9130,"s":"é"}})"
      "\n");
}

TEST(JsonLinesDelivery, StaysJsonWhateverTheBodyIs) {
  const TempFolder folder;
  const auto file = make_channel("jsonl", "path: events.jsonl", folder.path()).open();
  const std::vector<std::string> bodies{"{\"a\":1}}", "{\n \"a\": 1\n}", "\xff\n\"", "",
                                        "{\"a\":\"\xff\"}"};

  for (const std::string& body : bodies) {
    Parcel event = an_event();
    event.body = body;
    EXPECT_EQ(file->deliver(event, now, {}).kind, Outcome::Kind::delivered);
  }

  std::istringstream lines(file_text(folder / "events.jsonl"));
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    boost::system::error_code error;
    const auto value = boost::json::parse(line, error);
    ASSERT_FALSE(error) << line;
    EXPECT_EQ(value.at("body").is_object(), count == 1) << line;
  }
  EXPECT_EQ(count, bodies.size());
}

TEST(JsonLinesDelivery, RemovesWhatACrashLeftOfALine) {
  const TempFolder folder;
  const auto file = make_channel("jsonl", "path: events.jsonl", folder.path()).open();
  file->deliver(an_event(), now, {});
  const std::string whole = file_text(folder / "events.jsonl");
  std::ofstream(folder / "events.jsonl", std::ios::app) << whole.substr(0, 50);

  file->deliver(an_event(), now, {});

  EXPECT_EQ(file_text(folder / "events.jsonl"), whole + whole);
}

TEST(JsonLinesDelivery, RepairsAFileThatIsOneTornLine) {
  const TempFolder folder;
  std::ofstream(folder / "events.jsonl") << std::string(10'000, 'x');

  make_channel("jsonl", "path: events.jsonl", folder.path()).open()->deliver(an_event(), now, {});

  EXPECT_TRUE(file_text(folder / "events.jsonl").starts_with("{\"id\""));
}

TEST(FileDeliveries, SayWhichSettingIsMissingOrWrong) {
  EXPECT_FALSE(make_channel("maildir", "").factory);
  EXPECT_FALSE(make_channel("jsonl", "").problems.empty());
  const Channel wrong_from = make_channel("maildir", "path: mail, from: Measured");
  ASSERT_EQ(wrong_from.problems.size(), 1U);
  EXPECT_EQ(wrong_from.problems.front().code, "bad-address");
}

}  // namespace
}  // namespace measured::connectors
