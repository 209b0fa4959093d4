#include "daemon/cli/baseline.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "daemon/assembly.h"
#include "daemon/cli/table.h"
#include "daemon/work/baselines.h"
#include "daemon/work/ledger_entries.h"
#include "rules/units.h"

namespace measured::daemon {
namespace {

rules::Result<void> list_baselines(const rules::Measure& measure, Store& store, std::ostream& out) {
  const auto rows = store.ledger("baseline", measure.id);
  if (!rows) {
    return tl::unexpected(rows.error());
  }
  TextTable table({"from", "teams", "reason", "by", "declared in"});
  const auto add = [&table](const rules::DeclaredBaseline& baseline, const char* where) {
    table.add({date_text(baseline.from),
               baseline.teams.empty() ? "all" : fmt::format("{}", fmt::join(baseline.teams, ", ")),
               baseline.reason, baseline.by.empty() ? "-" : baseline.by, where});
  };
  for (const rules::DeclaredBaseline& baseline : measure.baselines) {
    add(baseline, "rules");
  }
  for (const rules::DeclaredBaseline& baseline : declared_baselines(*rows)) {
    add(baseline, "ledger");
  }
  table.print(out);
  if (table.empty()) {
    out << "no change was declared: each chart rests on its first 20 periods\n";
  }
  return {};
}

}  // namespace

rules::Result<void> baseline_command(const BaselineCommand& command, Store& store,
                                     const rules::RuleSet& rules, Instant now, std::ostream& out) {
  const rules::Measure* measure = rules.measure(command.measure);
  if (measure == nullptr) {
    return rules::give_up(fmt::format(
        "no measure has the id '{}'; 'measured explain --list' prints all ids", command.measure));
  }
  if (command.from.empty()) {
    return list_baselines(*measure, store, out);
  }
  const auto from = rules::parse_date(command.from);
  if (!from) {
    return rules::give_up(fmt::format("--from: '{}' is not a day; write 2026-03-01", command.from));
  }
  for (const std::string& team : command.teams) {
    if (rules.team(team) == nullptr) {
      return rules::give_up(
          fmt::format("no team has the id '{}'; 'measured explain --list' prints all ids", team));
    }
  }
  rules::DeclaredBaseline baseline;
  baseline.from = *from;
  baseline.reason = command.reason;
  baseline.teams = command.teams;
  const LedgerRow row = declared_row(measure->id, baseline, now, user_name());
  if (const auto written = store.append_ledger({&row, 1}); !written) {
    return written;
  }
  out << fmt::format(
      "declared: charts of '{}' begin a new baseline with the first period from {}; the ledger has "
      "it\n",
      measure->id, date_text(*from));
  return {};
}

}  // namespace measured::daemon
