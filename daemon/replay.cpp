// A replay is the daemon with three things exchanged: the clock is virtual and jumps to the next
// time that anything waits for; the keeper and the sources work on the loop's own thread, so that
// nothing happens at the same time as anything else; and messages can reach files only.
#include "daemon/replay.h"

#include <cstdio>
#include <filesystem>
#include <iostream>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

#include "daemon/assembly.h"
#include "daemon/cli/progress.h"
#include "daemon/rule_keeper.h"
#include "daemon/virtual_clock.h"
#include "daemon/work/notices.h"
#include "daemon/work/service.h"

namespace measured::daemon {
namespace {

// A replay's messages and slots are what it was run for.
constexpr std::chrono::seconds for_ever{std::chrono::hours{24} * 365 * 1000};
constexpr Retention kept_for_ever{for_ever, for_ever, for_ever, for_ever, for_ever};

class Replay {
 public:
  Replay(Loaded loaded, std::shared_ptr<rules::RuleLoader> loader, std::unique_ptr<Store> store,
         const std::string& out, Interval span)
      : config_(loaded.config),
        span_(span),
        clock_(span.start),
        log_({Level::warning, false, [this] { return now(); }}, write_to_stderr),
        metrics_(registry_, MEASURED_VERSION),
        store_(std::move(store)),
        engine_(*store_, engine_options(config_)),
        channels_(replay_channels(config_, surroundings_of_process(), out)),
        rules_({parts(), std::move(loader), surroundings_of_process()}, std::move(loaded)),
        service_({parts(), [] {},
                  [this](std::string measure) { return refresh(std::move(measure)); },
                  kept_for_ever}) {
    for (const SourcePlan& plan : source_plans(config_, surroundings_of_process())) {
      sources_.emplace(plan.id, std::make_unique<SourcePool>(loop_.get_executor(),
                                                             loop_.get_executor(), 1, plan.make));
    }
  }

  // Walks to the end. False when the rules could not be put in force.
  bool walk(Progress& progress) {
    bool good = true;
    const auto begin = [this, &good]() -> asio::awaitable<void> {
      good = co_await rules_.start();
      if (good) {
        service_.take(rules_.in_force());
      }
    };
    asio::co_spawn(loop_, begin(), [](std::exception_ptr error) {
      if (error) {
        std::rethrow_exception(error);
      }
    });
    settle();
    while (good && clock_.next_wake() && *clock_.next_wake() < span_.end) {
      clock_.advance(*clock_.next_wake() - clock_.now());
      settle();
      progress.show(clock_.now() - TimePoint(span_.start),
                    TimePoint(span_.end) - TimePoint(span_.start));
    }
    service_.stop({});
    loop_.restart();
    loop_.poll();
    return good;
  }

  const DeliveryReport& delivered() const { return delivered_; }
  const RuleKeeper& rules() const { return rules_; }
  Store& store() { return *store_; }

 private:
  WorkParts parts() {
    return {loop_.get_executor(),
            loop_.get_executor(),
            engine_,
            *store_,
            clock_,
            log_,
            metrics_,
            sources_};
  }

  Instant now() const { return std::chrono::floor<std::chrono::seconds>(clock_.now()); }

  // Everything that can happen at this instant, and the messages that follow from it.
  void settle() {
    loop_.restart();
    loop_.poll();
    const auto report =
        deliver_due(*store_, channels_, now(), {}, notice_writer(log_, metrics_, *store_, {}), {});
    if (!report) {
      log_.error("not_delivered", {{"reason", report.error().message}});
      return;
    }
    delivered_.delivered += report->delivered;
    delivered_.retried += report->retried;
    delivered_.dead += report->dead;
  }

  asio::awaitable<std::string> refresh(std::string measure) {
    const RuleKeeper::Refreshed refreshed = co_await rules_.refresh(std::move(measure));
    if (refreshed.changed) {
      service_.take(rules_.in_force());
    }
    co_return refreshed.problem;
  }

