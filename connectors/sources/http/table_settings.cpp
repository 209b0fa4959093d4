#include "connectors/sources/http/table_settings.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "connectors/sources/http/request_template.h"
#include "connectors/sources/time_text.h"
#include "rules/ascii.h"

namespace measured::connectors {
namespace {

using rules::MapReader;

void check_pointer(MapReader& map, std::string_view key, const std::string& pointer) {
  if (const std::string problem = pointer_problem(pointer); !problem.empty()) {
    map.error(map.place(key), "bad-pointer", problem,
              "write '/name', '/inner/name' or '/list/0'; '' is the whole");
  }
}

std::string read_pointer(MapReader& map, std::string_view key, std::string_view fallback = "") {
  std::string pointer = map.text(key, fallback);
  check_pointer(map, key, pointer);
  return pointer;
}

std::string read_template(MapReader& map, std::string_view key, std::string text) {
  if (const std::string problem = template_problem(text); !problem.empty()) {
    map.error(map.place(key), "bad-template", problem,
              "the forms of a time are {from}, {from:unix}, {from:unix_ms}, {from:date} and "
              "{from:%Y-%m-%d %H:%M}");
  }
  return text;
}

void read_type(MapReader& map, JsonColumn& column) {
  const std::string type = map.choice(
      "type", "text",
      {"text", "integer", "real", "date", "timestamp", "boolean", "unix", "unix_ms", "json"});
  column.type.format = map.text("format", "");
  if (type == "unix" || type == "unix_ms") {
    column.take = type == "unix" ? JsonColumn::Take::unix_seconds : JsonColumn::Take::unix_millis;
    column.type.type = CsvType::timestamp;
  } else if (type == "json") {
    column.take = JsonColumn::Take::text;
  } else {
    column.type.type = csv_type_named(type).value_or(CsvType::text);
  }
  if (column.type.format.empty()) {
    return;
  }
  const std::string problem = type == "date" || type == "timestamp"
                                  ? pattern_problem(column.type.format)
                                  : "only 'date' and 'timestamp' have one";
  if (!problem.empty()) {
    map.error(map.place("format"), "bad-format",
              fmt::format("format '{}': {}", column.type.format, problem),
              "the fields are %Y %y %m %d %b %H %M %S %z");
  }
}

JsonColumn read_column(MapReader& columns, const rules::YamlNode::Entry& entry,
                       std::size_t levels) {
  JsonColumn column;
  column.name = entry.key;
  if (entry.value->kind == rules::YamlNode::Kind::scalar) {
    column.at = read_pointer(columns, entry.key);
    return column;
  }
  auto map = columns.map(entry.key);
  if (!map) {
    return column;
  }
  if (map->has("count")) {
    column.at = read_pointer(*map, "count");
    column.take = JsonColumn::Take::count;
    column.type.type = CsvType::integer;
  } else {
    column.at = read_pointer(*map, "at", "/" + column.name);
    read_type(*map, column);
  }
  column.up = static_cast<int>(map->integer("up", 0, 0, static_cast<std::int64_t>(levels)));
  map->finish();
  return column;
}

HttpPaging read_paging(MapReader& table) {
  using By = HttpPaging::By;
  HttpPaging paging;
  auto map = table.map("pages");
  if (!map) {
    return paging;
  }
  const std::string by = map->choice("by", "", {"link", "next", "cursor", "page", "offset"});
  constexpr std::array<std::string_view, 6> names{"", "link", "next", "cursor", "page", "offset"};
  paging.by = static_cast<By>(std::ranges::find(names, by) - names.begin());
  if (by.empty() && !map->has("by")) {
    map->error(map->place(), "missing-key", "'by' is missing",
               "write 'by: link', 'next', 'cursor', 'page' or 'offset'");
  }
  if (paging.by == By::next || paging.by == By::cursor) {
    paging.at = map->text("at");
    check_pointer(*map, "at", paging.at);
  }
  const bool numbered = paging.by == By::page || paging.by == By::offset;
  if (numbered || paging.by == By::cursor) {
    paging.parameter = map->text("parameter", "");
  }
  if (paging.by == By::page || paging.by == By::cursor) {
    paging.first = map->text("first", "");
  }
  if (numbered) {
    constexpr std::int64_t size_max = 1'000'000;
    paging.size = map->integer("size", 0, 0, size_max);
    paging.total = read_pointer(*map, "total");
  }
  paging.more = read_pointer(*map, "more");
  paging.last = read_pointer(*map, "last");
  map->finish();
  return paging;
}

// A page whose number stands nowhere in the request is the first one for ever.
void check_paging(MapReader& map, const HttpTableSettings& table) {
  using By = HttpPaging::By;
  const By by = table.pages.by;
  if (by != By::cursor && by != By::page && by != By::offset) {
    return;
  }
  const std::string_view word = by == By::cursor ? "cursor" : by == By::page ? "page" : "offset";
  const bool said = !table.pages.parameter.empty() || asks_for(table.path, word) ||
                    asks_for(table.body, word) ||
                    std::ranges::any_of(
                        table.query, [&](const auto& pair) { return asks_for(pair.second, word); });
  if (!said) {
    map.error(map.key_place("pages"), "missing-key",
              fmt::format("nothing in the request says which page: '{}' has no 'parameter'", word),
              fmt::format("write 'parameter: NAME', or {{{}}} in 'path', 'query' or 'body'", word));
  }
}

void check_key(MapReader& map, const HttpTableSettings& table) {
  for (const std::string& name : table.key) {
    if (std::ranges::find(table.mapping.columns, name, &JsonColumn::name) ==
        table.mapping.columns.end()) {
      map.error(map.place("key"), "unknown-column", fmt::format("there is no column '{}'", name),
                "name columns of this table");
    }
  }
}

HttpTableSettings read_table(MapReader& map, std::string name) {
  HttpTableSettings table;
  table.name = std::move(name);
  table.path = read_template(map, "path", map.text("path"));
  if (!table.path.empty() && !table.path.starts_with('/')) {
    table.path.insert(0, "/");
  }
  if (auto query = map.map("query")) {
    for (const rules::YamlNode::Entry& entry : query->yaml().entries) {
      table.query.emplace_back(entry.key,
                               read_template(*query, entry.key, query->text(entry.key, "")));
    }
  }
  if (map.has("body")) {
    table.method = "POST";
    table.body = read_template(map, "body", map.text("body"));
  }
  table.pages = read_paging(map);
  table.mapping.rows = read_pointer(map, "rows");
  table.mapping.explode = map.texts("explode");
  for (const std::string& pointer : table.mapping.explode) {
    check_pointer(map, "explode", pointer);
  }
  read_json_columns(map, table.mapping);
  table.key = map.texts("key");
  table.on_bad_row = map.choice("on_bad_row", "refuse", {"refuse", "skip"}) == "skip"
                         ? OnBadRow::skip
                         : OnBadRow::refuse;
  check_paging(map, table);
  check_key(map, table);
  map.finish();
  return table;
}

}  // namespace

void read_json_columns(MapReader& table, JsonMapping& mapping) {
  auto columns = table.map("columns");
  if (!columns || columns->yaml().entries.empty()) {
    table.error(table.has("columns") ? table.place("columns") : table.place(), "missing-key",
                "'columns' is missing",
                "write 'columns: {id: /id, at: {at: /created_at, type: timestamp}}'");
    return;
  }
  std::set<std::string> seen;  // SQL takes Name and name for the same
  for (const rules::YamlNode::Entry& entry : columns->yaml().entries) {
    if (!seen.insert(rules::lower(entry.key)).second) {
      columns->error(columns->place_of(entry), "duplicate-key",
                     fmt::format("column '{}' stands there twice", entry.key),
                     "SQL does not tell capitals from small letters in names");
    }
    mapping.columns.push_back(read_column(*columns, entry, mapping.explode.size()));
  }
}

std::vector<HttpTableSettings> read_http_tables(MapReader& settings) {
  std::vector<HttpTableSettings> read;
  auto tables = settings.map("tables");
  if (!tables || tables->yaml().entries.empty()) {
    settings.error(
        settings.has("tables") ? settings.place("tables") : settings.place(), "missing-key",
        "'tables' is missing",
        "write 'tables: {tickets: {path: /tickets, rows: /tickets, columns: {id: /id}}}'");
    return read;
  }
  for (const rules::YamlNode::Entry& entry : tables->yaml().entries) {
    MapReader map = tables->reader_of(entry);
    read.push_back(read_table(map, std::string(entry.key)));
  }
  return read;
}

HttpTableLimits read_http_limits(MapReader& settings) {
  HttpTableLimits limits;
  constexpr std::int64_t many = 1'000'000'000;
  constexpr std::int64_t depth = 1'000;
  limits.depth_max = static_cast<std::size_t>(
      settings.integer("depth_max", static_cast<std::int64_t>(limits.depth_max), 1, depth));
  limits.pages_max = settings.integer("pages_max", limits.pages_max, 1, many);
  limits.rows_max = settings.integer("rows_max", limits.rows_max, 1, many);
  limits.bad_rows_max = settings.integer("bad_rows_max", limits.bad_rows_max, 0, many);
  limits.reuse = settings.duration("reuse", limits.reuse);
  limits.resume = settings.duration("resume", limits.resume);
  return limits;
}

}  // namespace measured::connectors
