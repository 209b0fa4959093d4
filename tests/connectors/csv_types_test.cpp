#include "connectors/sources/csv_types.h"

#include "connectors/sources/time_text.h"

namespace measured::connectors {
namespace {

std::optional<Value> read(std::string_view text, CsvType type, std::string format = "") {
  return convert(text, {type, std::move(format)});
}

CsvType guess(std::initializer_list<std::string_view> values) {
  CsvTypeGuess guess;
  for (const std::string_view value : values) {
    guess.see(value);
  }
  return guess.type();
}

TEST(CsvTypes, KeepTimesInAFormThatComparesAsText) {
  EXPECT_EQ(read("2026-11-23", CsvType::date), Value{std::string("2026-11-23")});
  EXPECT_EQ(read("2026-11-23T07:00", CsvType::timestamp),
            Value{std::string("2026-11-23 07:00:00")});
  EXPECT_EQ(read("2026-11-23 07:00:05.250", CsvType::timestamp),
            Value{std::string("2026-11-23 07:00:05.25")});
  EXPECT_EQ(read("2026-11-23T00:30:00+02:00", CsvType::timestamp),
            Value{std::string("2026-11-22 22:30:00Z")});
}

TEST(CsvTypes, ReadDaysByTheirFormat) {
  EXPECT_EQ(read("3/11/2026", CsvType::date, "%d/%m/%Y"), Value{std::string("2026-11-03")});
  EXPECT_EQ(read("23-Nov-26", CsvType::date, "%d-%b-%y"), Value{std::string("2026-11-23")});
  EXPECT_EQ(read("31/02/2026", CsvType::date, "%d/%m/%Y"), std::nullopt);
  EXPECT_EQ(read("3/11/2026 extra", CsvType::date, "%d/%m/%Y"), std::nullopt);
}

TEST(CsvTypes, RefuseWhatIsNotOfTheType) {
  EXPECT_EQ(read("12a", CsvType::integer), std::nullopt);
  EXPECT_EQ(read("9223372036854775808", CsvType::integer), std::nullopt);
  EXPECT_EQ(read("nan", CsvType::real), std::nullopt);
  EXPECT_EQ(read("1e999", CsvType::real), std::nullopt);
  EXPECT_EQ(read("maybe", CsvType::boolean), std::nullopt);
  EXPECT_EQ(read("2026-11-23 07:00", CsvType::date), std::nullopt);
  EXPECT_EQ(read("caf\xe9", CsvType::text), std::nullopt);
}

TEST(CsvTypes, GuessTheNarrowestTypeThatHoldsEveryValue) {
  EXPECT_EQ(guess({"1", "-20", "0"}), CsvType::integer);
  EXPECT_EQ(guess({"1", "2.5"}), CsvType::real);
  EXPECT_EQ(guess({"true", "FALSE"}), CsvType::boolean);
  EXPECT_EQ(guess({"2026-11-23", "2026-12-01"}), CsvType::date);
  EXPECT_EQ(guess({"2026-11-23", "2026-12-01 10:00"}), CsvType::timestamp);
  EXPECT_EQ(guess({"1", "x"}), CsvType::text);
  EXPECT_EQ(guess({}), CsvType::text);
}

TEST(CsvTypes, TakeNumbersThatLookLikeNamesForText) {
  EXPECT_EQ(guess({"007", "12"}), CsvType::text);
  EXPECT_EQ(guess({"12345678901234567890"}), CsvType::text);
  EXPECT_EQ(guess({"12E4"}), CsvType::text);
}

TEST(CsvTypes, SayWhatIsWrongWithAFormat) {
  EXPECT_EQ(pattern_problem("%d.%m.%Y"), "");
  EXPECT_EQ(pattern_problem("%d.%q.%Y"), "unknown field '%q'");
  EXPECT_EQ(pattern_problem("%H:%M"), "a year, a month and a day are needed");
}

}  // namespace
}  // namespace measured::connectors
