#include "daemon/work/ledger_entries.h"

#include <map>

#include <fmt/format.h>

#include "daemon/work/baselines.h"
#include "rules/text/json.h"

namespace measured::daemon {
namespace {

std::string date_text(std::chrono::local_days day) {
  const std::chrono::year_month_day date{day};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

void write_value(rules::JsonWriter& json, const rules::TargetValue& value) {
  json.member(value.direction == rules::Direction::at_least ? "at_least" : "at_most", value.goal);
  if (value.watch) {
    json.member("watch", *value.watch);
  }
}

// {"before":…,"after":…}; `before` is JSON as it stood, or empty for nothing.
std::string change_json(std::string_view before, std::string_view after) {
  return fmt::format(R"({{"before":{},"after":{}}})", before.empty() ? "null" : before, after);
}

// The `after` of the newest row of each (kind, subject).
std::map<std::pair<std::string, std::string>, std::string> newest(
    std::span<const LedgerRow> known) {
  std::map<std::pair<std::string, std::string>, std::string> found;
  for (const LedgerRow& row : known) {
    const std::size_t after = row.body.rfind(R"(,"after":)");
    if (after != std::string::npos) {
      constexpr std::size_t key_length = 9;
      found[{row.kind, row.subject}] =
          row.body.substr(after + key_length, row.body.size() - after - key_length - 1);
    }
  }
  return found;
}

using Before = std::map<std::pair<std::string, std::string>, std::string>;

std::string silence_json(const rules::Silence& silence) {
  rules::JsonWriter json;
  json.begin_object();
  for (const auto& [name, ids] :
       {std::pair{"measures", &silence.measures}, {"teams", &silence.teams}}) {
    json.key(name).begin_array();
    for (const std::string& id : *ids) {
      json.value(id);
    }
    json.end_array();
  }
  json.member("from", rules::to_text(silence.span.start))
      .member("until", rules::to_text(silence.span.end))
      .member("reason", silence.reason);
  return json.end_object().text();
}

// A silence is told by whom it names, else by whoever brought the rules.
void add_silences(const rules::RuleSet& rules, const Before& before, Instant now,
                  std::string_view author, std::vector<LedgerRow>& rows) {
  const auto add = [&](const std::string& id, std::string_view was, std::string_view after,
                       std::string_view by) {
    LedgerRow row;
    row.at = now;
    row.kind = "silence";
    row.subject = id;
    row.body = change_json(was, after);
    row.author = by;
    rows.push_back(std::move(row));
  };
  std::map<std::string, std::string> now_in_force;
  for (const rules::Silence& silence : rules.silences) {
    const std::string after = silence_json(silence);
    const auto was = before.find({"silence", silence.id});
    now_in_force.emplace(silence.id, after);
    if (was == before.end() || was->second != after) {
      add(silence.id, was == before.end() ? "" : was->second, after,
          silence.by.empty() ? author : std::string_view(silence.by));
    }
  }
  for (const auto& [key, was] : before) {
    if (key.first == "silence" && was != "null" && !now_in_force.contains(key.second)) {
      add(key.second, was, "null", author);
    }
  }
}

}  // namespace

std::string targets_json(const rules::Measure& measure) {
  rules::JsonWriter json;
  json.begin_array();
  for (const rules::DatedTarget& target : measure.targets) {
    json.begin_object().member("from", date_text(target.from));
    write_value(json, target.value);
    if (target.review) {
      json.member("review", date_text(*target.review));
    }
    if (!target.teams.empty()) {
      json.key("teams").begin_object();
      for (const auto& [team, value] : target.teams) {
        json.key(team).begin_object();
        write_value(json, value);
        json.end_object();
      }
      json.end_object();
    }
    json.end_object();
  }
  return json.end_array().text();
}

std::vector<LedgerRow> ledger_entries(const rules::RuleSet& rules, std::span<const LedgerRow> known,
                                      Instant now, std::string_view author) {
  const auto before = newest(known);
  std::vector<LedgerRow> rows;
  const auto compare = [&](const char* kind, const rules::Measure& measure,
                           const std::string& after) {
    const auto found = before.find({kind, measure.id});
    const std::string was = found == before.end() ? "" : found->second;
    if (was != after) {
      LedgerRow row;
      row.at = now;
      row.kind = kind;
      row.subject = measure.id;
      row.body = change_json(was, after);
      row.author = author;
      rows.push_back(std::move(row));
    }
  };
  for (const rules::Measure& measure : rules.measures) {
    compare("definition", measure, fmt::format("\"{}\"", measure.definition));
    if (!measure.targets.empty() || before.contains({"target", measure.id})) {
      compare("target", measure, targets_json(measure));
    }
    if (!measure.baselines.empty() || before.contains({"baseline", measure.id})) {
      compare("baseline", measure, baselines_json(measure));
    }
  }
  add_silences(rules, before, now, author, rows);
  return rows;
}

}  // namespace measured::daemon
