#include "rules/utf8.h"

#include <gtest/gtest.h>

namespace measured::rules {
namespace {

TEST(Utf8, ReadsOneToFourBytes) {
  EXPECT_EQ(first_code_point("a").value, U'a');
  EXPECT_EQ(first_code_point("\u00E9x").value, U'\u00E9');
  EXPECT_EQ(first_code_point("\u20AC").bytes, 3U);
  EXPECT_EQ(first_code_point("\U0001F600").value, U'\U0001F600');
}

TEST(Utf8, RefusesWhatIsNotWellFormed) {
  const std::string_view broken[] = {"",
                                     "\x80",
                                     "\xC0\xAF",
                                     "\xC3",
                                     "\xC3(",
                                     "\xE0\x80\xAF",
                                     "\xED\xA0\x80",
                                     "\xF0\x80\x80\xAF",
                                     "\xF4\x90\x80\x80",
                                     "\xFF"};

  for (const std::string_view text : broken) {
    EXPECT_EQ(first_code_point(text).bytes, 0U) << ::testing::PrintToString(text);
    EXPECT_EQ(utf8_error(text), text.empty() ? std::string_view::npos : 0U);
  }
}

TEST(Utf8, ReplacesEachBrokenByteAndKeepsTheRest) {
  EXPECT_EQ(short_utf8("a\xFF\xC3z\u00E9", 100), "a\uFFFD\uFFFDz\u00E9");
}

TEST(Utf8, CountsCodePointsAndBrokenBytes) {
  EXPECT_EQ(utf8_count("a\u20AC\xFF\U0001F600"), 4U);
  EXPECT_EQ(utf8_error("a\u20AC\xFF"), 4U);
}

TEST(Utf8, CutsBetweenCodePointsAndShowsIt) {
  EXPECT_EQ(short_utf8("abcdef", 6), "abcdef");
  EXPECT_EQ(short_utf8("abcdefg", 6), "abc\u2026");
  EXPECT_EQ(short_utf8("a\u00E9\u00E9\u00E9\u00E9", 7), "a\u00E9\u2026");
}

TEST(Utf8, KnowsTheCharactersThatMoveACursorOrTurnText) {
  EXPECT_TRUE(is_control(U'\x1B'));
  EXPECT_TRUE(is_control(U'\u202E'));
  EXPECT_TRUE(is_control(U'\u0085'));
  EXPECT_TRUE(is_control(U'\uFEFF'));
  EXPECT_FALSE(is_control(U'\u00E3'));
}

}  // namespace
}  // namespace measured::rules
