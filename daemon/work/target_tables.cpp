#include "daemon/work/target_tables.h"

#include "daemon/work/roster.h"
#include "rules/diagnostic.h"

namespace measured::daemon {

rules::Roster table_of(const rules::TargetSource& source) {
  return {source.source, source.from, source.query, source.refresh, source.place};
}

rules::Result<std::vector<rules::DatedTarget>> targets_of(const rules::RosterTable& table,
                                                          const rules::Measure& measure,
                                                          const rules::RuleSet& rules) {
  rules::Diagnostics found;
  std::vector<rules::DatedTarget> targets = rules::read_target_table(table, measure, rules, found);
  if (!rules::has_errors(found)) {
    return targets;
  }
  std::string text;
  for (const rules::Diagnostic& diagnostic : found) {
    text += rules::render(diagnostic, "");
  }
  return rules::give_up(std::move(text));
}

std::string target_fact(std::string_view measure) {
  return "targets/" + std::string(measure);
}

std::shared_ptr<const rules::RuleSet> with_kept_targets(std::shared_ptr<const rules::RuleSet> rules,
                                                        Store& store) {
  rules::TargetsByMeasure kept;
  for (const rules::Measure& measure : rules->measures) {
    const auto fact = measure.target_source ? store.fact(target_fact(measure.id))
                                            : rules::Result<std::optional<std::string>>();
    const auto table = fact && *fact ? roster_from_json(**fact) : std::nullopt;
    auto targets = table ? targets_of(*table, measure, *rules)
                         : rules::Result<std::vector<rules::DatedTarget>>();
    if (targets && !targets->empty()) {
      kept.emplace(measure.id, *std::move(targets));
    }
  }
  return kept.empty() ? rules : rules::with_targets(*rules, kept);
}

}  // namespace measured::daemon
