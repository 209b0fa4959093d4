#include "connectors/sources/csv_reader.h"

namespace measured::connectors {
namespace {

using Record = std::vector<std::string>;

Record next_record(CsvReader& reader) {
  EXPECT_TRUE(reader.next());
  EXPECT_EQ(reader.problem(), nullptr) << reader.problem()->message;
  return {reader.fields().begin(), reader.fields().end()};
}

std::string next_problem(CsvReader& reader) {
  EXPECT_TRUE(reader.next());
  return reader.problem() == nullptr ? "no problem" : reader.problem()->message;
}

TEST(CsvReader, ReadsFieldsWithAndWithoutQuotes) {
  CsvReader reader("a,\"b, c\",\"say \"\"hi\"\"\",\n", ',', {});

  EXPECT_EQ(next_record(reader), (Record{"a", "b, c", "say \"hi\"", ""}));
  EXPECT_FALSE(reader.next());
}

TEST(CsvReader, TakesBothLineEndsAndALastLineWithoutOne) {
  CsvReader reader("a,b\r\n1,2\n3,4", ',', {});

  EXPECT_EQ(next_record(reader), (Record{"a", "b"}));
  EXPECT_EQ(next_record(reader), (Record{"1", "2"}));
  EXPECT_EQ(next_record(reader), (Record{"3", "4"}));
  EXPECT_FALSE(reader.next());
}

TEST(CsvReader, CountsLinesThroughQuotedLineEndsAndEmptyLines) {
  CsvReader reader("a\n\"two\nlines\"\n\nlast\n", ',', {});

  next_record(reader);
  EXPECT_EQ(next_record(reader), (Record{"two\nlines"}));
  EXPECT_EQ(reader.line(), 2);
  EXPECT_EQ(next_record(reader), (Record{"last"}));
  EXPECT_EQ(reader.line(), 5);
}

TEST(CsvReader, SkipsAByteOrderMarkAtTheStartOnly) {
  CsvReader reader("\xef\xbb\xbfname;x\n", ';', {});

  EXPECT_EQ(next_record(reader), (Record{"name", "x"}));
}

TEST(CsvReader, EndsABadRecordAtItsLine) {
  CsvReader reader("a \"b\",c\n\"d\"e,f\ng,h\n", ',', {});

  EXPECT_EQ(next_problem(reader),
            "a quote inside an unquoted field: put the field in quotes and double those in it");
  EXPECT_EQ(next_problem(reader), "text behind a closing quote");
  EXPECT_EQ(next_record(reader), (Record{"g", "h"}));
}

TEST(CsvReader, StopsAtAQuoteThatNeverCloses) {
  CsvReader reader("a\n\"b\nc\n", ',', {});

  next_record(reader);
  EXPECT_EQ(next_problem(reader), "the quote that opens a field is never closed");
  EXPECT_EQ(reader.line(), 2);
  EXPECT_FALSE(reader.next());
}

TEST(CsvReader, NamesTheCapThatAFileReaches) {
  CsvLimits limits;
  limits.columns_max = 2;
  limits.field_bytes_max = 3;

  CsvReader wide("a,b,c\n", ',', limits);
  EXPECT_EQ(next_problem(wide), "more than 2 columns: the cap is 'columns_max'");
  CsvReader longer("abcd\n", ',', limits);
  EXPECT_EQ(next_problem(longer), "a field of more than 3 bytes: the cap is 'field_bytes_max'");
  CsvReader quoted("\"abcd\"\n", ',', limits);
  EXPECT_EQ(next_problem(quoted), "a field of more than 3 bytes: the cap is 'field_bytes_max'");
}

TEST(CsvReader, RefusesNulAndLoneCarriageReturns) {
  CsvReader nul(std::string_view("a\0b\n", 4), ',', {});
  EXPECT_EQ(next_problem(nul), "a NUL character");
  CsvReader old_mac("a\rb\r", ',', {});
  EXPECT_EQ(next_problem(old_mac), "a carriage return without a line feed");
}

}  // namespace
}  // namespace measured::connectors
