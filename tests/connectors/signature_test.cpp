#include "connectors/deliveries/signature.h"

#include <gtest/gtest.h>

namespace measured::connectors {
namespace {

const rules::Instant at{std::chrono::seconds{1614265330}};
constexpr std::string_view id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
constexpr std::string_view body = R"({"test": 2432232314})";

rules::Secret key_of(const std::string& text) {
  return signing_key(rules::Secret(text)).value();
}

// The example that the specification's libraries are tested with.
TEST(WebhookSignature, GivesThePublishedVector) {
  const std::vector keys{key_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")};

  EXPECT_EQ(webhook_signature(keys, id, at, body),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(WebhookSignature, SignsWithBothKeysWhileOneReplacesTheOther) {
  const rules::Secret old_key = key_of("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  const rules::Secret new_key = key_of("whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz");

  EXPECT_EQ(webhook_signature(std::vector{new_key, old_key}, id, at, body),
            webhook_signature(std::vector{new_key}, id, at, body) + ' ' +
                webhook_signature(std::vector{old_key}, id, at, body));
}

TEST(WebhookSignature, RefusesAKeyThatIsTooShortOrNotBase64WithoutShowingIt) {
  for (const char* text : {"whsec_c2hvcnQ=", "hunter2hunter2hunter2hunter2!", "whsec_"}) {
    const auto key = signing_key(rules::Secret(text));

    ASSERT_FALSE(key) << text;
    EXPECT_EQ(key.error().message.find("hunter2"), std::string::npos);
  }
}

}  // namespace
}  // namespace measured::connectors
