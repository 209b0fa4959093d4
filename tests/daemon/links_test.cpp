#include "daemon/work/links.h"

#include <gmock/gmock.h>

namespace measured::daemon {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr rules::Instant now{std::chrono::sys_days{std::chrono::year{2026} / 11 / 2}};
constexpr std::chrono::days lifetime{60};

rules::Secret secret(char c) {
  return rules::Secret(std::string(32, c));
}

Links links(char key = 'a', const rules::Secret& previous = {}) {
  return {"https://measured.example.org/", secret(key), previous, lifetime};
}

Link link() {
  return {Link::Act::acknowledge,
          "monday",
          "ana@example.org",
          "on_time",
          "north",
          {now - std::chrono::days{7}, now},
          now + lifetime};
}

TEST(Links, SayWhatTheyWereMadeFor) {
  const std::string url = links().url(link());

  ASSERT_THAT(url, StartsWith("https://measured.example.org/act/"));
  const auto read = links().read(links().token(link()), now);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(*read, link());
  EXPECT_THAT(url, HasSubstr(links().token(link())));
}

TEST(Links, AreTheSameForTheSame) {
  EXPECT_EQ(links().url(link()), links().url(link()));
  EXPECT_NE(links().url(link()), links('b').url(link()));
}

TEST(Links, HoldUntilTheyExpire) {
  const std::string token = links().token(link());

  EXPECT_TRUE(links().read(token, now + lifetime - std::chrono::seconds{1}).has_value());
  EXPECT_EQ(links().read(token, now + lifetime).error(), Links::Problem::expired);
}

TEST(Links, NoneIsTakenWithAnyCharacterChanged) {
  const std::string token = links().token(link());

  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string forged = token;
    forged[i] = forged[i] == 'A' ? 'B' : 'A';
    const auto read = links().read(forged, now);
    ASSERT_FALSE(read.has_value()) << i;
    EXPECT_EQ(read.error(), Links::Problem::forged) << i;
  }
}

TEST(Links, AForgedOneIsForgedAndNotExpired) {
  Link old = link();
  old.expires_at = now - std::chrono::days{1};

  EXPECT_EQ(links('b').read(links().token(old), now).error(), Links::Problem::forged);
}

TEST(Links, WhatIsNoTokenIsForged) {
  for (const std::string& text :
       {std::string(), std::string("."), std::string("a.b"), std::string(5000, 'a'),
        std::string(100'000, '.'), std::string("\0\xff", 2), std::string("%2e%2e/..")}) {
    EXPECT_EQ(links().read(text, now).error(), Links::Problem::forged) << text.size();
  }
}

TEST(Links, TheSecretBeforeHoldsWhileItIsReplaced) {
  const std::string old = links('a').token(link());

  EXPECT_TRUE(links('b', secret('a')).read(old, now).has_value());
  EXPECT_TRUE(links('b', secret('a')).read(links('b').token(link()), now).has_value());
  EXPECT_FALSE(links('b').read(old, now).has_value());
  EXPECT_FALSE(links('b', secret('c')).read(old, now).has_value());
}

TEST(Links, NameTheOriginOfTheirPages) {
  EXPECT_EQ(Links("https://Example.org:8443/measured", secret('a'), {}, lifetime).origin(),
            "https://example.org:8443");
  EXPECT_EQ(links().origin(), "https://measured.example.org");
}

TEST(Links, AnIdTellsNothingOfItsToken) {
  const std::string token = links().token(link());

  EXPECT_EQ(link_id(token).size(), 26U);
  EXPECT_EQ(token.find(link_id(token)), std::string::npos);
  EXPECT_EQ(link_id(token), link_id(token));
}

}  // namespace
}  // namespace measured::daemon
