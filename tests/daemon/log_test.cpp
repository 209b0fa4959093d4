#include "daemon/log.h"

#include <gtest/gtest.h>

namespace measured::daemon {
namespace {

using namespace std::chrono_literals;

// A value that must never be printed: it has no way to become a Field.
struct Secret {
  std::string reveal;
};
static_assert(!std::is_constructible_v<Field, std::string_view, Secret>);
static_assert(!std::is_constructible_v<Field, std::string_view, const void*>);
static_assert(!std::is_constructible_v<Field, std::string_view, char>);

class LogTest : public testing::Test {
 protected:
  Log make(Log::Options options = {}) {
    return Log(std::move(options), [this](std::string_view line) { text += line; });
  }
  std::string text;
};

TEST_F(LogTest, WritesOneLineAnEntry) {
  Log log = make();

  log.info("scan_done",
           {{"source", "shop"}, {"cells", 120}, {"took", 1250ms}, {"whole", true}, {"share", 0.5}});

  EXPECT_EQ(text,
            "level=info event=scan_done source=shop cells=120 took=1.250s whole=true share=0.5\n");
}

TEST_F(LogTest, QuotesWhatIsNotOneWord) {
  Log log = make();

  log.warning("reload_failed",
              {{"empty", ""}, {"why", "no such file"}, {"query", "a=b"}, {"city", "São"}});

  EXPECT_EQ(
      text,
      "level=warning event=reload_failed empty=\"\" why=\"no such file\" query=\"a=b\" city=São\n");
}

TEST_F(LogTest, KeepsHostileTextOnItsLineAndOffTheTerminal) {
  Log log = make();

  log.error("unknown_team", {{"value", "x\nlevel=info event=forged\r\x1b[2J\" \\ \xFF \u202E"}});

  EXPECT_EQ(text,
            "level=error event=unknown_team value=\"x\\nlevel=info event=forged\\r\\u{1b}[2J\\\" "
            "\\\\ \uFFFD \\u{202e}\"\n");
}

TEST_F(LogTest, CutsLongValues) {
  Log log = make();

  log.info("e", {{"value", std::string(1'000'000, 'x')}});

  EXPECT_LT(text.size(), 1100U);
}

TEST_F(LogTest, LeavesOutWhatIsBelowItsLevel) {
  Log log = make({.lowest = Level::warning});

  log.debug("a");
  log.info("b");
  log.warning("c");

  EXPECT_EQ(text, "level=warning event=c\n");
}

TEST_F(LogTest, GivesTheJournalItsPriorityAndOthersTheTime) {
  Log to_journal = make({.priorities = true});
  Log to_file = make({.now = [] { return rules::Instant{1'700'000'000s}; }});

  to_journal.error("a");
  to_file.info("b");

  EXPECT_EQ(text, "<3>level=error event=a\ntime=2023-11-14T22:13:20Z level=info event=b\n");
}

TEST(LogLevel, ReadsItsOwnNamesOnly) {
  EXPECT_EQ(parse_level("debug"), Level::debug);
  EXPECT_EQ(parse_level("error"), Level::error);
  EXPECT_EQ(parse_level("Info"), std::nullopt);
}

}  // namespace
}  // namespace measured::daemon
