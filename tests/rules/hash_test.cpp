#include "rules/hash.h"

#include <gtest/gtest.h>

namespace measured::rules {
namespace {

// FIPS 180-2, appendix B.1, and the empty text.
TEST(Hash, AgreesWithThePublishedExamples) {
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Hash, WritesBase32FromTheMostSignificantBits) {
  Sha256 hash{};
  hash[0] = 0b00001'000;  // digits 1 and 2: 00001, 00010
  hash[1] = 0b10'00000'0;
  hash[31] = 0b00000'11'1;

  EXPECT_EQ(base32(hash, 3), "120");
  EXPECT_EQ(base32(hash, 51), "12" + std::string(48, '0') + "3");
}

TEST(Hash, WritesAtMostTheDigitsAHashHas) {
  const Sha256 hash = sha256("abc");

  EXPECT_EQ(base32(hash, 0), "");
  EXPECT_EQ(base32(hash, 26), "n9s1dfsf077ukga183f5rbh24e");
  EXPECT_EQ(base32(hash, 99).size(), 51U);
}

}  // namespace
}  // namespace measured::rules
