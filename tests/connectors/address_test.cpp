#include "connectors/mail/address.h"

#include <gtest/gtest.h>

namespace measured::connectors {
namespace {

TEST(Address, TakesWhatMailServersTake) {
  EXPECT_TRUE(is_address("ana@example.com"));
  EXPECT_TRUE(is_address("first.last+tag@sub.example-site.org"));
  EXPECT_TRUE(is_address("o'neil_2@localhost"));
}

TEST(Address, RefusesWhatIsNoAddress) {
  for (const char* text :
       {"", "ana", "@example.com", "ana@", "ana@.com", "ana@example..com", ".ana@example.com",
        "ana lima@example.com", "ana@example.com ", "ana@-example.com", "a@b@c.com",
        "jürgen@example.com", "ana@[127.0.0.1]", "\"ana\"@example.com"}) {
    EXPECT_FALSE(is_address(text)) << text;
  }
  EXPECT_FALSE(is_address(std::string(65, 'a') + "@example.com"));
}

TEST(Address, RefusesWhatWouldEndACommandOrAHeader) {
  EXPECT_FALSE(is_address("ana@example.com\r\nBcc: all@example.com"));
  EXPECT_FALSE(is_address("ana@example.com>\r\nRCPT TO:<all@example.com"));
  EXPECT_FALSE(is_address(std::string_view("ana@example.com\0", 16)));
}

TEST(Address, ReadsAMailboxWithOrWithoutAName) {
  EXPECT_EQ(parse_mailbox("ana@example.com"), (Mailbox{"", "ana@example.com"}));
  EXPECT_EQ(parse_mailbox(" Ana Lima <ana@example.com> "),
            (Mailbox{"Ana Lima", "ana@example.com"}));
  EXPECT_EQ(parse_mailbox("\"Lima, Ana\" <ana@example.com>"),
            (Mailbox{"Lima, Ana", "ana@example.com"}));
  EXPECT_EQ(parse_mailbox("Ana <ana>"), std::nullopt);
  EXPECT_EQ(parse_mailbox("Ana <x> <ana@example.com>"), std::nullopt);
}

}  // namespace
}  // namespace measured::connectors
