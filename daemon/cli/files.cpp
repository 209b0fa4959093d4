#include "daemon/cli/files.h"

#include <algorithm>
#include <iostream>

#include <fmt/format.h>

#include "connectors/delivery.h"
#include "connectors/planner.h"
#include "connectors/source.h"
#include "connectors/sources/scan_estimate.h"
#include "daemon/assembly.h"
#include "daemon/cli/table.h"
#include "daemon/work/jobs.h"
#include "daemon/work/pulling.h"
#include "daemon/work/roster.h"
#include "daemon/work/target_tables.h"

namespace measured::daemon {
namespace {

std::string plural(std::size_t n, std::string_view word) {
  return fmt::format("{} {}{}", n, word, n == 1 ? "" : "s");
}

std::size_t count(const rules::Diagnostics& diagnostics, rules::Severity severity) {
  return static_cast<std::size_t>(
      std::count_if(diagnostics.begin(), diagnostics.end(),
                    [&](const rules::Diagnostic& one) { return one.severity == severity; }));
}

// Says on standard error why nothing can be done with these files.
bool refuse(const Loaded& loaded) {
  if (loaded.rules == nullptr) {
    std::cerr << render_all(loaded);
    return true;
  }
  return false;
}

// The times of `schedule` after `from`, at most `number`.
std::vector<rules::Instant> next_of(const rules::Schedule& schedule, rules::Instant from,
                                    int number) {
  std::vector<rules::Instant> times;
  for (std::optional<rules::Instant> t = schedule.next(from);
       t && static_cast<int>(times.size()) < number; t = schedule.next(*t)) {
    times.push_back(*t);
  }
  return times;
}

std::string local_text(rules::Instant t, const rules::Zone& zone) {
  const rules::LocalTime local = zone.local(t);
  const auto day = std::chrono::floor<std::chrono::days>(local);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{local - day};
  const std::chrono::seconds offset = zone.offset(t);
  const std::chrono::hh_mm_ss shift{std::chrono::abs(offset)};
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02} {}{:02}:{:02} {}",
                     static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()), time.hours().count(),
                     time.minutes().count(), time.seconds().count(), offset.count() < 0 ? "-" : "+",
                     shift.hours().count(), shift.minutes().count(), zone.name());
}

void print_times(const std::vector<rules::Instant>& times, const rules::Zone& zone,
                 std::ostream& out) {
  for (const rules::Instant t : times) {
    out << "  " << rules::to_text(t) << "  " << local_text(t, zone) << '\n';
  }
  if (times.empty()) {
    out << "  never\n";
  }
}

ExitCode print_job_times(const std::string& config, int number, rules::Instant from,
                         std::ostream& out) {
  rules::RuleLoader loader;
  const Loaded loaded = load_with_roster(config, loader);
  if (refuse(loaded)) {
    return ExitCode::findings;
  }
  for (const WorkJob& job : jobs_of(*loaded.rules, connectors::plan_groups(*loaded.rules))) {
    out << job.job.name << "  (" << job.job.schedule.text() << ")\n";
    print_times(next_of(job.job.schedule, from, number), job.job.schedule.zone(), out);
  }
  return ExitCode::ok;
}

}  // namespace

namespace {

// Reads the targets that other systems keep, as the daemon will. Its place in the rules names what
// cannot be read at all.
void read_target_tables(Loaded& loaded, const std::vector<SourcePlan>& plans) {
  rules::TargetsByMeasure targets;
  rules::Diagnostics found;
  for (const rules::Measure& measure : loaded.rules->measures) {
    const auto plan = std::find_if(plans.begin(), plans.end(), [&](const SourcePlan& one) {
      return measure.target_source && one.id == measure.target_source->source;
    });
    if (plan == plans.end()) {
      continue;
    }
    const rules::Roster asked = table_of(*measure.target_source);
    const auto table = plan->make()->read(roster_query(asked, plan->kind), target_rows_max, {});
    if (table) {
      targets.emplace(measure.id,
                      rules::read_target_table(
                          roster_table(asked.from.empty() ? measure.id : asked.from, *table),
                          measure, *loaded.rules, found));
    } else {
      found.push_back(
          {rules::Severity::warning, "targets-not-read",
           fmt::format("the targets of '{}' cannot be read: {}", measure.id, table.error().message),
           "the daemon starts with the last good copy of them, if there is one", asked.place});
    }
  }
  const bool good = !rules::has_errors(found);
  loaded.rules = good ? rules::with_targets(*loaded.rules, targets) : nullptr;
  std::move(found.begin(), found.end(), std::back_inserter(loaded.diagnostics));
}

void read_roster(Loaded& loaded, const std::vector<SourcePlan>& plans);

}  // namespace

