#include "rules/yaml/document.h"

#include <gtest/gtest.h>

namespace measured::rules {
namespace {

struct Parsed {
  std::shared_ptr<const YamlNode> root;
  Diagnostics diagnostics;
};

Parsed parse(const std::string& text, const YamlLimits& limits = {}) {
  Parsed parsed;
  parsed.root = parse_yaml("rules.yaml", text, limits, parsed.diagnostics);
  return parsed;
}

// The only diagnostic of a text, as "line:column code".
std::string complaint(const std::string& text, const YamlLimits& limits = {}) {
  const Parsed parsed = parse(text, limits);
  EXPECT_EQ(parsed.root, nullptr);
  if (parsed.diagnostics.size() != 1) {
    return std::to_string(parsed.diagnostics.size()) + " diagnostics";
  }
  const Diagnostic& only = parsed.diagnostics.front();
  return std::to_string(only.where.line) + ":" + std::to_string(only.where.column) + " " +
         only.code;
}

TEST(Document, KnowsThePlaceOfKeysAndValues) {
  const Parsed parsed = parse("a: 1\nb:\n  - x\n  - {c: 'd'}\n");

  ASSERT_NE(parsed.root, nullptr);
  const YamlNode::Entry* b = parsed.root->find("b");
  ASSERT_NE(b, nullptr);
  EXPECT_EQ(b->line, 2);
  ASSERT_EQ(b->value->items.size(), 2U);
  const YamlNode::Entry* c = b->value->items[1]->find("c");
  ASSERT_NE(c, nullptr);
  EXPECT_EQ(c->line, 4);
  EXPECT_EQ(c->column, 6);
  EXPECT_EQ(c->value->column, 9);
  EXPECT_EQ(c->value->scalar, "d");
  EXPECT_TRUE(c->value->quoted);
}

TEST(Document, CountsColumnsInCharactersAsEditorsDo) {
  const Parsed parsed = parse("título: {ação: x}\n");

  const YamlNode& map = *parsed.root->find("título")->value;
  EXPECT_EQ(map.column, 9);
  EXPECT_EQ(map.entries[0].column, 10);
  EXPECT_EQ(map.entries[0].value->column, 16);
}

TEST(Document, ReadsEveryScalarAsText) {
  const Parsed parsed = parse("on: yes\noctal: 010\n");

  EXPECT_EQ(parsed.root->find("on")->value->scalar, "yes");
  EXPECT_EQ(parsed.root->find("octal")->value->scalar, "010");
}

TEST(Document, PutsAnEmptyValueAtItsKey) {
  const Parsed parsed = parse("title:\n\n\nnext: 1\n");

  const YamlNode& value = *parsed.root->find("title")->value;
  EXPECT_EQ(value.kind, YamlNode::Kind::null);
  EXPECT_EQ(value.line, 1);
  EXPECT_EQ(value.column, 1);
}

TEST(Document, TakesAnEmptyFileForAnEmptyMap) {
  EXPECT_EQ(parse("").root->kind, YamlNode::Kind::map);
  EXPECT_EQ(parse("# nothing yet\n").root->kind, YamlNode::Kind::map);
}

TEST(Document, LetsAMapsOwnKeysWinOverMergedOnesAndEarlierMapsOverLater) {
  const Parsed parsed = parse(
      "a: &a {x: 1, y: 1}\n"
      "b: &b {y: 2, z: 2}\n"
      "c:\n  <<: [*a, *b]\n  x: 3\n");

  const YamlNode& c = *parsed.root->find("c")->value;
  EXPECT_EQ(c.find("x")->value->scalar, "3");
  EXPECT_EQ(c.find("y")->value->scalar, "1");
  EXPECT_EQ(c.find("z")->value->scalar, "2");
}

TEST(Document, ReportsEveryRepeatedKeyWithTheLineOfTheFirst) {
  const Parsed parsed = parse("a: 1\na: 2\nb: {c: 1, c: 2}\n");

  ASSERT_EQ(parsed.diagnostics.size(), 2U);
  EXPECT_EQ(parsed.diagnostics[0].message, "'a' is given twice, first in line 1");
  EXPECT_EQ(parsed.diagnostics[0].where.line, 2);
  EXPECT_EQ(parsed.diagnostics[1].where.column, 11);
}

TEST(Document, FindsARepeatedKeyAmongManyKeys) {
  std::string text;
  for (int i = 0; i < 40; ++i) {
    text += "k" + std::to_string(i) + ": 1\n";
  }

  EXPECT_EQ(complaint(text + "k3: 2\n"), "41:1 repeated-key");
  EXPECT_EQ(complaint(text + "k39: 2\n"), "41:1 repeated-key");
}

TEST(Document, RefusesWhatOneFileOfRulesHasNoUseFor) {
  EXPECT_EQ(complaint("a: 1\n---\nb: 1\n"), "2:1 second-document");
  EXPECT_EQ(complaint("a: !!python/object x\n"), "1:4 tag");
  EXPECT_EQ(complaint("a: &a [1, *a]\n"), "1:11 self-alias");
  EXPECT_EQ(complaint("[a]: 1\n"), "1:1 bad-key");
  EXPECT_EQ(complaint("a:\n  <<: x\n"), "2:3 bad-merge");
  EXPECT_EQ(complaint(std::string("a: 1\nb: \0", 9)), "2:4 nul-byte");
  EXPECT_EQ(complaint("a: 1\nb: \xFF\n"), "2:4 not-utf-8");
  EXPECT_EQ(complaint("a: [1\nb: 2"), "2:2 syntax");
}

TEST(Document, NamesTheLimitThatWasReachedAndItsSetting) {
  YamlLimits small;
  small.bytes_max = 100;
  small.nodes_max = 20;
  small.depth_max = 3;

  EXPECT_EQ(complaint(std::string(101, ' '), small), "0:0 file-too-large");
  EXPECT_EQ(complaint("[a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u]", small), "1:40 too-many-nodes");
  EXPECT_EQ(complaint("[[[[a]]]]", small), "1:4 too-deep");
  EXPECT_NE(parse("[[[[a]]]]", small).diagnostics[0].help.find("limits.depth_max"),
            std::string::npos);
}

TEST(Document, SurvivesBombs) {
  std::string aliases = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 9; ++i) {
    aliases += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 9; ++j) {
      aliases += (j == 0 ? "*a" : ",*a") + std::to_string(i - 1);
    }
    aliases += "]\n";
  }
  std::string list = "a: [";
  for (int i = 0; i < 3'000'000; ++i) {
    list += "x,";
  }

