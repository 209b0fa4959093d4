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
  if (measure.targets.empty() && !measure.target_source) {
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
    if (guard != nullptr && guard->targets.empty() && !guard->target_source) {
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

void lint_samples(const Reading& reading) {
  for (const Measure& measure : reading.rules.measures) {
    if (!measure.targets.empty() && reading.by_default_sample.contains(measure.id)) {
      warn(reading.out, measure.place, "ratio-without-min-sample",
           fmt::format("'{}' may be judged on {} cases, of which each is {:.3g} %", measure.id,
                       measure.min_sample, 100.0 / static_cast<double>(measure.min_sample)),
           "write 'min_sample: 30', or how many cases a verdict has to rest on");
    }
  }
}

void lint_calendars(const Reading& reading) {
  std::set<std::string_view> used;
  for (const Reference& reference : reading.references) {
    if (reference.to == Reference::To::calendar) {
      used.insert(reference.id);
    }
  }
  for (const auto& [id, place] : reading.calendars) {
    if (!used.contains(id)) {
      warn(reading.out, place, "unused-id", fmt::format("nothing uses the calendar '{}'", id),
           fmt::format("write 'calendar: {}' at a schedule or a duration, or take it out", id));
    }
  }
}

// What both lists name; an empty list stands for everything.
bool meet(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return a.empty() || b.empty() || std::any_of(a.begin(), a.end(), [&](const std::string& id) {
           return std::find(b.begin(), b.end(), id) != b.end();
         });
}

std::vector<std::string> common(const std::vector<std::string>& a,
                                const std::vector<std::string>& b) {
  std::vector<std::string> both;
  for (const std::string& id : a) {
    if (std::find(b.begin(), b.end(), id) != b.end()) {
      both.push_back(id);
    }
  }
  return both;
}

void lint_alerts(const RuleSet& rules, Diagnostics& out) {
  for (std::size_t i = 0; i < rules.alerts.size(); ++i) {
    for (std::size_t j = i + 1; j < rules.alerts.size(); ++j) {
      const Alert& first = rules.alerts[i];
      const Alert& second = rules.alerts[j];
      const std::vector<std::string> events = common(first.on, second.on);
      const std::vector<std::string> channels = common(first.send, second.send);
      if (!events.empty() && !channels.empty() && meet(first.measures, second.measures) &&
          meet(first.teams, second.teams)) {
        warn(out, second.place, "told-twice",
             fmt::format("'{}' and '{}' both tell '{}' of {}", first.id, second.id,
                         channels.front(), events.front()),
             "let one of them leave it out, or name other measures or teams");
      }
    }
  }
}

}  // namespace

void lint(const Reading& reading) {
  lint_measures(reading.rules, reading.out);
  lint_samples(reading);
  lint_drivers(reading.rules, reading.out);
  lint_calendars(reading);
  lint_alerts(reading.rules, reading.out);
  lint_readers(reading.rules, reading.out);
}

}  // namespace measured::rules
