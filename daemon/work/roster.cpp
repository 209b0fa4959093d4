#include "daemon/work/roster.h"

#include "rules/diagnostic.h"
#include "rules/text/json.h"

namespace measured::daemon {
namespace {

std::vector<std::string> texts_of(const rules::JsonValue& list) {
  std::vector<std::string> texts;
  for (const rules::JsonValue& item : list.items) {
    texts.push_back(item.text);
  }
  return texts;
}

void write_texts(rules::JsonWriter& json, const std::vector<std::string>& texts) {
  json.begin_array();
  for (const std::string& text : texts) {
    json.value(text);
  }
  json.end_array();
}

}  // namespace

std::string roster_query(const rules::Roster& roster, std::string_view source_kind) {
  if (!roster.query.empty()) {
    return roster.query;
  }
  return source_kind == "csv" ? roster.from : "select * from " + roster.from;
}

rules::RosterTable roster_table(std::string place, const connectors::Table& table) {
  rules::RosterTable roster{std::move(place), table.columns, {}};
  for (const auto& row : table.rows) {
    std::vector<std::string> cells;
    for (const std::optional<std::string>& cell : row) {
      cells.push_back(cell.value_or(""));
    }
    roster.rows.push_back(std::move(cells));
  }
  return roster;
}

rules::Result<std::shared_ptr<const rules::RuleSet>> with_teams(const rules::RuleSet& rules,
                                                                const rules::RosterTable& table) {
  rules::Diagnostics found;
  std::vector<rules::Team> teams = rules::read_roster(table, rules.defaults, found);
  std::shared_ptr<const rules::RuleSet> whole;
  if (!rules::has_errors(found)) {
    whole = rules::with_roster(rules, std::move(teams), found);
  }
  if (whole != nullptr && !rules::has_errors(found)) {
    return whole;
  }
  std::string text;
  for (const rules::Diagnostic& diagnostic : found) {
    text += rules::render(diagnostic, "");
  }
  return rules::give_up(std::move(text));
}

std::string to_json(const rules::RosterTable& table) {
  rules::JsonWriter json;
  json.begin_object().member("file", table.file).key("columns");
  write_texts(json, table.columns);
  json.key("rows").begin_array();
  for (const auto& row : table.rows) {
    write_texts(json, row);
  }
  return json.end_array().end_object().text();
}

std::optional<rules::RosterTable> roster_from_json(std::string_view json) {
  const auto value = rules::parse_json(json);
  const rules::JsonValue* file = value ? value->find("file") : nullptr;
  const rules::JsonValue* columns = value ? value->find("columns") : nullptr;
  const rules::JsonValue* rows = value ? value->find("rows") : nullptr;
  if (file == nullptr || columns == nullptr || rows == nullptr) {
    return std::nullopt;
  }
  rules::RosterTable table{file->text, texts_of(*columns), {}};
  for (const rules::JsonValue& row : rows->items) {
    table.rows.push_back(texts_of(row));
  }
  return table;
}

}  // namespace measured::daemon
