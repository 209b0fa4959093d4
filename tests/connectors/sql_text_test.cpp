#include "connectors/sources/sql_text.h"

namespace measured::connectors {
namespace {

std::string problem(std::string_view sql, SqlFlavour flavour = SqlFlavour::postgres) {
  const auto tokens = split_sql(sql, flavour);
  return tokens ? "" : tokens.error().message + " at " + std::to_string(tokens.error().offset);
}

TEST(SqlText, RefusesASecondStatementWhereverItHides) {
  constexpr auto refused = "';' is not allowed: one statement only, without ';' at its end at ";

  EXPECT_EQ(problem("select 1; drop table x"), std::string(refused) + "8");
  EXPECT_EQ(problem("select 1;"), std::string(refused) + "8");
  EXPECT_EQ(problem("'a''b' ; c"), std::string(refused) + "7");
  EXPECT_EQ(problem("-- comment\n;"), std::string(refused) + "11");
  EXPECT_EQ(problem("E'\\'' ;"), std::string(refused) + "6");
  EXPECT_EQ(problem("$a$ ; $a$ ;"), std::string(refused) + "10");
  EXPECT_EQ(problem("'\\' ; '", SqlFlavour::sqlite), std::string(refused) + "4");
}

TEST(SqlText, LetsASemicolonBeTextOrComment) {
  EXPECT_EQ(problem("note = 'a;b'"), "");
  EXPECT_EQ(problem("\"odd;name\" = 1"), "");
  EXPECT_EQ(problem("1 -- not; a statement"), "");
  EXPECT_EQ(problem("1 /* a; /* nested; */ b; */ + 1"), "");
  EXPECT_EQ(problem("$tag$ ; $tag$"), "");
  EXPECT_EQ(problem("E'it\\'s;'"), "");
  EXPECT_EQ(problem("[a;b] + `c;d`", SqlFlavour::sqlite), "");
}

TEST(SqlText, RefusesWhatReachesOutOfItsPlace) {
  EXPECT_EQ(problem("1) or (1"), "')' without '(' at 1");
  EXPECT_EQ(problem("(1"), "'(' is never closed at 0");
  EXPECT_EQ(problem("'open"), "the quote ' is never closed at 0");
  EXPECT_EQ(problem("\"open"), "the quote \" is never closed at 0");
  EXPECT_EQ(problem("1 /* open"), "the comment /* is never closed at 2");
  EXPECT_EQ(problem("$q$ open"), "the quote $q$ is never closed at 0");
  EXPECT_EQ(problem(std::string_view("a\0b", 3)), "a NUL character at 1");
}

TEST(SqlText, TellsParametersFromCasts) {
  const auto tokens = split_sql("x::date >= :from", SqlFlavour::postgres);

  ASSERT_TRUE(tokens);
  ASSERT_EQ(tokens->size(), 6U);
  EXPECT_EQ((*tokens)[1].text, "::");
  EXPECT_EQ((*tokens)[5].text, ":from");
  EXPECT_EQ((*tokens)[5].kind, SqlToken::Kind::parameter);
}

TEST(SqlText, QuotesAndUnquotesNames) {
  const std::string sql = quote_name("a\"b") + " [c d]";  // tokens are views into it

  const auto tokens = split_sql(sql, SqlFlavour::sqlite);

  EXPECT_EQ(sql, "\"a\"\"b\" [c d]");
  ASSERT_TRUE(tokens);
  EXPECT_EQ(name_of((*tokens)[0]), "a\"b");
  EXPECT_EQ(name_of((*tokens)[1]), "c d");
}

}  // namespace
}  // namespace measured::connectors