  EXPECT_EQ(parse(aliases).diagnostics.at(0).code, "too-many-aliases");
  EXPECT_EQ(parse(list + "x]").diagnostics.at(0).code, "too-many-nodes");
  EXPECT_EQ(parse(std::string(100'000, '[')).diagnostics.at(0).code, "too-deep");
  EXPECT_EQ(parse(std::string(100'000, '{')).diagnostics.at(0).code, "too-deep");
}

TEST(Document, CountsWhatMergeKeysCopy) {
  YamlLimits small;
  small.nodes_max = 1000;
  std::string text = "base: &base {";
  for (int i = 0; i < 100; ++i) {
    text += "k" + std::to_string(i) + ": 1, ";
  }
  text += "}\n";
  for (int i = 0; i < 20; ++i) {
    text += "m" + std::to_string(i) + ": {<<: *base}\n";
  }

  EXPECT_EQ(parse(text, small).diagnostics.at(0).code, "too-many-nodes");
}

TEST(Document, StopsListingErrorsAtItsLimitAndSaysHowManyMore) {
  YamlLimits small;
  small.errors_max = 2;

  const Parsed parsed = parse("a: 1\na: 1\na: 1\na: 1\n", small);

  ASSERT_EQ(parsed.diagnostics.size(), 3U);
  EXPECT_EQ(parsed.diagnostics[2].message, "1 more errors in this file");
}

}  // namespace
}  // namespace measured::rules
