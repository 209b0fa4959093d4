#include "daemon/cli/look.h"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/mail/message.h"
#include "daemon/cli/mail_text.h"

namespace measured::daemon {
namespace {

using testing::HasSubstr;

constexpr Instant at{std::chrono::seconds{1'700'000'000}};

class ChannelCommandTest : public testing::Test {
 protected:
  ChannelCommandTest() {
    config.channels = {{"hook", "webhook", nullptr, {}}, {"mail", "smtp", nullptr, {}}};
    store = std::move(*open_store("sqlite::memory:", "", StoreUse::daemon));
  }
  rules::Result<void> run(const std::string& enable) {
    out.str("");
    return channel_command({enable}, *store, config, at, out);
  }

  Config config;
  std::unique_ptr<Store> store;
  std::ostringstream out;
};

TEST_F(ChannelCommandTest, ListsEveryChannelWithWhyItIsClosed) {
  ASSERT_TRUE(store->set_channel_state("hook", "disabled", "HTTP 410", at));

  ASSERT_TRUE(run(""));

  EXPECT_THAT(out.str(), HasSubstr("hook     webhook  disabled  2023-11-14T22:13:20Z  HTTP 410"));
  EXPECT_THAT(out.str(), HasSubstr("mail     smtp     in use"));
}

TEST_F(ChannelCommandTest, PutsADisabledChannelToUseAgain) {
  ASSERT_TRUE(store->set_channel_state("hook", "disabled", "HTTP 410", at));

  ASSERT_TRUE(run("hook"));

  EXPECT_EQ(store->channel_states()->front().state, "ok");
  EXPECT_EQ(out.str(), "channel 'hook' was disabled and is in use again\n");
}

TEST_F(ChannelCommandTest, RefusesAChannelThatTheFileDoesNotName) {
  const auto result = run("hooks");

  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("no channel has the id 'hooks'"));
}

TEST(OutboxCommand, RefusesNumbersThatNoMessageHas) {
  const auto store = std::move(*open_store("sqlite::memory:", "", StoreUse::daemon));
  for (const auto verb : {OutboxCommand::Verb::retry, OutboxCommand::Verb::replay}) {
    OutboxCommand command;
    command.verb = verb;
    command.numbers = {7};
    std::ostringstream out;

    const auto result = outbox_command(command, *store, at, out);

    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().message, HasSubstr("no message has the number 7"));
    EXPECT_EQ(result.error().retry, rules::Failure::Retry::never);
    EXPECT_EQ(out.str(), "");
  }
}

TEST(TextOfMail, IsWhatTheReaderOfADigestSees) {
  connectors::MailContent content;
  content.from = {"Measured", "measured@example.org"};
  content.to = {"Ana", "ana@example.org"};
  content.subject = "Deliveries";
  content.text = "target \u2265 90 % = good\n-- \n" + std::string(100, 'x') + "\n";
  content.html = "<p>other</p>";
  content.message_id = "msg_1";

  const auto mail = connectors::mail_message(content);

  ASSERT_TRUE(mail);
  EXPECT_EQ(text_of_mail(*mail), content.text);
}

TEST(TextOfMail, IsEmptyForWhatIsNoMail) {
  EXPECT_EQ(text_of_mail(R"({"specversion":"1.0"})"), "");
}

}  // namespace
}  // namespace measured::daemon
