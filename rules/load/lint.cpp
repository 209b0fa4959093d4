// Warnings: what loads, but is seldom what its author meant.

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "rules/load/resolve.h"

namespace measured::rules {
namespace {

void warn(Diagnostics& out, const SourceSpan& where, std::string code, std::string message,
          std::string help) {
  out.push_back({Severity::warning, std::move(code), std::move(message), std::move(help), where});
}

void lint_targets(const Measure& measure, Diagnostics& out) {
  if (measure.targets.empty()) {
    return;
  }
  if (measure.guardrails.empty() && measure.guardrail_waived.empty()) {
    warn(out, measure.place, "target-without-guardrail",
         fmt::format("'{}' has a target and nothing that guards it", measure.id),
         "name a measure under 'guardrails' that gets worse when this one is gamed, or say why "
         "none is needed with 'guardrail_waived: REASON'");
  }
  for (const DatedTarget& target : measure.targets) {
    const Direction good =
        measure.better == Better::higher ? Direction::at_least : Direction::at_most;
    if (target.value.direction != good) {
      warn(out, target.place, "target-against-better",
           fmt::format("more of '{}' is {}, and its target is '{}'", measure.id,
                       measure.better == Better::higher ? "better" : "worse",
                       target.value.direction == Direction::at_least ? "at_least" : "at_most"),
           measure.better == Better::higher ? "write 'better: lower', or 'at_least'"
                                            : "write 'better: higher', or 'at_most'");
    }
  }
}

void lint_guardrails(const Measure& measure, const RuleSet& rules, Diagnostics& out) {
  for (const std::string& id : measure.guardrails) {
    const Measure* guard = rules.measure(id);
    if (guard != nullptr && guard->targets.empty()) {
      warn(out, measure.place, "guardrail-without-target",
           fmt::format("'{}' guards '{}' and has no target of its own", id, measure.id),
           fmt::format("give '{}' a target: without one it is never broken", id));
    }
  }
}

void lint_measures(const RuleSet& rules, Diagnostics& out) {
  std::set<std::string_view> outcomes_used;
  for (const Driver& driver : rules.drivers) {
    outcomes_used.insert(driver.outcome);
  }
  for (const Measure& measure : rules.measures) {
    if (measure.is_outcome) {
      if (!outcomes_used.contains(measure.id)) {
        warn(out, measure.place, "unused-id",
             fmt::format("no driver names the outcome '{}'", measure.id),
             fmt::format("write 'outcome: {}' at the driver that leads to it", measure.id));
      }
      continue;
    }
    if (measure.driver.empty()) {
      warn(out, measure.place, "measure-without-driver",
           fmt::format("'{}' belongs to no driver", measure.id),
           "write 'driver: …', so that a reader knows what it is good for");
    }
    lint_targets(measure, out);
    lint_guardrails(measure, rules, out);
  }
}

void lint_drivers(const RuleSet& rules, Diagnostics& out) {
  std::set<std::string_view> used;
  for (const Measure& measure : rules.measures) {
    used.insert(measure.driver);
  }
  for (const Driver& driver : rules.drivers) {
    if (!used.contains(driver.id)) {
      warn(out, driver.place, "driver-without-measure",
           fmt::format("no measure belongs to the driver '{}'", driver.id),
           fmt::format("write 'driver: {}' at a measure that a team can act on", driver.id));
    }
  }
}

void lint_readers(const RuleSet& rules, Diagnostics& out) {
  const bool managed = rules.roster.has_value() ||
                       std::any_of(rules.teams.begin(), rules.teams.end(),
                                   [](const Team& t) { return !t.manager.email.empty(); });
  for (const Digest& digest : rules.digests) {
    if (digest.to_managers ? !managed : digest.to.empty()) {
      warn(out, digest.place, "digest-without-readers",
           fmt::format("nobody receives the digest '{}'", digest.id),
           digest.to_managers ? "give a team 'manager: {name: …, email: …}'"
                              : "write 'to: managers', or a list of addresses");
    }
  }
}

}  // namespace

void lint(const RuleSet& rules, Diagnostics& out) {
  lint_measures(rules, out);
  lint_drivers(rules, out);
  lint_readers(rules, out);
}

}  // namespace measured::rules
