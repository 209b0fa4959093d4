#include "daemon/cli/acts.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "daemon/assembly.h"
#include "daemon/cli/table.h"
#include "daemon/work/acts.h"
#include "daemon/work/ledger_entries.h"
#include "daemon/work/subscriptions.h"
#include "rules/ascii.h"
#include "rules/units.h"

namespace measured::daemon {
namespace {

Author by_user(const std::string& by) {
  return {by.empty() ? user_name() : by, user_name(), ""};
}

std::string day_text(const rules::Zone& zone, Instant t) {
  return date_text(std::chrono::floor<std::chrono::days>(zone.local(t)));
}

// The beginning of a day in the team's zone.
rules::Result<Instant> day_of(std::string_view option, const std::string& text,
                              const rules::Zone& zone) {
  const auto day = rules::parse_date(text);
  if (!day) {
    return rules::give_up(fmt::format("{}: '{}' is not a day; write 2026-03-01", option, text));
  }
  return zone.resolve(rules::LocalTime{*day});
}

rules::Result<void> check_ids(const rules::RuleSet& rules, const std::string& measure,
                              const std::string& team) {
  const bool no_measure = rules.measure(measure) == nullptr;
  if (no_measure || (!team.empty() && rules.team(team) == nullptr)) {
    return rules::give_up(
        fmt::format("no {} has the id '{}'; 'measured explain --list' prints all ids",
                    no_measure ? "measure" : "team", no_measure ? measure : team));
  }
  return {};
}

rules::Result<void> list_acknowledgements(const AckCommand& command, Store& store,
                                          const rules::RuleSet& rules, std::ostream& out) {
  const auto misses = store.open_misses(command.measure, command.team);
  const auto rows = store.acknowledgements(command.measure);
  if (!misses || !rows) {
    return tl::unexpected(misses ? rows.error() : misses.error());
  }
  TextTable table({"team", "missed since", "acknowledged by", "until", "note", "planned"});
  for (const MissRow& miss : *misses) {
    const auto said = std::find_if(rows->rbegin(), rows->rend(), [&](const auto& row) {
      return row.miss == miss.number && !row.withdrawn_at;
    });
    const rules::Team* team = rules.team(miss.team);
    const rules::Zone zone = team != nullptr ? team->zone : rules.defaults.time_zone;
    const std::string since = day_text(zone, miss.began_at);
    if (said == rows->rend()) {
      table.add({miss.team, since, "-", "-", "-", "-"});
    } else {
      table.add({miss.team, since, said->author, day_text(zone, said->until), said->note,
                 said->action.empty() ? "-" : said->action});
    }
  }
  table.print(out);
  if (table.empty()) {
    out << "no miss of it lasts\n";
  }
  return {};
}

// The period of a measure that a day falls into.
rules::Result<Interval> period_of(const rules::Board& board, const rules::Measure& measure,
                                  const rules::RuleSet& rules, const std::string& team,
                                  const std::string& text) {
  const rules::MeasureSeries& series = *board.of(measure.id);
  const std::string any = rules.teams.empty() ? "" : rules.teams.front().id;
  const auto place = series.team_at(team.empty() ? any : team);
  const auto begin = place ? day_of("--period", text, series.zone_of(*place))
                           : rules::Result<Instant>(rules::give_up("there is no team"));
  if (!begin) {
    return tl::unexpected(begin.error());
  }
  const rules::SeriesTable& table = series.table();
  const int clock = table.clock_of(series.series_of(*place));
  for (std::int64_t number = table.first_period(clock); number < table.end_period(clock);
       ++number) {
    const Interval& period = table.period(clock, number);
    if (*begin >= period.start && *begin < period.end) {
      return period;
    }
  }
  return rules::give_up(
      fmt::format("--period: {} is in none of the newest {} periods of '{}', which begin with {}",
                  text, table.end_period(clock) - table.first_period(clock), measure.id,
                  rules::to_text(table.period(clock, table.first_period(clock)).start)));
}

rules::Result<void> list_annotations(const AnnotateCommand& command, Store& store,
                                     std::ostream& out) {
  const auto rows = store.annotations(command.measure, command.team);
  if (!rows) {
    return tl::unexpected(rows.error());
  }
  TextTable table({"number", "team", "from", "to", "note", "by"});
  for (const AnnotationRow& row : *rows) {
    table.add({std::to_string(row.number), row.team.empty() ? "all" : row.team,
               rules::to_text(row.period.start), rules::to_text(row.period.end), row.note,
               row.author});
  }
  table.print(out);
  if (table.empty()) {
    out << "nothing was noted\n";
  }
  return {};
}

std::string state_of(const SubscriptionRow& wanted, const rules::Zone& zone, Instant now) {
  const std::string why = why_not_now(wanted, zone, now, std::nullopt);
  if (!why.empty()) {
    return why;
  }
  return wanted.frequency.empty() ? "as the rules say" : wanted.frequency;
}

rules::Result<void> list_readers(const ReadersCommand& command, Store& store,
                                 const rules::RuleSet& rules, Instant now, std::ostream& out) {
  const auto rows = store.subscriptions("");
  if (!rows) {
    return tl::unexpected(rows.error());
  }
  TextTable table({"digest", "reader", "sent", "said by", "on"});
  for (const rules::Digest& digest : rules.digests) {
    for (const rules::Reader& reader : rules::readers_of(rules, digest)) {
      if ((!command.digest.empty() && command.digest != digest.id) ||
          (!command.reader.empty() && rules::lower(command.reader) != reader.id)) {
        continue;
      }
      const SubscriptionRow wanted = subscription_of(*rows, digest.id, reader.id);
      table.add({digest.id, reader.id, state_of(wanted, reader.zone, now),
                 wanted.author.empty() ? "-" : wanted.author,
                 wanted.author.empty() ? "-" : day_text(reader.zone, wanted.at)});
    }
  }
  table.print(out);
  return {};
}

}  // namespace

rules::Result<void> ack_command(const AckCommand& command, Store& store,
                                const std::shared_ptr<const rules::RuleSet>& rules, Instant now,
                                std::ostream& out) {
  if (const auto known = check_ids(*rules, command.measure, command.team); !known) {
    return known;
  }
  if (command.withdraw) {
    const auto taken = withdraw(store, command.measure, command.team, by_user(command.by), now);
    if (!taken) {
      return tl::unexpected(taken.error());
    }
    out << (*taken > 0 ? "withdrawn: it is told as a miss again\n"
                       : "no acknowledgement holds there\n");
    return {};
  }
  if (command.note.empty()) {
    return list_acknowledgements(command, store, *rules, out);
  }
  const auto until = day_of("--until", command.until, rules->team(command.team)->zone);
  if (!until) {
    return tl::unexpected(until.error());
  }
  if (*until <= now) {
    return rules::give_up(fmt::format("--until: {} is over; name a day to come", command.until));
  }
  Engine engine(store, {});
  if (const auto looked = engine.look(rules, now); !looked) {
    return looked;
  }
  const auto acted = acknowledge(
      engine, store, {command.measure, command.team, command.note, command.action, *until},
      by_user(command.by), now);
  if (!acted) {
    return tl::unexpected(acted.error());
  }
  out << fmt::format("acknowledged until {}; the ledger has it\n", command.until);
  return {};
}

rules::Result<void> annotate_command(const AnnotateCommand& command, Store& store,
                                     const std::shared_ptr<const rules::RuleSet>& rules,
                                     Instant now, std::ostream& out) {
  if (const auto known = check_ids(*rules, command.measure, command.team); !known) {
    return known;
  }
  if (command.note.empty()) {
    return list_annotations(command, store, out);
  }
  Engine engine(store, {});
  if (const auto looked = engine.look(rules, now); !looked) {
    return looked;
  }
  const auto period = period_of(engine.open_board(now), *rules->measure(command.measure), *rules,
                                command.team, command.period);
  if (!period) {
    return tl::unexpected(period.error());
  }
  const auto acted = annotate(store, {command.measure, command.team, *period, command.note},
                              by_user(command.by), now);
  if (!acted) {
    return tl::unexpected(acted.error());
  }
  out << fmt::format("noted for {} to {}; the ledger has it\n", rules::to_text(period->start),
                     rules::to_text(period->end));
  return {};
}

rules::Result<void> readers_command(const ReadersCommand& command, Store& store,
                                    const rules::RuleSet& rules, Instant now, std::ostream& out) {
  using Verb = ReadersCommand::Verb;
  if (command.verb == Verb::list) {
    return list_readers(command, store, rules, now, out);
  }
  const std::string reader = rules::lower(command.reader);
  int changed = 0;
  for (const rules::Digest& digest : rules.digests) {
    const std::vector<rules::Reader> readers = rules::readers_of(rules, digest);
    const auto found = std::find_if(readers.begin(), readers.end(),
                                    [&](const rules::Reader& one) { return one.id == reader; });
    if (found == readers.end() || (!command.digest.empty() && command.digest != digest.id)) {
      continue;
    }
    SubscriptionRow row{digest.id, reader, "active", "", std::nullopt, user_name(), now};
    if (command.verb == Verb::pause) {
      const auto until = day_of("--until", command.until, found->zone);
      if (!until) {
        return tl::unexpected(until.error());
      }
      row.state = "paused";
      row.until = *until;
    } else if (command.verb == Verb::unsubscribe) {
      row.state = "unsubscribed";
    } else {
      row.frequency = command.frequency == "always" ? "" : command.frequency;
    }
    if (const auto stored = store.subscribe(row); !stored) {
      return stored;
    }
    out << fmt::format("{}: {} {}\n", digest.id, reader, state_of(row, found->zone, now));
    ++changed;
  }
  if (changed == 0) {
    return rules::give_up(
        fmt::format("'{}' reads no such digest; 'measured readers list' prints who reads what",
                    command.reader));
  }
  return {};
}

}  // namespace measured::daemon
