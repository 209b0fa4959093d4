#include "daemon/work/ledger_entries.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "daemon/work/baselines.h"
#include "rules/text/json.h"
#include "rules/units.h"

namespace measured::daemon {
namespace {

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

// The `after` of the newest row of each (kind, subject). Quotes inside a text are escaped, so no
// text holds the key.
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
                  const AuthorOf& author_of, std::vector<LedgerRow>& rows) {
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
          silence.by.empty() ? author_of(silence.place.file) : silence.by);
    }
  }
  for (const auto& [key, was] : before) {
    if (key.first == "silence" && was != "null" && !now_in_force.contains(key.second)) {
      add(key.second, was, "null", author_of(""));
    }
  }
}

bool same(const rules::JsonValue& a, const rules::JsonValue& b) {
  const auto member = [](const auto& x, const auto& y) {
    return x.first == y.first && same(x.second, y.second);
  };
  return a.kind == b.kind && a.number == b.number && a.text == b.text &&
         std::equal(a.items.begin(), a.items.end(), b.items.begin(), b.items.end(), same) &&
         std::equal(a.members.begin(), a.members.end(), b.members.begin(), b.members.end(), member);
}

bool holds(const rules::JsonValue& list, const rules::JsonValue& item) {
  return std::any_of(list.items.begin(), list.items.end(),
                     [&](const rules::JsonValue& one) { return same(one, item); });
}

}  // namespace

std::string date_text(std::chrono::local_days day) {
  const std::chrono::year_month_day date{day};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

std::string targets_json(const rules::Measure& measure) {
  rules::JsonWriter json;
  json.begin_array();
  for (const rules::DatedTarget& target : measure.targets) {
    json.begin_object().member("from", date_text(target.from));
    if (target.for_all) {
      write_value(json, target.value);
    }
    if (target.baseline) {
      json.member("better_than_baseline", target.baseline->better_by)
          .member("baseline",
                  date_text(target.baseline->first) + ".." + date_text(target.baseline->last));
    }
    if (target.review) {
      json.member("review", date_text(*target.review));
    }
    if (!target.teams.empty() && !target.baseline) {  // frozen ones have a row of their own
      json.key("teams").begin_object();
      for (const auto& [team, value] : target.teams) {
        json.key(team).begin_object();
        write_value(json, value);
        json.end_object();
      }
      json.end_object();
    }
    if (!target.reason.empty()) {
      json.member("reason", target.reason);
    }
    json.end_object();
  }
  return json.end_array().text();
}

std::vector<LedgerRow> ledger_entries(const rules::RuleSet& rules, std::span<const LedgerRow> known,
                                      Instant now, const AuthorOf& author_of) {
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
      row.author = kind == std::string_view("target") && measure.target_source
                       ? "source " + measure.target_source->source
                       : author_of(measure.place.file);
      rows.push_back(std::move(row));
    }
  };
  for (const rules::Measure& measure : rules.measures) {
    compare("definition", measure, fmt::format("\"{}\"", measure.definition));
    // Targets whose source has never answered are not known; they were not taken away.
    const bool unknown = measure.target_source && measure.targets.empty();
    if (!unknown && (!measure.targets.empty() || before.contains({"target", measure.id}))) {
      compare("target", measure, targets_json(measure));
    }
    if (!measure.baselines.empty() || before.contains({"baseline", measure.id})) {
      compare("baseline", measure, baselines_json(measure));
    }
  }
  add_silences(rules, before, now, author_of, rows);
  return rows;
}

std::vector<rules::Redefined> redefined(std::span<const LedgerRow> known) {
  std::vector<rules::Redefined> list;
  for (const LedgerRow& row : known) {
    if (row.kind == "definition" && !row.body.starts_with(R"({"before":null)")) {
      list.push_back({row.subject, row.at, row.author});
    }
  }
  return list;
}

std::vector<rules::TargetAuthor> target_authors(std::span<const LedgerRow> known) {
  std::map<std::pair<std::string, std::chrono::local_days>, std::string> authors;
  for (const LedgerRow& row : known) {
    const auto change = row.kind == "target" ? rules::parse_json(row.body) : std::nullopt;
    const rules::JsonValue* before = change ? change->find("before") : nullptr;
    const rules::JsonValue* after = change ? change->find("after") : nullptr;
    if (before == nullptr || after == nullptr || before->kind != rules::JsonValue::Kind::array) {
      continue;  // met whole when its measure was new: who wrote which line is not known
    }
    for (const rules::JsonValue& target : after->items) {
      const rules::JsonValue* from = target.find("from");
      const auto date = from != nullptr ? rules::parse_date(from->text)
                                        : rules::UnitResult<std::chrono::local_days>{};
      if (from != nullptr && date && !holds(*before, target)) {
        authors[{row.subject, *date}] = row.author;
      }
    }
  }
  std::vector<rules::TargetAuthor> list;
  for (const auto& [of, author] : authors) {
    list.push_back({of.first, of.second, author});
  }
  return list;
}

}  // namespace measured::daemon
