#include "rules/text/catalogue.h"

#include <regex>
#include <set>

#include <gtest/gtest.h>

#include "rules/text/messages.h"
#include "rules/utf8.h"

namespace measured::rules {
namespace {

std::multiset<std::string> placeholders(std::string_view text) {
  static const std::regex placeholder(R"(\{(\w+)\})");
  const std::string copy(text);
  std::multiset<std::string> names;
  for (std::sregex_iterator match(copy.begin(), copy.end(), placeholder), end; match != end;
       ++match) {
    names.insert((*match)[1]);
  }
  return names;
}

class EachLanguage : public ::testing::TestWithParam<Language> {};

TEST_P(EachLanguage, HasTheSameMessagesWithTheSameArguments) {
  const std::vector<Message>& english = catalogue(Language::en);
  const std::vector<Message>& messages = catalogue(GetParam());

  ASSERT_EQ(messages.size(), english.size());
  for (std::size_t at = 0; at < messages.size(); ++at) {
    ASSERT_EQ(messages[at].key, english[at].key);
    EXPECT_EQ(placeholders(messages[at].text), placeholders(english[at].text)) << messages[at].key;
  }
}

TEST_P(EachLanguage, SaysEachMessageOnceInCleanText) {
  const std::vector<Message>& messages = catalogue(GetParam());
  for (std::size_t at = 0; at < messages.size(); ++at) {
    const Message& message = messages[at];
    EXPECT_TRUE(at == 0 || messages[at - 1].key != message.key) << message.key;
    EXPECT_FALSE(message.text.empty()) << message.key;
    EXPECT_EQ(message.text.find('!'), std::string_view::npos) << message.key;
    EXPECT_EQ(message.text.find("  "), std::string_view::npos) << message.key;
    EXPECT_EQ(utf8_error(message.text), std::string_view::npos) << message.key;
  }
}

TEST_P(EachLanguage, IsReadBackFromItsTag) {
  EXPECT_EQ(parse_language(to_text(GetParam())), GetParam());
}

INSTANTIATE_TEST_SUITE_P(Catalogue, EachLanguage, ::testing::ValuesIn(all_languages));

TEST(Messages, ArgumentsAreNeverReadAsMessages) {
  EXPECT_EQ(say(Language::en, "pair", {{"measure", "{team}"}, {"team", "{n}"}}), "{team} at {n}");
  EXPECT_EQ(say_count(Language::en, "list.more", 2, {{"all", "{n}"}}), "{n} and 2 more");
}

TEST(Messages, AnAbbreviationAtTheEndBringsTheFullStop) {
  EXPECT_EQ(say(Language::en, "headline.missed_more.one", {{"list", "Parcels Inc."}}),
            "One more target was missed: Parcels Inc.");
}

}  // namespace
}  // namespace measured::rules
