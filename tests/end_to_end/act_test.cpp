// The pages behind the links of a mail, served by the daemon itself: from a digest in a Maildir to
// the note that the store keeps.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/end_to_end/mails.h"
#include "tests/end_to_end/shop.h"

namespace measured::tests {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view base = "https://m.example.org";

class ActPages : public ::testing::Test {
 protected:
  ActPages() {
    edit_file(shop.config(), "listen: \"127.0.0.1:0\"",
              "listen: \"127.0.0.1:0\", public_url: https://m.example.org, link_secret: "
              "0123456789abcdef0123456789abcdef");
    shop.add(shop.rules(), R"(digests:
  morning: {to: managers, at: daily at 08:00, send: [mail], when: always}
)");
    const Ended told =
        shop.run({"-q", "replay", "--from", shop.hour(6, 0), "--to", shop.hour(1, 12)});
    EXPECT_EQ(told.exit, 0) << told.err;
  }

  // The path of the newest link behind these words.
  std::string path_behind(const std::string& words) const {
    std::string path;
    for (const Mail& mail : mails_in(shop.file("out/mail"))) {
      const auto at = mail.text.find(std::string(base) + "/act/", mail.text.find(words));
      if (mail.text.find(words) != std::string::npos && at != std::string::npos) {
        const auto from = at + base.size();
        path = mail.text.substr(from, mail.text.find('\n', from) - from);
      }
    }
    return path;
  }

  static std::string posted(Daemon& daemon, const std::string& path, const std::string& form) {
    return Program({"/usr/bin/curl", "-sS", "-d", form, "http://" + daemon.address() + path})
        .wait()
        .out;
  }

  const Shop shop;
};

TEST_F(ActPages, TakeWhatAReaderSaysOfAMiss) {
  const std::string path = path_behind("Say what you do about it");
  ASSERT_NE(path, "");
  Daemon daemon(shop.folder());
  ASSERT_TRUE(daemon.becomes(200)) << daemon.err();

  const HttpAnswer page = daemon.get(path);
  const std::string before = shop.run({"ack"}).out;
  const std::string until = R"(name="until" value=")";  // the day that the page offers
  const auto day = page.body.find(until) + until.size();
  const std::string done = posted(
      daemon, path, "note=the+carrier&action=another+one&until=" + page.body.substr(day, 10));

  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, HasSubstr("<form method=\"post\""));
  EXPECT_THAT(before, ::testing::Not(HasSubstr("the carrier")));  // looking changes nothing
  EXPECT_THAT(done, HasSubstr("Noted."));
  EXPECT_THAT(shop.run({"ledger"}).out, HasSubstr("the carrier"));
  EXPECT_EQ(shop.run({"ledger", "verify"}).exit, 0);
  EXPECT_TRUE(daemon.says("event=act "));
}

TEST_F(ActPages, StopTheDigestOnlyForWhoeverPosts) {
  const std::string path = path_behind("pause or stop it");
  ASSERT_NE(path, "");
  Daemon daemon(shop.folder());
  ASSERT_TRUE(daemon.becomes(200)) << daemon.err();

  EXPECT_EQ(daemon.get(path).status, 200);
  EXPECT_THAT(shop.run({"readers", "list"}).out, ::testing::Not(HasSubstr("unsubscribed")));
  posted(daemon, path, "send=stop");

  EXPECT_THAT(shop.run({"readers", "list"}).out, HasSubstr("unsubscribed"));
}

TEST_F(ActPages, RefuseALinkThatWasChanged) {
  std::string path = path_behind("pause or stop it");
  ASSERT_NE(path, "");
  path.back() = path.back() == 'A' ? 'B' : 'A';
  path[path.size() / 2] = path[path.size() / 2] == 'A' ? 'B' : 'A';
  Daemon daemon(shop.folder());
  ASSERT_TRUE(daemon.becomes(200)) << daemon.err();

  EXPECT_EQ(daemon.get(path).status, 404);
}

}  // namespace
}  // namespace measured::tests