Loaded load_with_roster(const std::string& config, rules::RuleLoader& loader) {
  const Surroundings surroundings = surroundings_of_process();
  Loaded loaded = load_all(config, loader, surroundings);
  const std::vector<SourcePlan> plans = source_plans(loaded.config, surroundings);
  if (loaded.rules != nullptr && loaded.rules->roster) {
    read_roster(loaded, plans);
  }
  if (loaded.rules != nullptr) {
    read_target_tables(loaded, plans);
  }
  return loaded;
}

namespace {

void read_roster(Loaded& loaded, const std::vector<SourcePlan>& plans) {
  const rules::Roster& roster = *loaded.rules->roster;
  for (const SourcePlan& plan : plans) {
    if (plan.id != roster.source) {
      continue;
    }
    const auto table = plan.make()->read(roster_query(roster, plan.kind), roster_rows_max, {});
    rules::Diagnostics found;
    if (!table) {
      found.push_back({rules::Severity::warning, "roster-not-read",
                       fmt::format("the roster cannot be read: {}", table.error().message),
                       "the daemon starts with the last good copy of it, if there is one",
                       roster.place});
    } else {
      auto teams =
          rules::read_roster(roster_table(roster.from.empty() ? "roster" : roster.from, *table),
                             loaded.rules->defaults, found);
      auto whole = rules::with_roster(*loaded.rules, std::move(teams), found);
      loaded.rules = rules::has_errors(found) ? nullptr : std::move(whole);
    }
    std::move(found.begin(), found.end(), std::back_inserter(loaded.diagnostics));
    if (loaded.rules == nullptr) {
      return;
    }
  }
}

// What the source expects of the next pull, when everything before what is not final is there.
void explain_pull(const connectors::ScanGroup& group, const SourcePlan& plan, rules::Instant now,
                  std::ostream& out) {
  const auto source = plan.make();
  auto* const estimates = dynamic_cast<connectors::EstimatesScans*>(source.get());
  if (estimates == nullptr) {
    out << "  explain   a source of kind '" << plan.kind << "' does not tell\n\n";
    return;
  }
  const Watermark caught_up = [now](const rules::Measure& measure) {
    return std::optional(now - measure.settle);
  };
  const auto steps = plan_pull(group, caught_up, now, {});
  const auto estimate = estimates->estimate(steps.back().scan, {});
  if (!estimate) {
    out << "  explain   failed: " << estimate.error().message << "\n\n";
    return;
  }
  out << fmt::format(
      "  explain   from {} on: about {:.0f} rows read, {:.0f} returned, cost {:.0f}\n",
      rules::to_text(steps.back().span.start), estimate->rows_read, estimate->rows_returned,
      estimate->cost);
  const auto list = [&out](const char* label, const std::vector<std::string>& lines) {
    for (const std::string& line : lines) {
      out << "  " << label << line << '\n';
    }
  };
  list("reads     ", estimate->reads);
  list("warning   ", estimate->warnings);
  list("advice    ", estimate->advice);
  out << '\n';
}

}  // namespace

ExitCode check_files(const std::string& config, const CheckCommand& command, std::ostream& out) {
  rules::RuleLoader loader;
  const Loaded loaded = load_with_roster(config, loader);
  const std::size_t errors = count(loaded.diagnostics, rules::Severity::error);
  const std::size_t warnings = count(loaded.diagnostics, rules::Severity::warning);
  if (command.format == "json") {
    for (const rules::Diagnostic& diagnostic : loaded.diagnostics) {
      out << rules::render_json(diagnostic) << '\n';
    }
  } else {
    out << render_all(loaded);
    out << plural(errors, "error") << ", " << plural(warnings, "warning");
    if (loaded.rules != nullptr) {
      out << fmt::format("; {}, {}, {}, {}", plural(loaded.rules->measures.size(), "measure"),
                         plural(loaded.rules->teams.size(), "team"),
                         plural(loaded.rules->alerts.size(), "alert"),
                         plural(loaded.rules->digests.size(), "digest"));
    }
    out << '\n';
  }
  const bool good = errors == 0 && !(command.strict && warnings > 0);
  return good ? ExitCode::ok : ExitCode::findings;
}

ExitCode explain_id(const std::string& config, const ExplainCommand& command, std::ostream& out) {
  rules::RuleLoader loader;
  const Loaded loaded = load_with_roster(config, loader);
  if (refuse(loaded)) {
    return ExitCode::findings;
  }
  std::vector<std::string> ids;
  const auto collect = [&ids](const auto& list) {
    for (const auto& one : list) {
      ids.push_back(one.id);
    }
  };
  collect(loaded.rules->measures);
  collect(loaded.rules->teams);
  collect(loaded.rules->drivers);
  collect(loaded.rules->alerts);
  collect(loaded.rules->digests);
  collect(loaded.rules->silences);
  std::sort(ids.begin(), ids.end());
  if (command.list) {
    for (const std::string& id : ids) {
      out << id << '\n';
    }
    return ExitCode::ok;
  }
  const auto settings = loader.explain(*loaded.rules, command.id);
  if (settings.empty()) {
    std::cerr << "error: nothing is called '" << command.id
              << "'; 'measured explain --list' prints all ids\n";
    return ExitCode::findings;
  }
  TextTable table({"setting", "value", "from"});
  for (const rules::ExplainedSetting& setting : settings) {
    table.add({setting.key, setting.value, setting.origin});
  }
  table.print(out);
  return ExitCode::ok;
}

