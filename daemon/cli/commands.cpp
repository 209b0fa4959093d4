#include "daemon/cli/commands.h"

#include <chrono>
#include <iostream>

#include "daemon/app.h"
#include "daemon/cli/acts.h"
#include "daemon/cli/ask.h"
#include "daemon/cli/baseline.h"
#include "daemon/cli/chart.h"
#include "daemon/cli/command_line.h"
#include "daemon/cli/completion.h"
#include "daemon/cli/export.h"
#include "daemon/cli/files.h"
#include "daemon/cli/history_check.h"
#include "daemon/cli/look.h"
#include "daemon/cli/preview.h"
#include "daemon/cli/pull.h"
#include "daemon/cli/revisions.h"
#include "daemon/cli/silence.h"
#include "daemon/cli/who.h"
#include "daemon/clock.h"
#include "daemon/config.h"
#include "daemon/replay.h"
#include "daemon/work/target_tables.h"

namespace measured::daemon {
namespace {

rules::Instant now() {
  return std::chrono::floor<std::chrono::seconds>(SystemClock{}.now());
}

ExitCode told(const rules::Result<void>& result) {
  if (result) {
    return ExitCode::ok;
  }
  std::cerr << "error: " << result.error().message << '\n';
  return result.error().retry == rules::Failure::Retry::never ? ExitCode::findings
                                                              : ExitCode::failed;
}

// Opens the configured store and hands it to `work` with the files as they were loaded. Their
// errors do not matter here unless the store itself is not named: at night somebody must see what
// waits, also while the rules are broken.
template <class Work>
ExitCode with_store(const CommandLine& command_line, StoreUse use, Work work) {
  rules::RuleLoader loader;
  const Loaded loaded = load_all(command_line.config, loader, surroundings_of_process());
  if (!loaded.config.store.starts_with("sqlite:")) {
    std::cerr << render_all(loaded);
    return ExitCode::findings;
  }
  auto store = open_store(loaded.config.store, loaded.config.base_folder, use);
  if (!store) {
    std::cerr << "error: " << store.error().message << '\n';
    return ExitCode::failed;
  }
  return told(work(**store, loaded));
}

// One overload a command; std::visit finds the right one.
struct Run {
  const CommandLine& line;

