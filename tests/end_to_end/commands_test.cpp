// The commands as an operator types them: what they print, and the exit code that a script sees.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/end_to_end/shop.h"

namespace measured::tests {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(Commands, EndWithTheCodeThatTheirHelpPromises) {
  const Shop shop;
  const auto exit_of = [&](const std::vector<std::string>& arguments) {
    return shop.run(arguments).exit;
  };

  EXPECT_EQ(exit_of({"check"}), 0);
  EXPECT_EQ(exit_of({"--version"}), 0);
  EXPECT_EQ(exit_of({"--help"}), 0);
  EXPECT_EQ(exit_of({"kinds"}), 0);
  EXPECT_EQ(exit_of({"plan"}), 0);
  EXPECT_EQ(exit_of({"next"}), 0);
  EXPECT_EQ(exit_of({"explain", "on_time"}), 0);
  EXPECT_EQ(exit_of({"explain", "--list"}), 0);
  EXPECT_EQ(exit_of({"pull", "on_time", "--dry-run"}), 0);

  EXPECT_EQ(exit_of({"explain", "nothing"}), 1);
  EXPECT_EQ(exit_of({"plan", "nothing"}), 1);
  EXPECT_EQ(exit_of({"pull", "nothing"}), 1);
  EXPECT_EQ(exit_of({"-c", "nothing.yaml", "check"}), 1);
  EXPECT_EQ(exit_of({"-c", "nothing.yaml", "run"}), 1);
  EXPECT_EQ(exit_of({"next", "--cron", "61 * * * *"}), 1);

  EXPECT_EQ(exit_of({}), 2);
  EXPECT_EQ(exit_of({"nothing"}), 2);
  EXPECT_EQ(exit_of({"check", "--nothing"}), 2);
  EXPECT_EQ(exit_of({"explain"}), 2);
  EXPECT_EQ(exit_of({"outbox"}), 2);
  EXPECT_EQ(exit_of({"export", "nothing"}), 2);
  EXPECT_EQ(exit_of({"runs", "--rows", "0"}), 2);
  EXPECT_EQ(exit_of({"replay", "--from", "2026-01-01"}), 2);
  EXPECT_EQ(exit_of({"replay", "--from", "2026-01-02", "--to", "2026-01-01"}), 2);
  EXPECT_EQ(exit_of({"pull", "on_time", "--from", "yesterday"}), 2);
  EXPECT_EQ(exit_of({"next", "--schedule", "daily at 08:00", "--zone", "Mars/Base"}), 2);