  asio::io_context loop_{1};
  Config config_;
  Interval span_;
  VirtualClock clock_;
  Log log_;
  Registry registry_;
  MetricsSet metrics_;
  std::unique_ptr<Store> store_;
  Engine engine_;
  std::vector<Channel> channels_;
  std::map<std::string, std::unique_ptr<SourcePool>, std::less<>> sources_;
  RuleKeeper rules_;
  Service service_;
  DeliveryReport delivered_;
};

rules::Result<Interval> span_of(const ReplayCommand& command) {
  const auto from = rules::parse_instant(command.from);
  const auto to = rules::parse_instant(command.to);
  if (!from || !to) {
    return tl::unexpected(from ? to.error() : from.error());
  }
  if (*to <= *from) {
    return rules::give_up(fmt::format("--to {} is not after --from {}", command.to, command.from));
  }
  return Interval{*from, *to};
}

// A replay writes what would have happened; beside what did happen it would be a lie.
rules::Result<void> refuse_used_store(Store& store, const std::string& name) {
  const auto slots = store.slots("", 1);
  if (!slots) {
    return tl::unexpected(slots.error());
  }
  if (!slots->empty()) {
    return rules::give_up(fmt::format(
        "store '{}' already holds slots (newest: {} at {}); remove it, name another with --store, "
        "or go on with what it holds by --keep",
        name, slots->front().job, rules::to_text(slots->front().nominal)));
  }
  return {};
}

void print_summary(Replay& replay, const Config& config, const std::string& out) {
  const auto counts = replay.store().counts("").value_or(Store::Counts{});
  std::map<std::string, int> outcomes;
  constexpr std::int64_t slots_max = 10'000'000;
  for (const SlotRow& slot : replay.store().slots("", slots_max).value_or(std::vector<SlotRow>{})) {
    ++outcomes[slot.outcome];
  }
  std::string slots;
  for (const auto& [outcome, number] : outcomes) {
    slots += fmt::format("{}{} {}", slots.empty() ? "" : ", ", number, outcome);
  }
  std::cout << "slots:    " << (slots.empty() ? "none fell due" : slots) << '\n'
            << "messages: " << counts.delivered << " delivered, " << counts.pending << " pending, "
            << counts.dead << " dead\n";
  for (const ConnectorSetting& channel : config.channels) {
    const auto in_channel = replay.store().counts(channel.id).value_or(Store::Counts{});
    const bool file = channel.kind == "maildir" || channel.kind == "jsonl";
    const rules::YamlNode::Entry* path = channel.node->find("path");
    std::cout << "  " << channel.id << ": " << in_channel.delivered << " in "
              << (file && path != nullptr
                      ? (std::filesystem::path(config.base_folder) / path->value->scalar).string()
                      : replay_path(channel, out))
              << '\n';
  }
}

}  // namespace

int run_replay(const CommandLine& command_line, const ReplayCommand& command) {
  const auto fail = [](const std::string& message, ExitCode code) {
    std::cerr << "error: " << message << '\n';
    return static_cast<int>(code);
  };
  const auto span = span_of(command);
  if (!span) {
    return fail(span.error().message, ExitCode::usage);
  }
  auto loader = std::make_shared<rules::RuleLoader>();
  Loaded loaded = load_all(command_line.config, *loader, surroundings_of_process());
  std::cerr << render_all(loaded);
  if (loaded.rules == nullptr) {
    return static_cast<int>(ExitCode::findings);
  }
  const Config config = loaded.config;
  const std::string name = command.store.empty() ? config.store : command.store;
  auto store =
      open_store(name, config.base_folder, command.keep ? StoreUse::daemon : StoreUse::replay);
  if (!store) {
    return fail(store.error().message, ExitCode::failed);
  }
  if (const auto unused = refuse_used_store(**store, name); !command.keep && !unused) {
    return fail(unused.error().message, ExitCode::findings);
  }
  const std::string out =
      (std::filesystem::path(config.base_folder) / (command.out.empty() ? "out" : command.out))
          .string();
  Replay replay(std::move(loaded), std::move(loader), *std::move(store), out, *span);
  Progress progress(command_line.quiet ? nullptr : stderr, "replay");
  if (!replay.walk(progress)) {
    return static_cast<int>(ExitCode::failed);
  }
  progress.done();
  print_summary(replay, config, out);
  return static_cast<int>(ExitCode::ok);
}

}  // namespace measured::daemon