  ExitCode operator()(const RunCommand&) const {
    return static_cast<ExitCode>(run_daemon(line.config));
  }
  ExitCode operator()(const ReloadCommand&) const {
    return reload_daemon(line.config, std::cout, std::cerr);
  }
  ExitCode operator()(const CheckCommand& command) const {
    const ExitCode checked = check_files(line.config, command, std::cout);
    if (!command.history || checked != ExitCode::ok) {
      return checked;
    }
    return with_store(line, StoreUse::look, [&](Store& store, const Loaded&) {
      rules::RuleLoader loader;
      const Loaded whole = load_with_roster(line.config, loader);
      return check_history(store, *whole.rules, command.format, now(), std::cout);
    });
  }
  ExitCode operator()(const ExplainCommand& command) const {
    return explain_id(line.config, command, std::cout);
  }
  ExitCode operator()(const PlanCommand& command) const {
    return print_plan(line.config, command, now(), std::cout);
  }
  ExitCode operator()(const PullCommand& command) const {
    return pull_measure(line, command, now(), std::cout);
  }
  ExitCode operator()(const ReplayCommand& command) const {
    return static_cast<ExitCode>(run_replay(line, command));
  }
  ExitCode operator()(const RunsCommand& command) const {
    return with_store(line, StoreUse::look, [&](Store& store, const Loaded&) {
      return print_runs(command, store, std::cout);
    });
  }
  ExitCode operator()(const OutboxCommand& command) const {
    const bool writes =
        command.verb == OutboxCommand::Verb::retry || command.verb == OutboxCommand::Verb::replay;
    return with_store(line, writes ? StoreUse::command : StoreUse::look,
                      [&](Store& store, const Loaded& loaded) {
                        const auto done = outbox_command(command, store, now(), std::cout);
                        return done && writes ? tell_daemon(loaded.config.store) : done;
                      });
  }
  ExitCode operator()(const ChannelCommand& command) const {
    return with_store(
        line, command.enable.empty() ? StoreUse::look : StoreUse::command,
        [&](Store& store, const Loaded& loaded) {
          const auto done = channel_command(command, store, loaded.config, now(), std::cout);
          return done && !command.enable.empty() ? tell_daemon(loaded.config.store) : done;
        });
  }
  ExitCode operator()(const ExportCommand& command) const {
    return with_store(
        line, StoreUse::look, [&](Store& store, const Loaded& loaded) -> rules::Result<void> {
          if (loaded.rules == nullptr) {
            return rules::give_up("the rules have errors; 'measured check' shows them");
          }
          return export_rows(command, store, loaded.rules, now(), std::cout);
        });
  }
  ExitCode operator()(const ChartCommand& command) const {
    return with_store(
        line, StoreUse::look, [&](Store& store, const Loaded&) -> rules::Result<void> {
          rules::RuleLoader loader;
          const Loaded whole = load_with_roster(line.config, loader);
          if (whole.rules == nullptr) {
            return rules::give_up("the rules have errors; 'measured check' shows them");
          }
          return draw_course(command, store, whole.rules, now(), std::cout);
        });
  }
  ExitCode operator()(const NextCommand& command) const {
    return print_next(line.config, command, now(), std::cout);
  }
  ExitCode operator()(const LedgerCommand& command) const {
    return with_store(line, StoreUse::look, [&](Store& store, const Loaded&) {
      return print_ledger(command, store, std::cout);
    });
  }
  ExitCode operator()(const BaselineCommand& command) const {
    return with_store(
        line, command.from.empty() ? StoreUse::look : StoreUse::command,
        [&](Store& store, const Loaded&) -> rules::Result<void> {
          rules::RuleLoader loader;
          const Loaded whole = load_with_roster(line.config, loader);
          if (whole.rules == nullptr) {
            return rules::give_up("the rules have errors; 'measured check' shows them");
          }
          return baseline_command(command, store, *whole.rules, now(), std::cout);
        });
  }
  // With the rules as the daemon has them, roster included.
  template <class Work>
  ExitCode with_rules(bool writes, Work work) const {
    return with_store(
        line, writes ? StoreUse::command : StoreUse::look,
        [&](Store& store, const Loaded&) -> rules::Result<void> {
          rules::RuleLoader loader;
          const Loaded whole = load_with_roster(line.config, loader);
          if (whole.rules == nullptr) {
            return rules::give_up("the rules have errors; 'measured check' shows them");
          }
          return work(store, with_kept_targets(whole.rules, store));
        });
  }
  ExitCode operator()(const SilenceCommand& command) const {
    return with_rules(command.verb != SilenceCommand::Verb::list,
                      [&](Store& store, const std::shared_ptr<const rules::RuleSet>& rules) {
                        return silence_command(command, store, *rules, now(), std::cout);
                      });
  }
  ExitCode operator()(const AckCommand& command) const {
    return with_rules(!command.note.empty() || command.withdraw,
                      [&](Store& store, const std::shared_ptr<const rules::RuleSet>& rules) {
                        return ack_command(command, store, rules, now(), std::cout);
                      });
  }
  ExitCode operator()(const AnnotateCommand& command) const {
    return with_rules(!command.note.empty(),
                      [&](Store& store, const std::shared_ptr<const rules::RuleSet>& rules) {
                        return annotate_command(command, store, rules, now(), std::cout);
                      });
  }
  ExitCode operator()(const ReadersCommand& command) const {
    return with_rules(command.verb != ReadersCommand::Verb::list,
                      [&](Store& store, const std::shared_ptr<const rules::RuleSet>& rules) {
                        return readers_command(command, store, *rules, now(), std::cout);
                      });
  }
  ExitCode operator()(const RevisionsCommand& command) const {
    return with_store(
        line, StoreUse::look, [&](Store& store, const Loaded& loaded) -> rules::Result<void> {
          if (loaded.rules == nullptr) {
            return rules::give_up("the rules have errors; 'measured check' shows them");
          }
          return print_revisions(command, store, *loaded.rules, std::cout);
        });
  }
  ExitCode operator()(const PreviewCommand& command) const {
    const bool sends = !command.test_to.empty();
    return with_store(line, sends ? StoreUse::command : StoreUse::look,
                      [&](Store& store, const Loaded&) -> rules::Result<void> {
                        rules::RuleLoader loader;
                        const Loaded whole = load_with_roster(line.config, loader);
                        if (!sends) {
                          return preview_digest(command, store, whole, now(), std::cout);
                        }
                        const auto sent = send_test(command, store, whole, now(), std::cout);
                        return sent ? tell_daemon(whole.config.store) : sent;
                      });
  }
  ExitCode operator()(const WhoCommand& command) const {
    rules::RuleLoader loader;
    const Loaded whole = load_with_roster(line.config, loader);
    if (whole.rules == nullptr) {
      return told(rules::give_up("the rules have errors; 'measured check' shows them"));
    }
    return told(print_who(command, *whole.rules, now(), std::cout));
  }
  ExitCode operator()(const KindsCommand&) const {
    print_kinds(std::cout);
    return ExitCode::ok;
  }
  ExitCode operator()(const CompletionCommand&) const {
    std::cout << bash_completion();
    return ExitCode::ok;
  }
};

}  // namespace

int run_command_line(int argc, const char* const* argv) {
  const ParsedCommandLine parsed = parse_command_line(argc, argv);
  if (!parsed.command_line) {
    return parsed.exit;
  }
  return static_cast<int>(std::visit(Run{*parsed.command_line}, parsed.command_line->command));
}

}  // namespace measured::daemon
