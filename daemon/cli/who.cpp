#include "daemon/cli/who.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "daemon/cli/table.h"
#include "rules/digest/content.h"

namespace measured::daemon {
namespace {

bool among(const std::vector<std::string>& ids, const std::string& id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

std::string when_of(const rules::Digest& digest) {
  const std::string at = digest.at.phrase.empty() ? "cron " + digest.at.cron : digest.at.phrase;
  switch (digest.when) {
    case rules::Digest::When::always: return at;
    case rules::Digest::When::on_change: return at + ", on change";
    case rules::Digest::When::on_signal: return at + ", on signal";
  }
  return at;
}

std::string why(const rules::Reader& reader, rules::SeenAs seen, const rules::Measure& measure,
                const rules::Team& team) {
  switch (seen) {
    case rules::SeenAs::own_team:
      return reader.roles.listed ? "listed in the digest" : "manages '" + team.id + "'";
    case rules::SeenAs::inside:
      return fmt::format("'{}' is inside '{}': when it misses or changes", team.id, team.parent);
    case rules::SeenAs::owned_driver: return "owns driver '" + measure.driver + "'";
    case rules::SeenAs::not_at_all: break;
  }
  return "";
}

void add_digests(const rules::RuleSet& rules, const rules::Measure& measure,
                 const rules::Team& team, TextTable& table) {
  for (const rules::Digest& digest : rules.digests) {
    for (const rules::Reader& reader : rules::readers_of(rules, digest)) {
      const rules::SeenAs seen = rules::seen_as(rules, digest, reader, measure, team);
      if (seen != rules::SeenAs::not_at_all) {
        table.add({reader.person.email, "digest " + digest.id, when_of(digest),
                   fmt::format("{}", fmt::join(digest.send, ", ")),
                   why(reader, seen, measure, team)});
      }
    }
  }
}

void add_alerts(const rules::RuleSet& rules, const rules::Measure& measure, const rules::Team& team,
                TextTable& table) {
  for (const rules::Alert& alert : rules.alerts) {
    const bool meant = (alert.measures.empty() || among(alert.measures, measure.id)) &&
                       (alert.teams.empty() || among(alert.teams, team.id));
    if (!meant) {
      continue;
    }
    for (const std::string& channel : alert.send) {
      table.add({"-", "alert " + alert.id, fmt::format("after {} periods", alert.for_periods),
                 channel, fmt::format("{}", fmt::join(alert.on, ", "))});
    }
  }
}

}  // namespace

rules::Result<void> print_who(const WhoCommand& command, const rules::RuleSet& rules,
                              rules::Instant now, std::ostream& out) {
  const rules::Measure* measure = rules.measure(command.measure);
  const rules::Team* team = rules.team(command.team);
  if (measure == nullptr || team == nullptr) {
    return rules::give_up(
        fmt::format("no {} has the id '{}'; 'measured explain --list' prints all ids",
                    measure == nullptr ? "measure" : "team",
                    measure == nullptr ? command.measure : command.team));
  }
  TextTable table({"reader", "told by", "when", "channel", "why"});
  add_digests(rules, *measure, *team, table);
  add_alerts(rules, *measure, *team, table);
  if (table.empty()) {
    out << fmt::format(
        "nobody is told of '{}' at '{}': name its team's manager, or a digest's 'to'\n",
        measure->id, team->id);
    return {};
  }
  table.print(out);
  if (const rules::Silence* silence =
          rules::silence_of(rules.silences, rules, measure->id, team->id, now)) {
    out << fmt::format("alerts are silent until {}: {}\n", rules::to_text(silence->span.end),
                       silence->reason);
  }
  return {};
}

}  // namespace measured::daemon