ExitCode print_plan(const std::string& config, const PlanCommand& command, rules::Instant now,
                    std::ostream& out) {
  rules::RuleLoader loader;
  const Loaded loaded = load_with_roster(config, loader);
  if (refuse(loaded)) {
    return ExitCode::findings;
  }
  if (!command.measure.empty() && loaded.rules->measure(command.measure) == nullptr) {
    std::cerr << "error: no measure has the id '" << command.measure << "'\n";
    return ExitCode::findings;
  }
  const auto groups = connectors::plan_groups(*loaded.rules);
  const auto plans = source_plans(loaded.config, surroundings_of_process());
  const auto jobs = jobs_of(*loaded.rules, groups);
  const Watermark none = [](const rules::Measure&) { return std::nullopt; };
  for (const connectors::ScanGroup& group : groups) {
    std::string measures;
    bool wanted = command.measure.empty();
    for (const rules::Measure* measure : group.measures) {
      measures += (measures.empty() ? "" : ", ") + measure->id;
      wanted = wanted || measure->id == command.measure;
    }
    const std::string& source_id = group.measures.front()->source;
    const auto plan = std::find_if(plans.begin(), plans.end(),
                                   [&](const SourcePlan& one) { return one.id == source_id; });
    if (!wanted || plan == plans.end()) {
      continue;
    }
    const auto steps = plan_pull(group, none, now, {});
    out << "pull/" << group.key << "\n  source    " << source_id << " (" << plan->kind
        << ")\n  measures  " << measures << "\n  first     "
        << rules::to_text(steps.front().span.start) << " to "
        << rules::to_text(steps.back().span.end) << " in " << plural(steps.size(), "statement")
        << "\n\n"
        << plan->make()->statement(steps.back().scan) << "\n\n";
    if (command.explain) {
      explain_pull(group, *plan, now, out);
    }
  }
  for (const WorkJob& job : jobs) {
    if (command.measure.empty() && command.next > 0) {
      out << job.job.name << "  (" << job.job.schedule.text() << ")\n";
      print_times(next_of(job.job.schedule, now, command.next), job.job.schedule.zone(), out);
    }
  }
  return ExitCode::ok;
}

ExitCode print_next(const std::string& config, const NextCommand& command, rules::Instant now,
                    std::ostream& out) {
  rules::Instant from = now;
  if (!command.from.empty()) {
    const auto parsed = rules::parse_instant(command.from);
    if (!parsed) {
      std::cerr << "error: --from: " << parsed.error().message << '\n';
      return ExitCode::usage;
    }
    from = *parsed;
  }
  if (command.phrase.empty() && command.cron.empty()) {
    return print_job_times(config, command.count, from, out);
  }
  const auto zone = rules::Zone::load(command.zone);
  if (!zone) {
    std::cerr << "error: --zone: " << zone.error().message << '\n';
    return ExitCode::usage;
  }
  const rules::DayMatch match = command.day_match == "all"   ? rules::DayMatch::all
                                : command.day_match == "any" ? rules::DayMatch::any
                                                             : rules::DayMatch::unset;
  const bool cron = !command.cron.empty();
  const std::string& text = cron ? command.cron : command.phrase;
  const auto schedule =
      cron ? rules::Schedule::cron(text, *zone, match) : rules::Schedule::phrase(text, *zone);
  if (!schedule) {
    const rules::ScheduleError& error = schedule.error();
    std::cerr << "error: " << error.message << " [" << error.kind << "]\n    " << text << "\n    "
              << std::string(std::min(error.offset, text.size()), ' ') << "^\n";
    if (!error.help.empty()) {
      std::cerr << "    = help: " << error.help << '\n';
    }
    return ExitCode::findings;
  }
  for (const rules::Instant t : next_of(*schedule, from, command.count)) {
    out << rules::to_text(t) << "  " << local_text(t, *zone) << '\n';
  }
  return ExitCode::ok;
}

void print_kinds(std::ostream& out) {
  TextTable table({"", "kind", ""});
  for (const connectors::SourceKind& kind : connectors::source_kinds()) {
    table.add({"source", std::string(kind.name), std::string(kind.summary)});
  }
  for (const connectors::DeliveryKind& kind : connectors::delivery_kinds()) {
    table.add({"channel", std::string(kind.name), std::string(kind.summary)});
  }
  table.print(out);
}

}  // namespace measured::daemon
