#include "daemon/cli/command_line_people.h"

#include <CLI/CLI.hpp>

#include "rules/load/names.h"

namespace measured::daemon {
namespace {

void add_baseline(CLI::App& app, CommandLine& out) {
  CLI::App* sub = app.add_subcommand(
      "baseline", "declare that the process changed: charts then begin a new baseline");
  auto command = std::make_shared<BaselineCommand>();
  sub->add_option("measure", command->measure, "id of a measure or outcome")->required();
  auto* from = sub->add_option("--from", command->from,
                               "first day after the change (default: list what is declared)")
                   ->type_name("DAY");
  auto* reason = sub->add_option("--reason", command->reason, "what changed")->needs(from);
  from->needs(reason);
  sub->add_option("--team", command->teams, "only this team; may be repeated")->needs(from);
  sub->callback([&out, command] { out.command = *command; });
  sub->footer(
      "Limits are never moved by themselves. What is declared goes into the ledger with your name; "
      "a "
      "running\n"
      "daemon follows with its next judgement. 'baseline:' of a measure says the same in the "
      "rules.");
}

void add_ack(CLI::App& app, CommandLine& out) {
  CLI::App* sub = app.add_subcommand(
      "ack", "acknowledge a miss: digests then say that it is known, and what is done about it");
  auto command = std::make_shared<AckCommand>();
  sub->add_option("measure", command->measure, "id of a measure")->required();
  auto* team = sub->add_option("--team", command->team, "the team that misses it");
  auto* note = sub->add_option("--note", command->note,
                               "the reason, as far as it is known (default: list what is missed)");
  auto* until =
      sub->add_option("--until", command->until, "from this day on it is told as a miss again")
          ->type_name("DAY")
          ->needs(note);
  note->needs(team)->needs(until);
  sub->add_option("--action", command->action, "what is going to be done")->needs(note);
  sub->add_option("--by", command->by, "who says so (default: you)");
  sub->add_flag("--withdraw", command->withdraw, "take it back")->needs(team)->excludes(note);
  sub->callback([&out, command] { out.command = *command; });
}

void add_annotate(CLI::App& app, CommandLine& out) {
  CLI::App* sub = app.add_subcommand(
      "annotate", "note what happened in a period; it is told wherever its number is");
  auto command = std::make_shared<AnnotateCommand>();
  sub->add_option("measure", command->measure, "id of a measure or outcome")->required();
  sub->add_option("--team", command->team, "only this team (default: all)");
  auto* period = sub->add_option("--period", command->period, "a day in it")->type_name("DAY");
  auto* note =
      sub->add_option("--note", command->note, "what happened (default: list what was noted)")
          ->needs(period);
  period->needs(note);
  sub->add_option("--by", command->by, "who says so (default: you)")->needs(note);
  sub->callback([&out, command] { out.command = *command; });
}

void add_readers(CLI::App& app, CommandLine& out) {
  using Verb = ReadersCommand::Verb;
  CLI::App* readers =
      app.add_subcommand("readers", "who gets which digest, and who did not want it");
  readers->require_subcommand(1);
  const auto verb = [&](const char* name, const char* help, Verb value) {
    auto command = std::make_shared<ReadersCommand>();
    command->verb = value;
    CLI::App* sub = readers->add_subcommand(name, help);
    auto* reader = sub->add_option("reader", command->reader, "a mail address");
    reader->required(value != Verb::list);
    sub->add_option("--digest", command->digest, "only this digest (default: all)");
    sub->callback([&out, command] { out.command = *command; });
    return std::pair{sub, command};
  };
  verb("list", "one line a digest and reader", Verb::list);
  auto [pause, pause_command] = verb("pause", "send her none before a day", Verb::pause);
  pause->add_option("--until", pause_command->until, "the day")->type_name("DAY")->required();
  auto [resume, resume_command] = verb("resume", "send them to her again", Verb::resume);
  resume->add_option("--frequency", resume_command->frequency, "how often")
      ->check(CLI::IsMember({"always", "on_change", "on_signal", "monthly"}))
      ->capture_default_str();
  verb("unsubscribe", "send her none any more", Verb::unsubscribe);
}

void add_silence(CLI::App& app, CommandLine& out) {
  CLI::App* sub =
      app.add_subcommand("silence", "what alerts keep to themselves for a time, why and by whom");
  sub->require_subcommand(1);
  auto command = std::make_shared<SilenceCommand>();
  const auto verb = [&](const char* name, const char* about, SilenceCommand::Verb what) {
    CLI::App* one = sub->add_subcommand(name, about);
    one->callback([&out, command, what] {
      command->verb = what;
      out.command = *command;
    });
    return one;
  };
  verb("list", "those of the rules and those declared here", SilenceCommand::Verb::list);
  CLI::App* add = verb("add", "declare one", SilenceCommand::Verb::add);
  add->add_option("id", command->id, "a new id, told with all it holds back")
      ->required()
      ->check([](const std::string& id) {
        return rules::is_id(id) ? "" : "lower-case letters, digits, _ and -, a letter first";
      });
  add->add_option("--measure", command->measures, "only this measure; may be repeated");
  add->add_option("--team", command->teams, "only this team and those below; may be repeated");
  add->add_option("--from", command->from, "first silent day (default: from now)")
      ->type_name("DAY");
  auto* length = add->add_option_group("until when");
  length->add_option("--until", command->until, "first day on which is told again")
      ->type_name("DAY");
  length->add_option("--for", command->lasts, "how long, such as 8h or 3d")->type_name("DURATION");
  length->require_option(1);
  add->add_option("--reason", command->reason, "why, for everybody who asks")->required();
  CLI::App* end = verb("end", "a declared one is over now", SilenceCommand::Verb::end);
  end->add_option("id", command->id, "as 'silence list' prints it")->required();
  end->add_option("--reason", command->reason, "why before its time");
  sub->footer(
      "What is held back is stored as events and counted; digests go on. Each silence goes into "
      "the\n"
      "ledger with your name; a running daemon follows with its next judgement.");
}

void add_reader_options(CLI::App& sub, PreviewCommand& command) {
  sub.add_option("digest", command.digest, "id of a digest (default: the first that she gets)");
  sub.add_option("--as", command.as, "whose: the address of one of its readers")->required();
  sub.add_option("--at", command.at, "a day (what she had by its end) or an instant (default: now)")
      ->type_name("TIME");
}

void add_preview(CLI::App& app, CommandLine& out) {
  CLI::App* sub =
      app.add_subcommand("preview", "a digest as a reader would get it, from the stored history");
  auto command = std::make_shared<PreviewCommand>();
  add_reader_options(*sub, *command);
  for (const char* form : {"text", "html", "eml", "json"}) {
    sub->add_flag_callback(
        std::string("--") + form, [command, form] { command->form = form; },
        std::string("print it as ") + form);
  }
  sub->callback([&out, command] { out.command = *command; });
  sub->footer("Nothing is sent or stored. What is known now is taken for known then.");
}

void add_send(CLI::App& app, CommandLine& out) {
  CLI::App* sub = app.add_subcommand("send", "send a digest to an address of yours, as a test");
  auto command = std::make_shared<PreviewCommand>();
  add_reader_options(*sub, *command);
  sub->add_option("--test-to", command->test_to, "who gets it in her place")->required();
  sub->callback([&out, command] { out.command = *command; });
  sub->footer("The reader herself gets nothing. The daemon sends it, at once where it runs.");
}

void add_who(CLI::App& app, CommandLine& out) {
  CLI::App* sub = app.add_subcommand("who", "who is told of a measure at a team, by what, and why");
  auto command = std::make_shared<WhoCommand>();
  sub->add_option("--measure", command->measure, "id of a measure or outcome")->required();
  sub->add_option("--team", command->team, "id of a team")->required();
  sub->callback([&out, command] { out.command = *command; });
}

}  // namespace

void add_declarations(CLI::App& app, CommandLine& out) {
  add_baseline(app, out);
  add_silence(app, out);
  add_ack(app, out);
  add_annotate(app, out);
  add_readers(app, out);
}

void add_digest_commands(CLI::App& app, CommandLine& out) {
  add_preview(app, out);
  add_send(app, out);
  add_who(app, out);
}

}  // namespace measured::daemon
