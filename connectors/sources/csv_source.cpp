#include <fmt/format.h>

#include "connectors/errors_in.h"
#include "connectors/sources/csv_table.h"
#include "connectors/sources/file_source.h"
#include "connectors/sources/kinds.h"
#include "connectors/sources/settings.h"

// CSV files as a database.

namespace measured::connectors {
namespace {

void read_column(rules::MapReader& columns, const std::string& name, CsvOptions& options) {
  auto settings = columns.map(name);
  if (!settings) {
    return;
  }
  CsvColumn column;
  const std::string type =
      settings->choice("type", "text", {"text", "integer", "real", "date", "timestamp", "boolean"});
  column.type = csv_type_named(type).value_or(CsvType::text);
  column.format = settings->text("format", "");
  const bool timed = column.type == CsvType::date || column.type == CsvType::timestamp;
  if (!column.format.empty() && !timed) {
    settings->error(settings->place("format"), "bad-format",
                    fmt::format("a format for the type '{}'", type),
                    "only 'date' and 'timestamp' have one");
  } else if (const std::string problem = pattern_problem(column.format);
             !column.format.empty() && !problem.empty()) {
    settings->error(settings->place("format"), "bad-format",
                    fmt::format("format '{}': {}", column.format, problem),
                    "the fields are %Y %y %m %d %b %H %M %S %z");
  }
  settings->finish();
  options.columns[name] = column;
}

CsvOptions read_options(rules::MapReader& settings) {
  CsvOptions options;
  const std::string delimiter = settings.text("delimiter", ",");
  if (delimiter == "tab" || delimiter == "\t") {
    options.delimiter = '\t';
  } else if (delimiter.size() == 1 &&
             std::string_view("\"\r\n").find(delimiter[0]) == std::string_view::npos) {
    options.delimiter = delimiter[0];
  } else {
    settings.error(settings.place("delimiter"), "bad-delimiter",
                   fmt::format("delimiter '{}' is not one character", delimiter),
                   "write ',', ';', '|' or 'tab'");
  }
  if (settings.has("null")) {
    options.nulls = settings.texts("null");
  }
  options.on_bad_row = settings.choice("on_bad_row", "refuse", {"refuse", "skip"}) == "skip"
                           ? OnBadRow::skip
                           : OnBadRow::refuse;
  constexpr std::int64_t many = 1'000'000'000;
  constexpr std::int64_t columns_limit = 2'000;  // what SQLite takes in one table
  CsvLimits& limits = options.limits;
  options.bad_rows_max = settings.integer("bad_rows_max", options.bad_rows_max, 0, many);
  limits.rows_max = settings.integer("rows_max", limits.rows_max, 1, many);
  limits.columns_max = static_cast<std::size_t>(settings.integer(
      "columns_max", static_cast<std::int64_t>(limits.columns_max), 1, columns_limit));
  limits.bytes_max = settings.bytes("bytes_max", limits.bytes_max);
  limits.field_bytes_max = settings.bytes("field_bytes_max", limits.field_bytes_max);
  if (auto columns = settings.map("columns")) {
    for (const rules::YamlNode::Entry& entry : columns->yaml().entries) {
      read_column(*columns, std::string(entry.key), options);
    }
  }
  return options;
}

}  // namespace

std::unique_ptr<Source> make_csv(const SourceContext& context, rules::MapReader& settings) {
  const std::size_t errors_before = errors_in(settings);
  auto files = read_files(context, settings, {".csv", ".csv.gz"});
  const rules::Zone zone = zone_setting(context, settings);
  const ResultLimits limits = result_limits_setting(settings);
  const CsvOptions options = read_options(settings);
  if (errors_in(settings) != errors_before) {
    return nullptr;
  }
  FileFormat format;
  format.bytes_max = options.limits.bytes_max;
  format.load = [options](SqliteDb& db, const std::string& name, const std::vector<FileText>& parts,
                          const std::stop_token& stop) {
    return load_csv(db, name, parts, options, stop);
  };
  format.read = [options](const FileText& part, std::int64_t rows_max) {
    return read_csv(part.name, part.text, options, rows_max);
  };
  return make_file_source(context.id, std::move(files), std::move(format), zone, limits);
}

}  // namespace measured::connectors
