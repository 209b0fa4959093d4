#include "daemon/cli/command_line.h"

#include <CLI/CLI.hpp>
#include <iostream>

#include "daemon/cli/command_line_people.h"

namespace measured::daemon {
namespace {

constexpr const char* instant_form = "INSTANT";  // 2026-11-23 or 2026-11-23T07:00:00Z

// Each function declares one command and returns what it will hold after parsing.

void add_run(CLI::App& app, CommandLine& out) {
  CLI::App* sub = app.add_subcommand("run", "stay up: pull, judge, digest and deliver on schedule");
  sub->callback([&out] { out.command = RunCommand{}; });
  sub->footer(
      "'measured reload' (or SIGHUP) reads the rules again; a broken file changes nothing. A "
      "change "
      "of\n"
      "sources, channels, operations, store, http, log or retention needs a restart. SIGTERM ends "
      "within 10 s, and nothing decided is lost.");
}

void add_reload(CLI::App& app, CommandLine& out) {
  CLI::App* sub = app.add_subcommand(
      "reload", "have the running daemon read its files again, and wait for what comes of it");
  sub->callback([&out] { out.command = ReloadCommand{}; });
  sub->footer(
      "Either all of it is in force, or, when any file has an error, nothing changes. Prints what "
      "'check'\n"
      "prints. Exit code 0: what the files say is in force; 1: they have errors; 3: the store "
      "refused, or\n"
      "no daemon could be asked.");
}

void add_check(CLI::App& app, CommandLine& out) {
  CLI::App* sub =
      app.add_subcommand("check", "read all files and report every error with its place");
  auto command = std::make_shared<CheckCommand>();
  sub->add_option("--format", command->format, "text or json (one object a line)")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  sub->add_flag("--strict", command->strict, "exit with 1 on warnings too");
  sub->add_flag("--history", command->history,
                "then say of each target, from the store, whether it lies inside its own noise");
  sub->callback([&out, command] { out.command = *command; });
  sub->footer(
      "Connects to nothing but the source of the roster, and with --history reads the store. Exit "
      "code 0: no errors; 1: errors, which "
      "a\n"
      "file that cannot be read is too.");
}

void add_explain(CLI::App& app, CommandLine& out) {
  CLI::App* sub =
      app.add_subcommand("explain", "every setting in force for one id, and where it was written");
  auto command = std::make_shared<ExplainCommand>();
  auto* id =
      sub->add_option("id", command->id, "a measure, outcome, team, driver, alert or digest");
  auto* list = sub->add_flag("--list", command->list, "print every id, one a line");
  id->excludes(list);
  sub->callback([&out, command] {
    if (command->id.empty() && !command->list) {
      throw CLI::RequiredError("ID or --list");
    }
    out.command = *command;
  });
}

void add_plan(CLI::App& app, CommandLine& out) {
  CLI::App* sub = app.add_subcommand(
      "plan", "the statements that pulls would run, and the next slots of every job");
  auto command = std::make_shared<PlanCommand>();
  sub->add_option("measure", command->measure, "only the statements that count this measure");
  sub->add_flag("--explain", command->explain,
                "ask the sources' planners what the next pulls cost (PostgreSQL); runs none");
  sub->add_option("--next", command->next, "slots to show for each job")
      ->check(CLI::Range(0, 100))
      ->capture_default_str();
  sub->callback([&out, command] { out.command = *command; });
}

void add_pull(CLI::App& app, CommandLine& out) {
  CLI::App* sub = app.add_subcommand(
      "pull",
      "pull one measure now, with the measures that share its statement; stop the daemon first");
  auto command = std::make_shared<PullCommand>();
  sub->add_option("measure", command->measure, "id of a measure or outcome")->required();
  sub->add_flag("--dry-run", command->dry_run,
                "print what came and store nothing; works beside a running daemon");
  auto* from = sub->add_option("--from", command->from,
                               "first instant to ask for (default: what is not final yet)")
                   ->type_name(instant_form);
  sub->add_flag("--backfill", command->backfill,
                "read again, as it is counted now, all that was ever pulled of it; what an older "
                "definition counted stays beside it")
      ->excludes(from);
  sub->add_option("--to", command->to, "end of what to ask for (default: now)")
      ->type_name(instant_form);
  sub->callback([&out, command] { out.command = *command; });
}

void add_replay(CLI::App& app, CommandLine& out) {
  CLI::App* sub = app.add_subcommand(
      "replay", "walk through past slots under a virtual clock, as the daemon would have");
  auto command = std::make_shared<ReplayCommand>();
  sub->add_option("--from", command->from, "the virtual clock's start")
      ->required()
      ->type_name(instant_form);
  sub->add_option("--to", command->to, "its end")->required()->type_name(instant_form);
  sub->add_option(
      "--store", command->store,
      "write into this store (sqlite:PATH, sqlite::memory:) instead of the configured one");
  sub->add_option("--out", command->out,
                  "folder for what channels that write no files would have sent (default: out)");
  sub->add_flag("--keep", command->keep, "go on with what the store already holds");
  sub->callback([&out, command] { out.command = *command; });
  sub->footer(
      "Sources are read as they are today: a row that was recorded late is there from the start.\n"
      "Nobody is written to: mail and webhooks end in files.");
}

void add_runs(CLI::App& app, CommandLine& out) {
  CLI::App* sub = app.add_subcommand("runs", "slots and what became of them, newest first");
  auto command = std::make_shared<RunsCommand>();
  sub->add_option("job", command->job, "only this job (see plan)");
  sub->add_option("--rows", command->rows, "how many")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  sub->callback([&out, command] { out.command = *command; });
}

void add_outbox(CLI::App& app, CommandLine& out) {
  CLI::App* outbox = app.add_subcommand(
      "outbox", "messages that were decided: what waits, what was delivered, what is dead");
  outbox->require_subcommand(1);
  const auto verb = [&](const char* name, const char* help, OutboxCommand::Verb value) {
    auto command = std::make_shared<OutboxCommand>();
    command->verb = value;
    CLI::App* sub = outbox->add_subcommand(name, help);
    sub->callback([&out, command] { out.command = *command; });
    return std::pair{sub, command};
  };
  auto [list, list_command] = verb("list", "one line a message", OutboxCommand::Verb::list);
  list->add_option("--state", list_command->state, "pending, claimed, delivered or dead")
      ->check(CLI::IsMember({"pending", "claimed", "delivered", "dead"}));
  list->add_option("--channel", list_command->channel, "only this channel");
  list->add_option("--rows", list_command->rows, "how many")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  auto [show, show_command] =
      verb("show", "one message whole, with its attempts", OutboxCommand::Verb::show);
  show->add_option("number", show_command->numbers, "its number in the list")
      ->required()
      ->expected(1);
  show->add_flag("--text", show_command->text, "a mail's text as its reader sees it");
  auto [retry, retry_command] = verb("retry", "try waiting messages now, also in a running daemon",
                                     OutboxCommand::Verb::retry);
  retry->add_option("numbers", retry_command->numbers, "their numbers")->required();
  auto [replay, replay_command] =
      verb("replay", "send dead messages again under the same id; their attempts start from 0",
           OutboxCommand::Verb::replay);
  auto* numbers = replay->add_option("numbers", replay_command->numbers, "their numbers");
  replay->add_flag("--all-dead", replay_command->all_dead, "every dead message")->excludes(numbers);
}

void add_channel(CLI::App& app, CommandLine& out) {
  CLI::App* channel =
      app.add_subcommand("channel", "channels that are held or disabled, and how to release one");
  channel->require_subcommand(1);
  channel->add_subcommand("list", "one line a channel: its state, since when and why")
      ->callback([&out] { out.command = ChannelCommand{}; });
  CLI::App* enable =
      channel->add_subcommand("enable", "send through it again, also in a running daemon");
  auto command = std::make_shared<ChannelCommand>();
  enable->add_option("id", command->enable, "id of the channel")->required();
  enable->callback([&out, command] { out.command = *command; });
}

void add_export(CLI::App& app, CommandLine& out) {
  CLI::App* sub = app.add_subcommand("export", "what the store holds, for other tools");
  auto command = std::make_shared<ExportCommand>();
  sub->add_option("WHAT", command->what, "buckets, standings, open or events")
      ->required()
      ->check(CLI::IsMember({"buckets", "standings", "open", "events"}));
  sub->add_option("--format", command->format, "csv or jsonl")
      ->check(CLI::IsMember({"csv", "jsonl"}))
      ->capture_default_str();
  sub->add_option("--measure", command->measure, "only this measure");
  sub->add_option("--from", command->from, "only what starts at or after")->type_name(instant_form);
  sub->add_option("--to", command->to, "only what starts before")->type_name(instant_form);
  sub->callback([&out, command] { out.command = *command; });
  sub->footer(
      "All instants are UTC. A CSV cell that a spreadsheet would run as a formula begins with '.");
}

void add_chart(CLI::App& app, CommandLine& out) {
  CLI::App* sub = app.add_subcommand("chart", "draw the course of one team's measure");
  auto command = std::make_shared<ChartCommand>();
  sub->add_option("measure", command->measure, "id of a measure or outcome")->required();
  sub->add_option("--team", command->team, "id of the team; needed where there are several");
  sub->add_option("--format", command->format,
                  "svg or png (default: as the file's name ends, else svg)")
      ->check(CLI::IsMember({"svg", "png"}));
  sub->add_option("--out", command->out, "file to write (default: standard output)");
  sub->add_option("--language", command->language, "en, de or pt-BR (default: the team's)")
      ->check(CLI::IsMember({"en", "de", "pt-BR"}));
  sub->add_option("--periods", command->periods, "how many, the newest")
      ->check(CLI::Range(1, 2000))
      ->capture_default_str();
  sub->callback([&out, command] { out.command = *command; });
  sub->footer(
      "With the limits that are in use, the target of each period, what is not final yet and what "
      "was\n"
      "revised. With --out it also says in words what the picture shows.");
}

void add_next(CLI::App& app, CommandLine& out) {
  CLI::App* sub =
      app.add_subcommand("next", "the next runs of every job, or of a schedule given here");
  auto command = std::make_shared<NextCommand>();
  auto* phrase =
      sub->add_option("--schedule", command->phrase, "a phrase, such as 'every monday at 08:00'");
  sub->add_option("--cron", command->cron, "five cron fields")->excludes(phrase);
  sub->add_option("--zone", command->zone, "IANA time zone")->capture_default_str();
  sub->add_option("--day-match", command->day_match,
                  "any or all: which days when both day fields are set")
      ->check(CLI::IsMember({"any", "all"}));
  sub->add_option("--from", command->from, "runs after this instant (default: now)")
      ->type_name(instant_form);
  sub->add_option("--count", command->count, "how many")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  sub->callback([&out, command] { out.command = *command; });
}

void add_ledger(CLI::App& app, CommandLine& out) {
  CLI::App* ledger = app.add_subcommand(
      "ledger", "changes of targets and definitions, each chained to the one before");
  auto command = std::make_shared<LedgerCommand>();
  ledger->add_option("--measure", command->subject, "only this measure");
  ledger->callback([&out, command] { out.command = *command; });
  CLI::App* verify =
      ledger->add_subcommand("verify", "recompute the chain; exit with 1 where it breaks");
  verify->callback([command] { command->verify = true; });
}

void add_revisions(CLI::App& app, CommandLine& out) {
  CLI::App* sub = app.add_subcommand(
      "revisions", "how often final numbers changed afterwards, by source and measure");
  auto command = std::make_shared<RevisionsCommand>();
  sub->add_option("measure", command->measure, "only this measure");
  sub->callback([&out, command] { out.command = *command; });
  sub->footer(
      "final: periods and teams that have been final. revised: of these, how many say something\n"
      "else now, and by how much on average. bias: all to one side by more than chance explains.");
}

void add_small_ones(CLI::App& app, CommandLine& out) {
  app.add_subcommand("kinds", "the kinds of source and channel that this build knows")
      ->callback([&out] { out.command = KindsCommand{}; });
  app.add_subcommand("completion", "print the completion script for bash")->callback([&out] {
    out.command = CompletionCommand{};
  });
}

}  // namespace

ParsedCommandLine parse_command_line(int argc, const char* const* argv) {
  CommandLine out;
  CLI::App app(
      "measured: links what drives customers' experience to measures that teams can act on, judges "
      "each\n"
      "team against its dated target, and tells managers and other systems.",
      "measured");
  app.set_version_flag("--version", "measured " MEASURED_VERSION);
  app.add_option("-c,--config", out.config, "the daemon's own file")
      ->envname("MEASURED_CONFIG")
      ->capture_default_str();
  app.add_flag("-q,--quiet", out.quiet, "no progress bar");
  app.require_subcommand(1);
  app.fallthrough();
  app.footer(
      "Start with: measured check; measured plan; measured replay --from … --to …; measured run\n"
      "Exit codes: 0 done; 1 errors found; 2 wrong command line; 3 something outside did not "
      "work.");
  add_run(app, out);
  add_reload(app, out);
  add_check(app, out);
  add_explain(app, out);
  add_plan(app, out);
  add_pull(app, out);
  add_replay(app, out);
  add_runs(app, out);
  add_outbox(app, out);
  add_channel(app, out);
  add_export(app, out);
  add_chart(app, out);
  add_next(app, out);
  add_ledger(app, out);
  add_declarations(app, out);
  add_revisions(app, out);
  add_digest_commands(app, out);
  add_small_ones(app, out);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const bool asked_for = error.get_exit_code() == 0;  // --help and --version
    const std::vector<std::string> unknown = app.remaining(true);
    if (app.get_subcommands().empty() && !asked_for && !unknown.empty()) {
      std::cerr << "error: '" << unknown.front()
                << "' is not a command; 'measured --help' lists them\n";
      return {std::nullopt, static_cast<int>(ExitCode::usage)};
    }
    app.exit(error);
    return {std::nullopt, asked_for ? 0 : static_cast<int>(ExitCode::usage)};
  }
  return {out, 0};
}

}  // namespace measured::daemon