  std::filesystem::remove(shop.orders());
  EXPECT_EQ(exit_of({"pull", "on_time"}), 3);
  write_file(shop.file("plain"), "");
  edit_file(shop.config(), "sqlite:out/shop.db", "sqlite:plain/shop.db");
  EXPECT_EQ(exit_of({"run"}), 3);
}

TEST(Commands, ShowWhatAReaderWouldBeToldAndSendItAsATest) {
  const Shop shop;
  shop.add(shop.rules(), "digests:\n  daily: {to: managers, at: daily at 06:00, send: [mail]}\n");
  ASSERT_EQ(shop.run({"replay", "--from", shop.hour(20, 0), "--to", shop.hour(5, 0)}).exit, 0);

  const auto who = shop.run({"who", "--measure", "on_time", "--team", "team-0"});
  EXPECT_THAT(who.out, AllOf(HasSubstr("manager-0@example.org"), HasSubstr("manages 'team-0'")));
  const auto text = shop.run({"preview", "--as", "manager-0@example.org"});
  EXPECT_THAT(text.out, HasSubstr("To manager-0@example.org"));
  EXPECT_THAT(shop.run({"preview", "--as", "manager-0@example.org", "--html"}).out,
              StartsWith("<!DOCTYPE html>"));
  EXPECT_EQ(shop.run({"preview", "--as", "manager-0@example.org"}).out,
            text.out);  // nothing was kept
  const auto sent =
      shop.run({"send", "--as", "manager-0@example.org", "--test-to", "ops@example.com"});
  EXPECT_THAT(sent.out, HasSubstr("to ops@example.com by channel"));
  EXPECT_THAT(shop.run({"outbox", "list", "--state", "pending"}).out, HasSubstr("[test]"));
  const auto nobody = shop.run({"preview", "--as", "nobody@example.com"});
  EXPECT_EQ(nobody.exit, 1);
  EXPECT_THAT(nobody.err, HasSubstr("manager-0@example.org"));
}

TEST(Commands, DeclareABaselineAndSayWhatHistorySaysOfTargets) {
  const Shop shop;
  ASSERT_EQ(shop.run({"replay", "--from", shop.hour(20, 0), "--to", shop.hour(5, 0)}).exit, 0);

  const Ended history = shop.run({"check", "--history"});
  const Ended declared =
      shop.run({"baseline", "on_time", "--from", "2026-01-05", "--reason", "new carrier"});

  EXPECT_EQ(history.exit, 0);
  EXPECT_THAT(history.out, HasSubstr("inside the noise of their own history"));
  EXPECT_EQ(declared.exit, 0);
  EXPECT_THAT(shop.run({"baseline", "on_time"}).out, HasSubstr("new carrier"));
  EXPECT_THAT(shop.run({"ledger", "--measure", "on_time"}).out, HasSubstr("new carrier"));
  EXPECT_EQ(shop.run({"ledger", "verify"}).exit, 0);
  EXPECT_EQ(shop.run({"baseline", "nothing"}).exit, 1);
  EXPECT_EQ(shop.run({"baseline", "on_time", "--from", "soon", "--reason", "x"}).exit, 1);
  EXPECT_EQ(shop.run({"baseline", "on_time", "--from", "2026-01-05"}).exit, 2);
}

TEST(Commands, DrawTheCourseOfATeam) {
  const Shop shop;
  ASSERT_EQ(shop.run({"replay", "--from", shop.hour(20, 0), "--to", shop.hour(5, 0)}).exit, 0);

  const Ended svg = shop.run({"chart", "on_time", "--team", "team-0"});
  const Ended png =
      shop.run({"chart", "on_time", "--team", "team-0", "--out", shop.file("course.png")});

  EXPECT_EQ(svg.exit, 0) << svg.err;
  EXPECT_THAT(svg.out, HasSubstr("<svg xmlns="));
  EXPECT_THAT(svg.out, HasSubstr("</svg>"));
  EXPECT_THAT(svg.out, HasSubstr("usual range"));  // from the chart that the judge keeps
  EXPECT_EQ(png.exit, 0) << png.err;
  EXPECT_THAT(png.out, HasSubstr("Target: "));
  EXPECT_TRUE(file_text(shop.file("course.png")).starts_with("\x89PNG"));
  EXPECT_EQ(shop.run({"chart", "nothing"}).exit, 1);
  EXPECT_THAT(shop.run({"chart", "on_time"}).err, HasSubstr("--team"));
  EXPECT_EQ(shop.run({"chart", "on_time", "--format", "gif"}).exit, 2);
}

TEST(Commands, DeclareASilenceAndEndItWithWhoAndWhyInTheLedger) {
  const Shop shop;
  ASSERT_EQ(shop.run({"replay", "--from", shop.hour(20, 0), "--to", shop.hour(5, 0)}).exit, 0);

  EXPECT_EQ(shop.run({"silence", "add", "strike", "--measure", "on_time", "--for", "8h", "--reason",
                      "carrier on strike"})
                .exit,
            0);

  EXPECT_THAT(shop.run({"silence", "list"}).out,
              AllOf(HasSubstr("strike"), HasSubstr("silent"), HasSubstr("carrier on strike")));
  EXPECT_THAT(shop.run({"ledger", "--measure", "strike"}).out, HasSubstr("carrier on strike"));
  EXPECT_THAT(shop.run({"silence", "add", "strike", "--measure", "on_time", "--for", "8h",
                        "--reason", "again"})
                  .err,
              HasSubstr("there is a silence 'strike' already"));
  EXPECT_EQ(shop.run({"silence", "end", "strike", "--reason", "settled"}).exit, 0);
  EXPECT_THAT(shop.run({"silence", "list"}).out, HasSubstr("over"));
  EXPECT_THAT(shop.run({"silence", "end", "strike"}).err, HasSubstr("has been over since"));
  EXPECT_EQ(shop.run({"ledger", "verify"}).exit, 0);
}

TEST(Commands, RefuseASilenceThatSaysTooLittleOrTooMuch) {
  const Shop shop;
  ASSERT_EQ(shop.run({"replay", "--from", shop.hour(20, 0), "--to", shop.hour(5, 0)}).exit, 0);
  const auto refused = [&](std::vector<std::string> options) {
    options.insert(options.begin(), {"silence", "add"});
    options.insert(options.end(), {"--reason", "strike"});
    return shop.run(options);
  };

  EXPECT_THAT(refused({"s", "--for", "8h"}).err, HasSubstr("it would silence everything"));
  EXPECT_THAT(refused({"s", "--measure", "nothing", "--for", "8h"}).err,
              HasSubstr("no measure has the id 'nothing'"));
  EXPECT_THAT(refused({"s", "--measure", "on_time", "--for", "soon"}).err, HasSubstr("--for: "));
  EXPECT_THAT(refused({"s", "--measure", "on_time", "--until", "2020-01-01"}).err,
              HasSubstr("it would be over already"));
  EXPECT_EQ(refused({"s", "--measure", "on_time"}).exit, 2);
  EXPECT_EQ(refused({"No Id", "--measure", "on_time", "--for", "8h"}).exit, 2);
  EXPECT_EQ(shop.run({"silence", "end", "nothing"}).exit, 1);
}

TEST(Commands, AnUnknownOneIsNamed) {
  const Shop shop;

  EXPECT_EQ(shop.run({"nothing"}).err,
            "error: 'nothing' is not a command; 'measured --help' lists them\n");
}

// Every command, with the options that its help must tell of.
TEST(Commands, HelpTellsOfEveryOption) {
  const Shop shop;
  const std::vector<std::pair<std::vector<std::string>, std::vector<std::string>>> commands = {
      {{"run"}, {"SIGHUP", "SIGTERM"}},
      {{"check"}, {"--format", "--strict", "Exit code"}},
      {{"explain"}, {"--list"}},
      {{"plan"}, {"--next"}},
      {{"pull"}, {"--dry-run", "--from", "--to", "--backfill"}},
      {{"replay"}, {"--from", "--to", "--store", "--out", "--keep"}},
      {{"runs"}, {"--rows"}},
      {{"outbox", "list"}, {"--state", "--channel", "--rows"}},
      {{"outbox", "show"}, {"number"}},
      {{"outbox", "retry"}, {"numbers"}},
      {{"outbox", "replay"}, {"--all-dead"}},
      {{"export"}, {"--format", "--measure", "--from", "--to"}},
      {{"next"}, {"--schedule", "--cron", "--zone", "--day-match", "--from", "--count"}},
      {{"ledger"}, {"--measure", "verify"}},
      {{"revisions"}, {"measure"}},
      {{"kinds"}, {}},
      {{"completion"}, {}}};
  const std::string overview = shop.run({"--help"}).out;
  EXPECT_THAT(overview, AllOf(HasSubstr("--config"), HasSubstr("--quiet"), HasSubstr("--version"),
                              HasSubstr("Exit codes")));
  for (auto [command, options] : commands) {
    EXPECT_THAT(overview, HasSubstr("\n  " + command.front()));
    command.emplace_back("--help");
    const Ended help = shop.run(command);
    EXPECT_EQ(help.exit, 0);
    for (const std::string& option : options) {
      EXPECT_THAT(help.out, HasSubstr(option)) << command.front();
    }
  }
}

TEST(Commands, ExplainAndPlanTellWhatIsInForce) {
  const Shop shop;

  const std::string explained = shop.run({"explain", "on_time"}).out;
  const std::string planned = shop.run({"plan", "on_time"}).out;

  EXPECT_THAT(explained, AllOf(HasSubstr("rules/shop.yaml:7"),
                               HasSubstr("delivered_at <= promised_at"), HasSubstr("default")));
  EXPECT_THAT(planned, AllOf(HasSubstr("delivered_at <= promised_at"), HasSubstr("buckets from")));
  EXPECT_EQ(shop.run({"explain", "--list"}).out, "misses\non_time\nteam-0\nteam-1\nteam-2\n");
}

TEST(Commands, NextShowsSchedulesAndWhereTheyAreWrong) {
  const Shop shop;

  const Ended phrase =
      shop.run({"next", "--schedule", "every monday at 08:00", "--zone", "Europe/Berlin", "--from",
                "2026-03-23T12:00:00Z", "--count", "2"});
  const Ended cron =
      shop.run({"next", "--cron", "5 6 31 * *", "--from", "2026-04-01", "--count", "1"});
  const Ended wrong = shop.run({"next", "--cron", "0 25 * * *"});

  EXPECT_EQ(phrase.out,
            "2026-03-30T06:00:00Z  2026-03-30 08:00:00 +02:00 Europe/Berlin\n"
            "2026-04-06T06:00:00Z  2026-04-06 08:00:00 +02:00 Europe/Berlin\n");
  EXPECT_THAT(cron.out, StartsWith("2026-05-31T06:05:00Z"));
  EXPECT_EQ(wrong.err,
            "error: hour 25 is outside 0-23 [range]\n"
            "    0 25 * * *\n"
            "      ^\n"
            "    = help: write a number from 0 to 23\n");
}

TEST(Commands, ADryPullStoresNothingAndAPullOnlyWhatWasAsked) {
  const Shop shop;

  const Ended dry = shop.run({"-q", "pull", "on_time", "--dry-run"});
  EXPECT_THAT(dry.out, AllOf(HasSubstr("team-0"), HasSubstr("nothing was stored")));
  EXPECT_FALSE(std::filesystem::exists(shop.file("out/shop.db")));

  const Ended pulled =
      shop.run({"-q", "pull", "on_time", "--from", shop.hour(5, 0), "--to", shop.hour(3, 0)});
  EXPECT_EQ(pulled.exit, 0) << pulled.err;
  const auto rows = csv_rows(shop.run({"export", "buckets"}).out);
  ASSERT_EQ(rows.size(), 1U + 2U * 3U);
  EXPECT_EQ(rows[1][2], shop.hour(5, 0));
  EXPECT_EQ(rows[2][3], shop.hour(3, 0));

  // What was left out is asked for by the next pull, and nothing is called final that is not over.
  EXPECT_EQ(shop.run({"-q", "pull", "on_time", "--to", "2099-01-01"}).exit, 0);
  EXPECT_EQ(csv_rows(shop.run({"export", "buckets"}).out).size(), 1U + 5U * 3U);
}

TEST(Commands, ReplayWritesThePastIntoFilesThatOtherCommandsRead) {
  const Shop shop;
  shop.add(shop.rules(), R"(digests:
  morning: {to: managers, at: daily at 08:00, send: [mail], when: always}
)");
  ASSERT_EQ(shop.run({"-q", "replay", "--from", shop.hour(9, 0), "--to", shop.hour(6, 0)}).exit, 0);

  EXPECT_THAT(shop.run({"runs", "--rows", "3"}).out, HasSubstr("done"));
  EXPECT_THAT(shop.run({"outbox", "list"}).out, HasSubstr("manager-0@example.org"));
  EXPECT_THAT(shop.run({"outbox", "show", "1"}).out,
              AllOf(HasSubstr("state:      delivered"), HasSubstr("attempt 1:")));
  EXPECT_EQ(shop.run({"outbox", "show", "999"}).exit, 1);
  EXPECT_THAT(shop.run({"outbox", "retry", "1"}).out, HasSubstr("0 of 1 messages"));
  EXPECT_THAT(shop.run({"outbox", "replay", "--all-dead"}).out, HasSubstr("0 of 0 messages"));
  EXPECT_THAT(shop.run({"ledger"}).out, HasSubstr("on_time"));
  EXPECT_EQ(shop.run({"ledger", "verify"}).out, "the chain holds\n");
  EXPECT_THAT(shop.run({"export", "standings"}).out, HasSubstr("on_time,team-0,"));

  const std::string lines = shop.run({"export", "standings", "--format", "jsonl"}).out;
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 3);
  EXPECT_THAT(lines, StartsWith(R"({"measure":"on_time","team":"team-0",)"));
}

TEST(Commands, TheCompletionIsAShellScript) {
  const Shop shop;
  write_file(shop.file("completion"), shop.run({"completion"}).out);

  const Ended read = Program({"bash", "-n", shop.file("completion")}).wait();

  EXPECT_EQ(read.exit, 0) << read.err;
  EXPECT_THAT(file_text(shop.file("completion")), HasSubstr("complete "));
}

}  // namespace
}  // namespace measured::tests
