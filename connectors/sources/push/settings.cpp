#include "connectors/sources/push/settings.h"

#include <algorithm>

#include <fmt/format.h>

#include "connectors/sources/http/table_settings.h"
#include "connectors/sources/settings.h"
#include "rules/load/names.h"

namespace measured::connectors {
namespace {

constexpr std::size_t secret_bytes_min = 20;  // 128 bits of base64 or hex, and a little

JsonColumn column(std::string name, CsvType type) {
  return {name, "/" + name, 0, JsonColumn::Take::value, {type, ""}};
}

// The columns that a `query` measure takes as they are.
void add_components(PushTable& table) {
  table.mapping.columns = {
      column("team", CsvType::text),        column("bucket", CsvType::timestamp),
      column("n", CsvType::integer),        column("numerator", CsvType::real),
      column("denominator", CsvType::real), column("sum", CsvType::real),
      column("sum_sq", CsvType::real)};
  table.key = {"team", "bucket"};
}

PushTable read_table(rules::MapReader& map, std::string name) {
  PushTable table;
  table.name = std::move(name);
  table.mapping.rows = "/rows";
  if (map.boolean("components", false)) {
    add_components(table);
  } else {
    read_json_columns(map, table.mapping);
    table.key = map.texts("key");
  }
  for (const std::string& one : table.key) {
    if (std::ranges::find(table.mapping.columns, one, &JsonColumn::name) ==
        table.mapping.columns.end()) {
      map.error(map.place("key"), "unknown-column", fmt::format("there is no column '{}'", one),
                "name columns of this table");
    }
  }
  table.expected = map.duration("expected", std::chrono::seconds{0});
  map.finish();
  return table;
}

void read_tables(rules::MapReader& settings, PushSettings& read) {
  auto tables = settings.map("tables");
  if (!tables || tables->yaml().entries.empty()) {
    settings.error(settings.has("tables") ? settings.place("tables") : settings.place(),
                   "missing-key", "'tables' is missing",
                   "write 'tables: {calls: {columns: {team: /team, at: {type: timestamp}}}}', or "
                   "'calls: {components: true}'");
    return;
  }
  for (const rules::YamlNode::Entry& entry : tables->yaml().entries) {
    if (!rules::is_id(entry.key)) {
      tables->error(tables->place_of(entry), "bad-id",
                    fmt::format("'{}' cannot be the name of a table", entry.key),
                    "write lower-case letters, digits, '_' and '-', beginning with a letter");
      continue;
    }
    rules::MapReader map = tables->reader_of(entry);
    read.tables.push_back(read_table(map, std::string(entry.key)));
  }
}

void read_tokens(rules::MapReader& settings, PushSettings& read) {
  auto tokens = settings.map("tokens");
  if (!tokens || tokens->yaml().entries.empty()) {
    settings.error(settings.has("tokens") ? settings.place("tokens") : settings.place(),
                   "missing-key", "'tokens' is missing: nobody could push",
                   "write 'tokens: {loader: {secret: \"${cred:loader}\", measures: [calls]}}'");
    return;
  }
  for (const rules::YamlNode::Entry& entry : tokens->yaml().entries) {
    rules::MapReader map = tokens->reader_of(entry);
    const std::string secret = map.text("secret");
    if (!secret.empty() && secret.size() < secret_bytes_min) {
      map.error(map.place("secret"), "bad-secret",
                fmt::format("a token has at least {} characters", secret_bytes_min),
                "make one with: openssl rand -hex 32");
    }
    read.tokens.push_back({std::string(entry.key), rules::Secret(secret), map.texts("measures")});
    map.finish();
  }
}

}  // namespace

PushSettings read_push_settings(const SourceContext& context, rules::MapReader& settings) {
  PushSettings read;
  read.path = path_setting(context, settings);
  read.zone = zone_setting(context, settings);
  read.limits = result_limits_setting(settings);
  read_tables(settings, read);
  read_tokens(settings, read);
  read.keep = settings.duration("keep", read.keep);
  constexpr std::int64_t depth = 1'000;
  constexpr std::int64_t many = 10'000'000;
  read.depth_max = static_cast<std::size_t>(
      settings.integer("depth_max", static_cast<std::int64_t>(read.depth_max), 1, depth));
  read.batch_rows_max = settings.integer("batch_rows_max", read.batch_rows_max, 1, many);
  settings.integer("max_parallel", 1, 1, 64);  // the daemon's: how many scans may run at once
  return read;
}

const PushTable* find_table(const PushSettings& settings, std::string_view name) {
  const auto found = std::ranges::find(settings.tables, name, &PushTable::name);
  return found == settings.tables.end() ? nullptr : &*found;
}

std::vector<RowColumn> stored_columns(const PushTable& table) {
  std::vector<RowColumn> columns = columns_of(table.mapping);
  columns.push_back({std::string(received_at_column), CsvType::integer});
  return columns;
}

}  // namespace measured::connectors
