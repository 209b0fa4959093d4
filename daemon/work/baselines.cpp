// A baseline moves only where somebody declared a change. There are two ways, and both leave a row
// in the ledger: a key in the rules, whose whole list is written when it differs from the one
// before ({"before":…,"after":…}), and a command, one row each ({"declared":…}). A command's row
// is also where the judge reads it from: the ledger cannot be edited quietly.
#include "daemon/work/baselines.h"

#include <fmt/format.h>

#include "rules/text/json.h"
#include "rules/units.h"

namespace measured::daemon {
namespace {

std::string date_text(std::chrono::local_days day) {
  const std::chrono::year_month_day date{day};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

void write(rules::JsonWriter& json, const rules::DeclaredBaseline& baseline) {
  json.begin_object().member("from", date_text(baseline.from)).member("reason", baseline.reason);
  if (!baseline.by.empty()) {
    json.member("by", baseline.by);
  }
  if (!baseline.teams.empty()) {
    json.key("teams").begin_array();
    for (const std::string& team : baseline.teams) {
      json.value(std::string_view(team));
    }
    json.end_array();
  }
  json.end_object();
}

std::string text_of(const rules::JsonValue& object, std::string_view name) {
  const rules::JsonValue* value = object.find(name);
  return value != nullptr && value->kind == rules::JsonValue::Kind::string ? value->text : "";
}

}  // namespace

std::string baselines_json(const rules::Measure& measure) {
  rules::JsonWriter json;
  json.begin_array();
  for (const rules::DeclaredBaseline& baseline : measure.baselines) {
    write(json, baseline);
  }
  return json.end_array().text();
}

LedgerRow declared_row(const std::string& measure, const rules::DeclaredBaseline& baseline,
                       Instant now, std::string_view author) {
  rules::JsonWriter json;
  json.begin_object().key("declared");
  write(json, baseline);
  json.end_object();
  LedgerRow row;
  row.at = now;
  row.kind = "baseline";
  row.subject = measure;
  row.body = json.text();
  row.author = author;
  return row;
}

std::vector<rules::DeclaredBaseline> declared_baselines(std::span<const LedgerRow> rows) {
  std::vector<rules::DeclaredBaseline> found;
  for (const LedgerRow& row : rows) {
    const auto json = rules::parse_json(row.body);
    const rules::JsonValue* declared = json ? json->find("declared") : nullptr;
    if (declared == nullptr) {
      continue;
    }
    const auto from = rules::parse_date(text_of(*declared, "from"));
    if (!from) {
      continue;
    }
    rules::DeclaredBaseline baseline;
    baseline.from = *from;
    baseline.reason = text_of(*declared, "reason");
    baseline.by = row.author;
    if (const rules::JsonValue* teams = declared->find("teams"); teams != nullptr) {
      for (const rules::JsonValue& team : teams->items) {
        baseline.teams.push_back(team.text);
      }
    }
    found.push_back(std::move(baseline));
  }
  return found;
}

}  // namespace measured::daemon
