#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace measured::daemon {

// What `measured` was asked to do. One struct a command; every field has the default that `--help`
// prints. Exit codes are those of ExitCode.
struct RunCommand {};

struct ReloadCommand {};  // asks the running daemon

struct CheckCommand {
  std::string format = "text";  // text | json
  bool strict = false;          // warnings fail too
  bool history = false;         // what the store says of each target, too
};

struct ExplainCommand {
  std::string id;
  bool list = false;
};

struct PlanCommand {
  std::string measure;   // empty: all
  int next = 3;          // slots shown a job
  bool explain = false;  // ask the sources what they expect of the statements
};

struct PullCommand {
  std::string measure;
  bool dry_run = false;
  bool backfill = false;  // everything back to where any definition of it was ever pulled
  std::string from, to;   // instants; empty: what the daemon would ask for now
};

struct ReplayCommand {
  std::string from, to;
  std::string store;  // empty: the configured one
  std::string out;    // folder for what other channels would have sent; empty: out/
  bool keep = false;  // go on with what the store already holds
};

struct RunsCommand {
  std::string job;
  std::int64_t rows = 50;
};

struct OutboxCommand {
  enum class Verb { list, show, retry, replay };
  Verb verb = Verb::list;
  std::vector<std::int64_t> numbers;
  bool all_dead = false;
  bool text = false;  // show: a mail's text instead of its bytes
  std::string state;
  std::string channel;
  std::int64_t rows = 50;
};

struct ChannelCommand {
  std::string enable;  // empty: list them
};

struct ExportCommand {
  std::string what = "buckets";  // buckets | standings | open | events
  std::string format = "csv";    // csv | jsonl
  std::string measure;
  std::string from, to;
};

// The course of one team's measure as a picture.
struct ChartCommand {
  std::string measure;
  std::string team;      // empty: the only one
  std::string format;    // svg | png; empty: as the file's name ends, else svg
  std::string out;       // empty: to standard output
  std::string language;  // empty: the team's
  int periods = 120;     // the newest are drawn
};

struct NextCommand {
  std::string phrase, cron;
  std::string zone = "UTC";
  std::string day_match;
  std::string from;
  int count = 5;
};

struct LedgerCommand {
  bool verify = false;
  std::string subject;
};

struct BaselineCommand {
  std::string measure;
  std::string from;  // a day; empty: list what is declared
  std::string reason;
  std::vector<std::string> teams;  // empty: all
};

// What a link in a mail does, for those without a browser.
struct AckCommand {
  std::string measure;
  std::string team;
  std::string note;  // empty: list the misses that last
  std::string action;
  std::string until;  // a day
  std::string by;     // empty: the user
  bool withdraw = false;
};

struct AnnotateCommand {
  std::string measure;
  std::string team;    // empty: every team
  std::string period;  // a day in it
  std::string note;    // empty: list what was noted
  std::string by;
};

struct ReadersCommand {
  enum class Verb { list, pause, resume, unsubscribe };
  Verb verb = Verb::list;
  std::string reader;                // an address; with list, empty means all
  std::string digest;                // empty: each that she reads
  std::string until;                 // of a pause
  std::string frequency = "always";  // after resume
};

struct SilenceCommand {
  enum class Verb { list, add, end };
  Verb verb = Verb::list;
  std::string id;
  std::vector<std::string> measures, teams;  // empty: all
  std::string from;                          // a day; empty: now
  std::string until, lasts;                  // a day, or a duration; one of the two
  std::string reason;
};

// How often final numbers were revised afterwards.
struct RevisionsCommand {
  std::string measure;  // empty: all
};

// A digest as one reader would get it; with `test_to`, sent to that address.
struct PreviewCommand {
  std::string digest;         // id; empty: the first that the reader gets
  std::string as;             // the reader's address
  std::string at;             // a day or an instant; empty: now
  std::string form = "text";  // text | html | eml | json
  std::string test_to;
};

struct WhoCommand {
  std::string measure;
  std::string team;
};

struct KindsCommand {};       // the kinds of source and channel this build knows
struct CompletionCommand {};  // the bash completion script

using Command =
    std::variant<RunCommand, ReloadCommand, CheckCommand, ExplainCommand, PlanCommand, PullCommand,
                 ReplayCommand, RunsCommand, OutboxCommand, ChannelCommand, ExportCommand,
                 ChartCommand, NextCommand, LedgerCommand, BaselineCommand, SilenceCommand,
                 AckCommand, AnnotateCommand, ReadersCommand, RevisionsCommand, PreviewCommand,
                 WhoCommand, KindsCommand, CompletionCommand>;

struct CommandLine {
  std::string config = "measured.yaml";
  bool quiet = false;  // no progress bar
  Command command;
};

enum class ExitCode : int {
  ok = 0,
  findings = 1,  // the operator's files have errors, or what was asked for is not there
  usage = 2,     // the command line is wrong
  failed = 3,    // something outside did not work
};

// Reads the command line. Prints help, the version or a usage error itself and then gives the exit
// code in `exit`.
struct ParsedCommandLine {
  std::optional<CommandLine> command_line;
  int exit = 0;
};
ParsedCommandLine parse_command_line(int argc, const char* const* argv);

}  // namespace measured::daemon
