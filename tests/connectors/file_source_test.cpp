// Files that make up a table together, lines of JSON, and files behind an address.

#include <zlib.h>

#include <gmock/gmock.h>

#include "connectors/source.h"
#include "tests/support/fake_api.h"
#include "tests/support/files.h"
#include "tests/support/source_of.h"

namespace measured::connectors {
namespace {

using ::testing::HasSubstr;
using tests::ApiReply;
using tests::ApiRequest;
using tests::FakeApi;

std::string read(const std::string& kind, const std::string& yaml, const std::string& query) {
  std::string problems;
  const auto source = tests::source_of(kind, yaml, &problems);
  if (source == nullptr) {
    return problems;
  }
  const auto table = source->read(query, 100, {});
  if (!table) {
    return table.error().message;
  }
  std::string text;
  for (const auto& row : table->rows) {
    for (const auto& field : row) {
      text += field.value_or("<null>") + (&field == &row.back() ? "\n" : " ");
    }
  }
  return text;
}

std::string packed(const std::string& text) {
  const tests::TempFolder folder;
  gzFile file = gzopen((folder / "x").c_str(), "wb");
  gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
  gzclose(file);
  return tests::file_text(folder / "x");
}

TEST(FileSource, PutsTheFilesOfAPatternTogetherInOrder) {
  const tests::TempFolder folder;
  tests::write_file(folder / "orders-02.csv", "id,at\n3,2026-02-01\n");
  tests::write_file(folder / "orders-01.csv", "id,at\n1,2026-01-01\n2,2026-01-02\n");
  tests::write_file(folder / "other.csv", "x\n1\n");
  const std::string yaml = "path: " + folder.path() + "\ntables: {orders: 'orders-*.csv'}\n";

  EXPECT_EQ(read("csv", yaml, "select id, at from orders"),
            "1 2026-01-01\n2 2026-01-02\n3 2026-02-01\n");
  tests::write_file(folder / "orders-03.csv", "id,time\n4,2026-03-01\n");
  EXPECT_EQ(read("csv", yaml, "select id from orders"),
            "orders-03.csv: header: its columns are not those of orders-01.csv");
  EXPECT_THAT(
      read("csv", "path: " + folder.path() + "\ntables: {no: 'no-*.csv'}\n", "select 1 from no"),
      HasSubstr("table 'no': no file matches 'no-*.csv'"));
}

TEST(FileSource, GuessesOneTypeForAColumnOfAllFiles) {
  const tests::TempFolder folder;
  tests::write_file(folder / "a.csv", "id\n007\n");
  tests::write_file(folder / "b.csv", "id\n8\n");

  EXPECT_EQ(read("csv", "path: " + folder.path() + "\ntables: {all: '?.csv'}\n",
                 "select id, typeof(id) from \"all\""),
            "007 text\n8 text\n");
}

TEST(FileSource, ReadsLinesOfJson) {
  const tests::TempFolder folder;
  tests::write_file(
      folder / "visits.jsonl",
      "{\"shop\":{\"id\":7},\"at\":1772409600,\"items\":[1,2]}\r\n\n{\"shop\":null}\n");
  const std::string yaml =
      "path: " + folder.path() +
      "\ntables:\n  visits:\n    files: visits.jsonl\n    columns: {shop: /shop/id, "
      "at: {type: unix}, items: {count: /items}}\n";

  EXPECT_EQ(read("jsonl", yaml, "select * from visits"),
            "7 2026-03-02 00:00:00Z 2\n<null> <null> <null>\n");
  EXPECT_EQ(read("jsonl", yaml, "visits"), "7 2026-03-02 00:00:00Z 2\n<null> <null> <null>\n");

  tests::write_file(folder / "visits.jsonl", "{\"at\":1}\n{\"at\":\"soon\"}\n{\n");
  EXPECT_EQ(read("jsonl", yaml, "select * from visits"),
            "visits.jsonl: line 2: column 'at' (/at): 'soon' is not seconds since 1970 before the "
            "year 10000 (nothing was read; 'on_bad_row: skip' leaves such rows out)");
  EXPECT_EQ(read("jsonl", yaml + "    on_bad_row: skip\n", "select count(*) from visits"), "1\n");
}

TEST(FileSource, ReadsFilesBehindAnAddressOnceARound) {
  int version = 1;
  const FakeApi api([&version](const ApiRequest& request) {
    if (request.path == "/export/orders.csv.gz") {
      return ApiReply{200, packed("id\n" + std::to_string(version) + "\n")};
    }
    return ApiReply{404, "gone"};
  });
  const std::string yaml = "url: " + api.url() + "/export\nallow_private: true\n";
  const auto source = tests::source_of("csv", yaml + "tables: {orders: orders.csv.gz}\n");

  EXPECT_EQ(source->read("select id from orders", 10, {})->rows.at(0).at(0), "1");
  version = 2;
  EXPECT_EQ(source->read("select id from orders", 10, {})->rows.at(0).at(0), "1");
  EXPECT_EQ(api.asked().size(), 1U);
  EXPECT_EQ(read("csv", yaml + "tables: {orders: no.csv}\n", "select * from orders"),
            "no.csv: HTTP 404: look at 'path'");
  EXPECT_THAT(read("csv", yaml, ""), HasSubstr("'tables' is missing"));
}

TEST(FileSource, StopsUnpackingWhatComesOverTheNetworkAtItsCap) {
  const FakeApi api([](const ApiRequest&) {
    return ApiReply{200, packed(std::string(5U << 20, '0'))};
  });

  EXPECT_EQ(read("csv",
                 "url: " + api.url() +
                     "\nallow_private: true\nbytes_max: 1 MiB\ntables: {bomb: bomb.gz}\n",
                 "select * from bomb"),
            "bomb.gz: more than 1048576 bytes unpacked: the cap is 'bytes_max'");
}

}  // namespace
}  // namespace measured::connectors
