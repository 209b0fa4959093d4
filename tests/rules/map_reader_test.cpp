#include "rules/yaml/map_reader.h"

#include <gtest/gtest.h>

namespace measured::rules {
namespace {

using std::chrono::seconds;

class MapReaderTest : public testing::Test {
 protected:
  MapReader reader(const std::string& text, Expand expand = {}) {
    return {"measured.yaml", parse_yaml("measured.yaml", text, {}, diagnostics), diagnostics,
            std::move(expand)};
  }
  // The only diagnostic so far, as "line:column+width code: message / help".
  std::string only() const {
    if (diagnostics.size() != 1) {
      return std::to_string(diagnostics.size()) + " diagnostics";
    }
    const Diagnostic& d = diagnostics.front();
    return std::to_string(d.where.line) + ":" + std::to_string(d.where.column) + "+" +
           std::to_string(d.where.width) + " " + d.code + ": " + d.message + " / " + d.help;
  }

  Diagnostics diagnostics;
};

TEST_F(MapReaderTest, ReportsAKeyNobodyAskedForWithTheNearestOne) {
  MapReader map = reader("titel: x\n");

  map.text("title", "");
  map.text("source", "");
  map.finish();

  EXPECT_EQ(only(), "1:1+5 unknown-key: unknown key 'titel' / write 'title'");
}

TEST_F(MapReaderTest, ListsTheKeysWhenNoneIsNear) {
  MapReader map = reader("colour: x\n");

  map.text("title", "");
  map.text("from", "");
  map.finish();

  EXPECT_EQ(only(), "1:1+6 unknown-key: unknown key 'colour' / the keys here are from, title");
}

TEST_F(MapReaderTest, ReportsAMissingTextAtTheMap) {
  MapReader map = reader("a: {b: 1}\n");

  EXPECT_EQ(map.map("a")->text("title"), "");

  EXPECT_EQ(only(), "1:1+1 missing-key: 'title' is missing / write 'title: …'");
}

TEST_F(MapReaderTest, ReportsAnEmptyValueAtItsKey) {
  MapReader map = reader("title:\nfrom: x\n");

  EXPECT_EQ(map.text("title"), "");

  EXPECT_EQ(only(), "1:1+5 empty-value: 'title' has no value / write one, or leave the key out");
}

TEST_F(MapReaderTest, TakesOnlyTrueAndFalseForBooleans) {
  MapReader map = reader("a: true\nb: yes\n");

  EXPECT_TRUE(map.boolean("a", false));
  EXPECT_TRUE(map.boolean("b", true));

  EXPECT_EQ(only(), "2:4+3 bad-boolean: 'yes' is neither true nor false / write true or false");
}

TEST_F(MapReaderTest, DoesNotReadOctal) {
  MapReader map = reader("limit: 010\n");

  EXPECT_EQ(map.integer("limit", 5, 1, 100), 5);

  EXPECT_EQ(only(), "1:8+3 bad-number: '010' begins with a zero / write 10");
}

TEST_F(MapReaderTest, AsksForAUnitWhereOneIsNeeded) {
  MapReader map = reader("settle: 10\n");

  EXPECT_EQ(map.duration("settle", seconds{7}), seconds{7});

  EXPECT_EQ(only(), "1:9+2 bad-duration: '10' has no unit / write 10s, 10m, 10h, 10d or 10w");
}

TEST_F(MapReaderTest, NamesTheNearestValueOfAChoice) {
  MapReader map = reader("period: weak\n");

  EXPECT_EQ(map.choice("period", "day", {"hour", "day", "week"}), "day");

  EXPECT_EQ(only(), "1:9+4 bad-choice: 'weak' is not a value of 'period' / write 'week'");
}

TEST_F(MapReaderTest, ReadsAListOrASingleText) {
  MapReader map = reader("a: [x, 'y z']\nb: x\n");

  EXPECT_EQ(map.texts("a"), (std::vector<std::string>{"x", "y z"}));
  EXPECT_EQ(map.texts("b"), std::vector<std::string>{"x"});
  EXPECT_TRUE(map.texts("c").empty());
  EXPECT_TRUE(diagnostics.empty());
}

TEST_F(MapReaderTest, ReportsEveryWrongValueAndGoesOn) {
  MapReader map = reader("a: [1]\nb: {c: 1}\nd: x\n");

  map.text("a", "");
  map.texts("b");
  map.number("d");
  map.map("d");

  ASSERT_EQ(diagnostics.size(), 4U);
  EXPECT_EQ(diagnostics[0].message, "'a' is a single value, not a list");
  EXPECT_EQ(diagnostics[1].message, "'b' is a list, not a map");
  EXPECT_EQ(diagnostics[2].message, "'x' is not a number");
  EXPECT_EQ(diagnostics[3].message, "keys and values are wanted here, not a single value");
}

TEST_F(MapReaderTest, ExpandsReferencesAndNeverShowsWhatTheyStandFor) {
  const Expand expand = [](std::string_view text) -> Result<std::string> {
    return text == "${env:SECRET}" ? Result<std::string>("canary-1")
                                   : give_up("'NOBODY' is not set");
  };
  MapReader map = reader(
      "url: ${env:SECRET}\nevery: ${env:SECRET}\nkind: ${env:SECRET}\nb: ${env:NOBODY}\n", expand);

  EXPECT_EQ(map.text("url"), "canary-1");
  map.duration("every", seconds{1});
  map.choice("kind", "a", {"a", "b"});
  map.text("b", "");

  ASSERT_EQ(diagnostics.size(), 3U);
  for (const Diagnostic& diagnostic : diagnostics) {
    EXPECT_EQ((diagnostic.message + diagnostic.help).find("canary"), std::string::npos)
        << diagnostic.message;
  }
  EXPECT_EQ(diagnostics[2].message, "'NOBODY' is not set");
}

TEST_F(MapReaderTest, RefusesReferencesWhereTheyAreNotExpanded) {
  MapReader map = reader("from: ${env:TABLE}\n");

  map.text("from");

  EXPECT_EQ(diagnostics.at(0).code, "reference-in-rules");
}

}  // namespace
}  // namespace measured::rules
