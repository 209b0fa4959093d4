#include "daemon/cli/pull.h"

#include <algorithm>
#include <iostream>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "daemon/assembly.h"
#include "daemon/cli/files.h"
#include "daemon/cli/progress.h"
#include "daemon/cli/table.h"
#include "daemon/git_author.h"
#include "daemon/work/engine.h"
#include "daemon/work/target_tables.h"

namespace measured::daemon {
namespace {

ExitCode fail(const std::string& message, ExitCode code = ExitCode::failed) {
  std::cerr << "error: " << message << '\n';
  return code;
}

std::string number_text(double number) {
  return Cell::of(number).text;
}

void print_buckets(const ScanCommit& commit, const std::string& measure, TextTable& table) {
  for (const BucketRow& row : commit.buckets) {
    if (row.measure == measure) {
      table.add({row.team, rules::to_text(row.span.start), std::to_string(row.tally.n),
                 number_text(row.tally.numerator), number_text(row.tally.denominator),
                 number_text(row.tally.sum)});
    }
  }
}

void print_unknown(const ScanCommit& commit, const std::string& measure, std::ostream& out) {
  std::map<std::optional<std::string>, std::int64_t> rows;
  for (const ScanRecord::Unknown& unknown : commit.record.unknown_teams) {
    if (unknown.measure == measure) {
      rows[unknown.value] += unknown.n;
    }
  }
  for (const auto& [value, n] : rows) {
    out << fmt::format("team value {} matches no team: {} rows\n",
                       value ? "'" + *value + "'" : "null", n);
  }
}

// From where on anything is known of the measure, under whatever definition, or is to be known by
// its `history`.
rules::Result<rules::Instant> oldest_known(Store& store, const rules::Measure& measure,
                                           rules::Instant now) {
  const auto buckets =
      store.buckets(measure.id, "", {rules::Instant::min(), rules::Instant::max()});
  if (!buckets) {
    return tl::unexpected(buckets.error());
  }
  rules::Instant oldest = now - measure.history;
  for (const BucketRow& bucket : *buckets) {
    oldest = std::min(oldest, bucket.span.start);
  }
  return oldest;
}

// The steps that --from and --to ask for; none set: what the daemon would ask for now.
rules::Result<std::vector<PullStep>> steps_for(const Engine& engine, Store& store,
                                               const connectors::ScanGroup& group,
                                               const PullCommand& command, rules::Instant now) {
  rules::Instant to = now;
  if (!command.to.empty()) {
    const auto parsed = rules::parse_instant(command.to);
    if (!parsed) {
      return tl::unexpected(parsed.error());
    }
    to = std::min(*parsed, now);  // what has not happened yet can neither be read nor be final
  }
  if (command.backfill) {
    const auto from = oldest_known(store, *engine.rules().measure(command.measure), now);
    return from ? rules::Result<std::vector<PullStep>>(engine.pull_steps_from(group, *from, to))
                : tl::unexpected(from.error());
  }
  if (command.from.empty()) {
    return engine.pull_steps(group, command.to.empty() ? to : to - std::chrono::seconds{1});
  }
  const auto from = rules::parse_instant(command.from);
  if (!from) {
    return tl::unexpected(from.error());
  }
  if (*from >= to) {
    return rules::give_up("nothing lies between --from " + command.from + " and " +
                          rules::to_text(to));
  }
  return engine.pull_steps_from(group, *from, to);
}

}  // namespace

ExitCode pull_measure(const CommandLine& command_line, const PullCommand& command,
                      rules::Instant now, std::ostream& out) {
  rules::RuleLoader loader;
  const Loaded loaded = load_with_roster(command_line.config, loader);
  if (loaded.rules == nullptr) {
    std::cerr << render_all(loaded);
    return ExitCode::findings;
  }
  if (loaded.rules->measure(command.measure) == nullptr) {
    return fail(
        "no measure has the id '" + command.measure + "'; 'measured explain --list' prints all ids",
        ExitCode::findings);
  }
  auto store = open_store(command.dry_run ? "sqlite::memory:" : loaded.config.store,
                          loaded.config.base_folder, StoreUse::daemon);
  if (!store) {
    return fail(store.error().message);
  }
  Engine engine(**store, {loaded.config.instance, loaded.config.public_url, {}, {}});
  const AuthorOf author_of = author_in(loaded.config.base_folder, user_name());
  const auto rules = with_kept_targets(loaded.rules, **store);
  if (const auto used = engine.use(rules, now, author_of); !used) {
    return fail(used.error().message);
  }
  Progress progress(command_line.quiet ? nullptr : stderr, "pull");
  for (const connectors::ScanGroup& group : engine.groups()) {
    if (std::none_of(
            group.measures.begin(), group.measures.end(),
            [&](const rules::Measure* measure) { return measure->id == command.measure; })) {
      continue;
    }
    const auto plans = source_plans(loaded.config, surroundings_of_process());
    const auto plan = std::find_if(plans.begin(), plans.end(), [&](const SourcePlan& one) {
      return one.id == group.measures.front()->source;
    });
    const auto source = plan->make();
    const auto steps = steps_for(engine, **store, group, command, now);
    if (!steps) {
      return fail(steps.error().message, ExitCode::usage);
    }
    TextTable table({"team", "bucket", "n", "numerator", "denominator", "sum"});
    for (std::size_t i = 0; i < steps->size(); ++i) {
      const PullStep& step = (*steps)[i];
      const auto result = source->scan(step.scan, {});
      progress.show(i + 1, steps->size());
      if (!result) {
        progress.done();
        return fail(result.error().message);
      }
      const ScanCommit commit = commit_of(step, *result, *rules, now, now, {});
      print_buckets(commit, command.measure, table);
      print_unknown(commit, command.measure, out);
      for (const std::string& note : result->notes) {
        out << note << '\n';
      }
      if (command.dry_run) {
        continue;
      }
      const auto taken = engine.take(step, result, now, now);
      if (!taken) {
        return fail(taken.error().message);
      }
    }
    progress.done();
    table.print(out);
  }
  out << (command.dry_run ? "nothing was stored\n"
                          : "stored; 'measured run' judges it with its next pull\n");
  return ExitCode::ok;
}

}  // namespace measured::daemon
