#include "daemon/cli/look.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "daemon/cli/mail_text.h"
#include "daemon/cli/table.h"

namespace measured::daemon {
namespace {

std::string seconds_between(Instant from, Instant to) {
  return fmt::format("{} s", (to - from).count());
}

std::string when(std::optional<Instant> t) {
  return t ? rules::to_text(*t) : "-";
}

rules::Result<void> list_messages(const OutboxCommand& command, Store& store, std::ostream& out) {
  const auto rows = store.outbox({command.state, command.channel, command.rows});
  if (!rows) {
    return tl::unexpected(rows.error());
  }
  TextTable table({"number", "state", "channel", "recipient", "created", "due", "attempts",
                   "subject", "last error"});
  for (const OutboxRow& row : *rows) {
    table.add({std::to_string(row.number), row.state, row.channel,
               row.recipient.empty() ? "-" : row.recipient, when(row.created_at),
               row.state == "pending" ? when(row.due_at) : "-", std::to_string(row.attempts),
               row.subject, row.last_error});
  }
  table.print(out);
  if (table.empty()) {
    out << "no such messages\n";
  }
  return {};
}

rules::Failure no_message(std::int64_t number) {
  return {rules::Failure::Retry::never,
          fmt::format("no message has the number {}; 'measured outbox list' prints them", number)};
}

rules::Result<void> show_message(std::int64_t number, bool as_text, Store& store,
                                 std::ostream& out) {
  const auto row = store.outbox_row(number);
  if (!row) {
    return tl::unexpected(row.error());
  }
  if (!*row) {
    return tl::unexpected(no_message(number));
  }
  const OutboxRow& message = **row;
  if (const std::string text = as_text ? text_of_mail(message.body) : ""; !text.empty()) {
    out << "To: " << message.recipient << "\nSubject: " << message.subject << "\n\n" << text;
    return {};
  }
  out << "id:         " << message.id << "\nstate:      " << message.state
      << "\nchannel:    " << message.channel << "\nrecipient:  " << message.recipient
      << "\ncreated:    " << when(message.created_at) << "\ndue:        " << when(message.due_at)
      << "\nexpires:    " << when(message.expires_at) << '\n';
  const auto attempts = store.attempts(number);
  if (!attempts) {
    return tl::unexpected(attempts.error());
  }
  for (const AttemptRow& attempt : *attempts) {
    out << fmt::format("attempt {}:  {} {} {} {}\n", attempt.attempt, when(attempt.at),
                       attempt.result, attempt.status == 0 ? "" : std::to_string(attempt.status),
                       attempt.detail);
  }
  out << '\n' << message.body;
  if (message.body.empty() || message.body.back() != '\n') {
    out << '\n';
  }
  return {};
}

rules::Result<void> make_due(const OutboxCommand& command, Store& store, Instant now,
                             std::ostream& out) {
  std::vector<std::int64_t> numbers = command.numbers;
  for (const std::int64_t number : numbers) {
    const auto row = store.outbox_row(number);
    if (!row) {
      return tl::unexpected(row.error());
    }
    if (!*row) {
      return tl::unexpected(no_message(number));
    }
  }
  if (command.all_dead) {
    const auto dead = store.outbox({"dead", "", 1'000'000});
    if (!dead) {
      return tl::unexpected(dead.error());
    }
    for (const OutboxRow& row : *dead) {
      numbers.push_back(row.number);
    }
  }
  const auto changed = command.verb == OutboxCommand::Verb::replay ? store.replay(numbers, now)
                                                                   : store.retry_now(numbers, now);
  if (!changed) {
    return tl::unexpected(changed.error());
  }
  out << fmt::format("{} of {} messages will be sent now, under the ids they have\n", *changed,
                     numbers.size());
  if (*changed < static_cast<std::int64_t>(numbers.size())) {
    out << (command.verb == OutboxCommand::Verb::replay
                ? "the others are not dead: 'outbox retry' sends waiting ones sooner\n"
                : "the others are not waiting: 'outbox replay' sends dead ones again\n");
  }
  return {};
}

}  // namespace

rules::Result<void> print_runs(const RunsCommand& command, Store& store, std::ostream& out) {
  const auto rows = store.slots(command.job, command.rows);
  if (!rows) {
    return tl::unexpected(rows.error());
  }
  TextTable table({"job", "slot", "outcome", "started", "took", "detail"});
  for (const SlotRow& row : *rows) {
    table.add({row.job, when(row.nominal), row.outcome, when(row.started_at),
               row.ended_at ? seconds_between(row.started_at, *row.ended_at) : "-", row.detail});
  }
  table.print(out);
  if (table.empty()) {
    out << "no slot has run yet\n";
  }
  return {};
}

rules::Result<void> outbox_command(const OutboxCommand& command, Store& store, Instant now,
                                   std::ostream& out) {
  switch (command.verb) {
    case OutboxCommand::Verb::list: return list_messages(command, store, out);
    case OutboxCommand::Verb::show:
      return show_message(command.numbers.front(), command.text, store, out);
    case OutboxCommand::Verb::retry:
    case OutboxCommand::Verb::replay: return make_due(command, store, now, out);
  }
  return {};
}

rules::Result<void> channel_command(const ChannelCommand& command, Store& store,
                                    const Config& config, Instant now, std::ostream& out) {
  const auto declared =
      std::any_of(config.channels.begin(), config.channels.end(),
                  [&](const ConnectorSetting& channel) { return channel.id == command.enable; });
  if (!command.enable.empty() && !declared) {
    return rules::give_up("no channel has the id '" + command.enable +
                          "'; 'measured channel list' prints them");
  }
  const auto states = store.channel_states();
  if (!states) {
    return tl::unexpected(states.error());
  }
  std::map<std::string, Store::ChannelState> known;
  for (const Store::ChannelState& state : *states) {
    known[state.channel] = state;
  }
  if (!command.enable.empty()) {
    const std::string was = known[command.enable].state;
    if (was.empty() || was == "ok") {
      out << "channel '" << command.enable << "' is in use already\n";
      return {};
    }
    if (const auto set = store.set_channel_state(command.enable, "ok", "", now); !set) {
      return set;
    }
    out << "channel '" << command.enable << "' was " << was << " and is in use again\n";
    return {};
  }
  TextTable table({"channel", "kind", "state", "since", "reason"});
  for (const ConnectorSetting& channel : config.channels) {
    const auto state = known.find(channel.id);
    const bool open = state == known.end() || state->second.state == "ok";
    table.add({channel.id, channel.kind, open ? "in use" : state->second.state,
               open ? "-" : when(state->second.at), open ? "" : state->second.reason});
  }
  table.print(out);
  return {};
}

rules::Result<void> print_ledger(const LedgerCommand& command, Store& store, std::ostream& out) {
  if (command.verify) {
    if (const auto verified = store.verify_ledger(); !verified) {
      return tl::unexpected(verified.error());
    }
    out << "the chain holds\n";
    return {};
  }
  const auto rows = store.ledger("", command.subject);
  if (!rows) {
    return tl::unexpected(rows.error());
  }
  TextTable table({"number", "at", "kind", "subject", "author", "change", "hash"});
  for (const LedgerRow& row : *rows) {
    table.add({std::to_string(row.number), when(row.at), row.kind, row.subject, row.author,
               row.body, row.hash.substr(0, 12)});
  }
  table.print(out);
  return {};
}

}  // namespace measured::daemon
