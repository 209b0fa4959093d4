// What single kinds of source promise beyond the contract of all.

#include <fstream>
#include <zlib.h>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "connectors/source.h"
#include "connectors/sources/scan_estimate.h"
#include "tests/support/files.h"
#include "tests/support/postgres_server.h"
#include "tests/support/source_of.h"
#include "tests/support/source_world.h"

namespace measured::connectors {
namespace {

using ::testing::HasSubstr;
using tests::PostgresServer;
using tests::SourceWorld;

Scan count_rows(std::string of = "") {
  Scan scan;
  scan.from = "rows";
  scan.time = "done_on";
  scan.edges = {rules::parse_instant("2026-03-01").value(),
                rules::parse_instant("2026-04-01").value()};
  scan.measures = {{"x", rules::MeasureKind::count, "", std::move(of), "", {}}};
  return scan;
}

std::string message(const rules::Result<ScanResult>& result) {
  return result ? "no failure" : result.error().message;
}

std::string write(const tests::TempFolder& folder, const std::string& name, std::string_view text) {
  std::ofstream(folder / name, std::ios::binary) << text;
  return "path: " + folder.path() + "\n";
}

TEST(CsvSource, NamesRowAndColumnOfABadRowAndReadsNothing) {
  const tests::TempFolder folder;
  const std::string path =
      write(folder, "rows.csv", "done_on,n\n2026-03-02,1\nsoon,2\n2026-03-04\n");
  const auto source = tests::source_of("csv", path + "columns: {done_on: {type: date}}\n");

  EXPECT_EQ(message(source->scan(count_rows(), {})),
            "rows.csv: 2 bad rows: row 2 (line 3): column 'done_on': 'soon' is not a date; row 3 "
            "(line 4): 1 fields "
            "where the header has 2 (nothing was read; 'on_bad_row: skip' leaves such rows out)");
}

TEST(CsvSource, CountsWhatItSkipsUpToACap) {
  const tests::TempFolder folder;
  const std::string path = write(folder, "rows.csv", "done_on\n2026-03-02\nsoon\nlater\n") +
                           "columns: {done_on: {type: date}}\non_bad_row: skip\n";

  const auto result = tests::source_of("csv", path)->scan(count_rows(), {});
  ASSERT_TRUE(result) << message(result);
  EXPECT_EQ(result->rows_skipped, 2);
  ASSERT_EQ(result->notes.size(), 1U);
  EXPECT_THAT(result->notes[0], HasSubstr("skipped rows.csv: 2 bad rows: row 2 (line 3)"));
  EXPECT_EQ(result->cells.at(0).tally.n, 1);
  EXPECT_THAT(message(tests::source_of("csv", path + "bad_rows_max: 1\n")->scan(count_rows(), {})),
              HasSubstr("more than the cap 'bad_rows_max' of 1"));
}

TEST(CsvSource, StopsUnpackingAtItsCap) {
  const tests::TempFolder folder;
  const std::string path = write(folder, "other.csv", "a\n1\n");
  gzFile file = gzopen((folder / "rows.csv.gz").c_str(), "wb");
  const std::string zeros(1U << 20, '0');
  for (int i = 0; i < 4; ++i) {
    gzwrite(file, zeros.data(), static_cast<unsigned>(zeros.size()));
  }
  gzclose(file);

  EXPECT_THAT(message(tests::source_of("csv", path + "bytes_max: 1 MiB\n")->scan(count_rows(), {})),
              HasSubstr("the cap is 'bytes_max'"));
}

TEST(CsvSource, ReadsAFileAgainOnceItChanged) {
  const tests::TempFolder folder;
  const auto source = tests::source_of("csv", write(folder, "rows.csv", "done_on\n2026-03-02\n"));
  EXPECT_EQ(source->scan(count_rows(), {})->cells.at(0).tally.n, 1);

  write(folder, "rows.csv", "done_on\n2026-03-02\n2026-03-03\n");

  EXPECT_EQ(source->scan(count_rows(), {})->cells.at(0).tally.n, 2);
}

TEST(CsvSource, NamesTheFilesThereAreWhenOneIsMissing) {
  const tests::TempFolder folder;
  const auto source = tests::source_of("csv", write(folder, "orders.csv", "done_on\n2026-03-02\n"));

  EXPECT_THAT(message(source->scan(count_rows(), {})), HasSubstr("no file 'rows' in"));
  EXPECT_THAT(message(source->scan(count_rows(), {})), HasSubstr("there are: orders.csv"));
}

TEST(SqliteSource, RefusesTextWhereATruthANumberOrATimeIsNeeded) {
  SourceWorld world("sqlite");
  world.load({{"done_on", "text"}, {"word", "text"}}, "done_on,word\n2026-03-02,true\n");
  const auto source = world.open();
  Scan sum = count_rows("word");
  sum.measures[0].kind = rules::MeasureKind::sum;
  Scan time = count_rows();
  time.time = "word";

  EXPECT_THAT(message(source->scan(count_rows("word"), {})),
              HasSubstr("a condition gives the text 'true'"));
  EXPECT_THAT(message(source->scan(sum, {})), HasSubstr("'true' is not a number"));
  EXPECT_THAT(message(source->scan(time, {})), HasSubstr("'true' is not a time"));
}

TEST(SqliteSource, ReadsNumbersAsUnixSecondsAndRefusesMilliseconds) {
  SourceWorld world("sqlite");
  world.load({{"done_on", "integer"}, {"millis", "integer"}},
             "done_on,millis\n1772409600,1772409600000\n1,1772409600000\n");
  const auto source = world.open();
  Scan millis = count_rows();
  millis.time = "millis";

  EXPECT_EQ(source->scan(count_rows(), {})->cells.at(0).tally.n, 1);
  EXPECT_THAT(message(source->scan(millis, {})), HasSubstr("numbers are read as Unix seconds"));
}

std::string probe(const std::string& url, const std::string& settings = "") {
  const auto source = tests::source_of("postgres", "url: \"" + url + "\"\n" + settings);
  const auto probed = source->probe({});
  return probed ? "fine" : probed.error().message;
}

TEST(PostgresSource, RefusesARoleThatCouldDoMoreThanRead) {
  const PostgresServer& server = PostgresServer::shared();
  server.run(
      "create table if not exists secrets (a int); create role writer login; grant insert on "
      "secrets to writer;"
      "create role shell login; grant pg_execute_server_program to shell; create role filer login;"
      "grant pg_read_server_files to filer");

  EXPECT_EQ(probe(server.url("reader")), "fine");
  EXPECT_EQ(probe(server.url("postgres")),
            "source 'shop': its role is a superuser: use one that may only read, or set "
            "'allow_privileged: true'");
  EXPECT_THAT(probe(server.url("writer")), HasSubstr("its role may write to secrets"));
  EXPECT_THAT(probe(server.url("shell")), HasSubstr("is a member of pg_execute_server_program"));
  EXPECT_THAT(probe(server.url("filer")), HasSubstr("is a member of pg_read_server_files"));
  EXPECT_EQ(probe(server.url("postgres"), "allow_privileged: true\n"), "fine");
}

TEST(PostgresSource, SaysThatAServerCannotBeReachedWithoutShowingThePassword) {
  const auto source = tests::source_of(
      "postgres", "url: \"postgresql://me:hunter2@127.0.0.1:1/shop?connect_timeout=2\"");

  const auto probed = source->probe({});

  ASSERT_FALSE(probed);
  EXPECT_EQ(probed.error().retry, rules::Failure::Retry::later);
  EXPECT_THAT(probed.error().message, HasSubstr("source 'shop': "));
  EXPECT_THAT(probe("postgresql://me:hunter2@:badport/x"), ::testing::Not(HasSubstr("hunter2")));
}

TEST(PostgresSource, ReplacesAConnectionThatTheServerClosed) {
  SourceWorld world("postgres");
  world.load({{"done_on", "date"}}, "done_on\n2026-03-02\n");
  const auto source = world.open();
  ASSERT_TRUE(source->scan(count_rows(), {}));

  PostgresServer::shared().run(
      "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'reader'");

  const auto result = source->scan(count_rows(), {});
  EXPECT_TRUE(result) << message(result);
}

TEST(PostgresSource, RefusesATimeThatIsTextAndSaysHowToConvertIt) {
  SourceWorld world("postgres");
  world.load({{"done_on", "text"}}, "done_on\n2026-03-02\n");
  const auto source = world.open();

  EXPECT_THAT(message(source->scan(count_rows(), {})),
              HasSubstr("time 'done_on' is of type text, not a date or a timestamp: convert it"));
}

TEST(PostgresSource, EndsAStatementAtItsTimeout) {
  SourceWorld world("postgres");
  world.load({{"done_on", "date"}}, "done_on\n2026-03-02\n");
  const auto source = world.open("UTC", "statement_timeout: 1s\n");

  const auto result = source->scan(count_rows("pg_sleep(30) is not null"), {});

  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().retry, rules::Failure::Retry::later);
  EXPECT_THAT(result.error().message,
              HasSubstr("canceling statement due to statement timeout (57014)"));
}

rules::Result<ScanEstimate> estimate(Source& source) {
  return dynamic_cast<EstimatesScans&>(source).estimate(count_rows(), {});
}

TEST(PostgresSource, AdvisesAnIndexWhereAScanReadsALargeTableFromEndToEnd) {
  SourceWorld world("postgres");
  std::string csv = "done_on,word\n";
  for (int i = 0; i < 20'000; ++i) {
    csv += fmt::format("20{:02}-03-02,w\n", 10 + i % 80);
  }
  world.load({{"done_on", "date"}, {"word", "text"}}, csv);
  const auto source = world.open("UTC", "sequential_bytes_max: 100 KiB\n");
  PostgresServer::shared().run("analyze rows", world.database());

  const auto before = estimate(*source);
  PostgresServer::shared().run("create index rows_done_on on rows (done_on)", world.database());
  const auto after = estimate(*source);

  ASSERT_TRUE(before && after);
  EXPECT_EQ(before->rows_read, 20'000);
  ASSERT_EQ(before->warnings.size(), 1U);
  EXPECT_THAT(before->warnings[0], HasSubstr("reads all of public.rows: "));
  EXPECT_THAT(before->warnings[0], HasSubstr("more than 'sequential_bytes_max' (100.0 KiB)"));
  EXPECT_THAT(before->advice,
              ::testing::ElementsAre("create index concurrently on public.rows (done_on)"));
  EXPECT_LT(after->rows_read, 1'000);
  EXPECT_THAT(after->warnings, ::testing::IsEmpty());
  EXPECT_THAT(after->reads, ::testing::Contains(HasSubstr("by index rows_done_on")));
}

TEST(PostgresSource, NamesThePartitionedTableThatItsPartsAreOf) {
  SourceWorld world("postgres");
  PostgresServer::shared().run(
      "create table rows (done_on date, n int) partition by hash (n); create table rows_0 "
      "partition "
      "of rows for values with (modulus 2, remainder 0); create table rows_1 partition of rows for "
      "values with (modulus 2, remainder 1); insert into rows select '2026-03-02', i from "
      "generate_series(1, 20000) i; analyze rows; grant select on rows to reader",
      world.database());
  const auto source = world.open("UTC", "sequential_bytes_max: 100 KiB\n");

  const auto found = estimate(*source);

  ASSERT_TRUE(found);
  EXPECT_EQ(found->rows_read, 20'000);
  ASSERT_EQ(found->warnings.size(), 1U);
  EXPECT_THAT(found->warnings[0], HasSubstr("reads all of public.rows (2 relations): "));
  EXPECT_THAT(found->advice, ::testing::ElementsAre("create index on public.rows (done_on)"));
}

}  // namespace
}  // namespace measured::connectors
