#include "daemon/cli/silence.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "daemon/assembly.h"
#include "daemon/cli/table.h"
#include "daemon/work/declared_silences.h"
#include "daemon/work/engine.h"
#include "rules/units.h"

namespace measured::daemon {
namespace {

using Silences = std::vector<rules::Silence>;

const rules::Silence* find(const Silences& silences, std::string_view id) {
  const auto found = std::find_if(silences.begin(), silences.end(),
                                  [&](const rules::Silence& silence) { return silence.id == id; });
  return found == silences.end() ? nullptr : &*found;
}

std::string state_of(const rules::Silence& silence, Instant now) {
  return now < silence.span.start ? "to come" : now < silence.span.end ? "silent" : "over";
}

std::string named(const std::vector<std::string>& ids) {
  return ids.empty() ? "all" : fmt::format("{}", fmt::join(ids, ", "));
}

rules::Result<void> list(Store& store, const rules::RuleSet& rules, const Silences& declared,
                         Instant now, std::ostream& out) {
  TextTable table({"id", "state", "from", "until", "measures", "teams", "held back", "reason", "by",
                   "declared in"});
  const auto add = [&](const rules::Silence& silence, const char* where) -> rules::Result<void> {
    const auto held = store.fact(silenced_fact(silence.id));
    if (!held) {
      return tl::unexpected(held.error());
    }
    table.add({silence.id, state_of(silence, now), rules::to_text(silence.span.start),
               rules::to_text(silence.span.end), named(silence.measures), named(silence.teams),
               held->value_or("0"), silence.reason, silence.by.empty() ? "-" : silence.by, where});
    return {};
  };
  for (const auto& [silences, where] :
       {std::pair{&rules.silences, "rules"}, {&declared, "ledger"}}) {
    for (const rules::Silence& silence : *silences) {
      if (const auto added = add(silence, where); !added) {
        return added;
      }
    }
  }
  if (table.empty()) {
    out << "nothing is silenced, and nothing was\n";
  } else {
    table.print(out);
  }
  return {};
}

// The day's beginning in the default zone, as in the rules.
rules::Result<Instant> day_of(const char* option, const std::string& text,
                              const rules::RuleSet& rules) {
  const auto day = rules::parse_date(text);
  if (!day) {
    return rules::give_up(fmt::format("{}: '{}' is not a day; write 2026-03-01", option, text));
  }
  return rules.defaults.time_zone.resolve(rules::LocalTime{*day});
}

rules::Result<Interval> span_of(const SilenceCommand& command, const rules::RuleSet& rules,
                                Instant now) {
  Interval span{now, now};
  if (!command.from.empty()) {
    const auto from = day_of("--from", command.from, rules);
    if (!from) {
      return tl::unexpected(from.error());
    }
    span.start = *from;
  }
  if (!command.until.empty()) {
    const auto until = day_of("--until", command.until, rules);
    if (!until) {
      return tl::unexpected(until.error());
    }
    span.end = *until;
  } else {
    const auto lasts = rules::parse_duration(command.lasts);
    if (!lasts) {
      return rules::give_up("--for: " + lasts.error().message + "; " + lasts.error().help);
    }
    span.end = span.start + *lasts;
  }
  if (span.end <= std::max(span.start, now)) {
    return rules::give_up(
        "it would be over already: --until names the first day on which is told "
        "again");
  }
  return span;
}

rules::Result<void> check_names(const SilenceCommand& command, const rules::RuleSet& rules) {
  constexpr const char* hint = "'measured explain --list' prints all ids";
  for (const std::string& id : command.measures) {
    if (rules.measure(id) == nullptr) {
      return rules::give_up(fmt::format("no measure has the id '{}'; {}", id, hint));
    }
  }
  for (const std::string& id : command.teams) {
    if (rules.team(id) == nullptr) {
      return rules::give_up(fmt::format("no team has the id '{}'; {}", id, hint));
    }
  }
  if (command.measures.empty() && command.teams.empty()) {
    return rules::give_up("it would silence everything; name --measure or --team");
  }
  return {};
}

rules::Result<void> add(const SilenceCommand& command, Store& store, const rules::RuleSet& rules,
                        const Silences& declared, Instant now, std::ostream& out) {
  if (find(rules.silences, command.id) != nullptr || find(declared, command.id) != nullptr) {
    return rules::give_up(fmt::format(
        "there is a silence '{}' already, and what it held back is counted under that id; choose "
        "another, such as '{}-2'",
        command.id, command.id));
  }
  if (const auto known = check_names(command, rules); !known) {
    return known;
  }
  const auto span = span_of(command, rules, now);
  if (!span) {
    return tl::unexpected(span.error());
  }
  rules::Silence silence;
  silence.id = command.id;
  silence.measures = command.measures;
  silence.teams = command.teams;
  silence.span = *span;
  silence.reason = command.reason;
  const LedgerRow row = silence_row(silence, now, user_name());
  if (const auto written = store.append_ledger({&row, 1}); !written) {
    return written;
  }
  out << fmt::format(
      "'{}' is silent from {} until {}; the ledger has it. 'measured silence end {}' "
      "ends it\n",
      command.id, rules::to_text(span->start), rules::to_text(span->end), command.id);
  return {};
}

rules::Result<void> end(const SilenceCommand& command, Store& store, const rules::RuleSet& rules,
                        const Silences& declared, Instant now, std::ostream& out) {
  if (const rules::Silence* written = find(rules.silences, command.id); written != nullptr) {
    return rules::give_up(fmt::format("'{}' stands in the rules ({}:{}); end it there", command.id,
                                      written->place.file, written->place.line));
  }
  const rules::Silence* silence = find(declared, command.id);
  if (silence == nullptr) {
    return rules::give_up(
        fmt::format("no silence has the id '{}'; 'measured silence list' prints them", command.id));
  }
  if (silence->span.end <= now) {
    return rules::give_up(
        fmt::format("'{}' has been over since {}", command.id, rules::to_text(silence->span.end)));
  }
  const LedgerRow row = silence_end_row(command.id, command.reason, now, user_name());
  if (const auto written = store.append_ledger({&row, 1}); !written) {
    return written;
  }
  out << fmt::format("'{}' is over; the ledger has it\n", command.id);
  return {};
}

}  // namespace

rules::Result<void> silence_command(const SilenceCommand& command, Store& store,
                                    const rules::RuleSet& rules, Instant now, std::ostream& out) {
  const auto rows = store.ledger(silence_kind, "");
  if (!rows) {
    return tl::unexpected(rows.error());
  }
  const Silences declared = declared_silences(*rows);
  switch (command.verb) {
    case SilenceCommand::Verb::list: return list(store, rules, declared, now, out);
    case SilenceCommand::Verb::add: return add(command, store, rules, declared, now, out);
    case SilenceCommand::Verb::end: return end(command, store, rules, declared, now, out);
  }
  return {};
}

}  // namespace measured::daemon
