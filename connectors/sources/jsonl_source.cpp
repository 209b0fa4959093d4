#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "connectors/errors_in.h"
#include "connectors/sources/file_source.h"
#include "connectors/sources/http/table_settings.h"
#include "connectors/sources/json_rows.h"
#include "connectors/sources/kinds.h"
#include "connectors/sources/row_table.h"
#include "connectors/sources/settings.h"

// Files of JSON lines as a database: one object a line, its columns named by JSON Pointers.

namespace measured::connectors {
namespace {

constexpr std::size_t notes_max = 5;                // bad lines named; the others are only counted
constexpr std::int64_t lines_between_looks = 1024;  // at the stop token

struct JsonlTable {
  JsonMapping mapping;
  std::vector<std::string> key;
  OnBadRow on_bad_row = OnBadRow::refuse;
};

struct JsonlOptions {
  std::map<std::string, JsonlTable> tables;
  std::size_t bytes_max = 1U << 30;
  std::size_t line_bytes_max = 1U << 20;
  std::size_t depth_max = 64;
  std::int64_t rows_max = 10'000'000;
  std::int64_t bad_rows_max = 1'000;
};

class Loader {
 public:
  Loader(const JsonlOptions& options, const JsonlTable& table, RowTable rows)
      : options_(options), table_(table), rows_(std::move(rows)) {}

  rules::Result<void> read(const FileText& part, const std::stop_token& stop) {
    std::string_view rest = part.text;
    for (std::int64_t line = 1; !rest.empty(); ++line) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      const std::string_view text = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (line % lines_between_looks == 0 && stop.stop_requested()) {
        return rules::retry_later(part.name + ": stopped before the end");
      }
      if (text.find_first_not_of(" \t\r") == std::string_view::npos) {
        continue;
      }
      if (auto taken = take(text, fmt::format("{}: line {}", part.name, line)); !taken) {
        return taken;
      }
    }
    return {};
  }

  CsvLoaded finish() && {
    if (loaded_.rows_skipped > static_cast<std::int64_t>(loaded_.notes.size())) {
      loaded_.notes.push_back(fmt::format("… {} lines skipped in all", loaded_.rows_skipped));
    }
    return std::move(loaded_);
  }

 private:
  rules::Result<void> take(std::string_view text, const std::string& place) {
    if (text.size() > options_.line_bytes_max) {
      return rules::give_up(fmt::format("{}: longer than {} bytes: the cap is 'line_bytes_max'",
                                        place, options_.line_bytes_max));
    }
    const auto document = JsonDocument::parse(text, options_.depth_max);
    if (!document) {
      return bad(place, document.error().message);
    }
    const auto use = [&](std::span<const Value> row,
                         const std::string& wrong) -> rules::Result<void> {
      if (!wrong.empty()) {
        return bad(place, wrong);
      }
      if (++count_ > options_.rows_max) {
        return rules::give_up(
            fmt::format("{}: more than {} rows: the cap is 'rows_max'", place, options_.rows_max));
      }
      return rows_.insert(row);
    };
    const auto read = document->each_row(table_.mapping, use);
    return read ? rules::Result<void>() : tl::unexpected<rules::Failure>(read.error());
  }

  rules::Result<void> bad(const std::string& place, const std::string& what) {
    const std::string text = fmt::format("{}: {}", place, what);
    if (table_.on_bad_row == OnBadRow::refuse) {
      return rules::give_up(text + " (nothing was read; 'on_bad_row: skip' leaves such rows out)");
    }
    if (++loaded_.rows_skipped > options_.bad_rows_max) {
      return rules::give_up(fmt::format("{}; that is more than the cap 'bad_rows_max' of {}", text,
                                        options_.bad_rows_max));
    }
    if (loaded_.notes.size() < notes_max) {
      loaded_.notes.push_back("skipped " + text);
    }
    return {};
  }

  const JsonlOptions& options_;
  const JsonlTable& table_;
  RowTable rows_;
  std::int64_t count_ = 0;
  CsvLoaded loaded_;
};

rules::Result<CsvLoaded> load_jsonl(SqliteDb& db, const std::string& name,
                                    const std::vector<FileText>& parts, const JsonlOptions& options,
                                    const std::stop_token& stop) {
  const JsonlTable& table = options.tables.at(name);
  auto rows = RowTable::create(db, name, columns_of(table.mapping), table.key);
  if (!rows) {
    return tl::unexpected<rules::Failure>(rows.error());
  }
  Loader loader(options, table, std::move(*rows));
  for (const FileText& part : parts) {
    if (const auto read = loader.read(part, stop); !read) {
      return tl::unexpected<rules::Failure>(read.error());
    }
  }
  return std::move(loader).finish();
}

JsonlOptions read_options(rules::MapReader& settings) {
  JsonlOptions options;
  constexpr std::int64_t many = 1'000'000'000;
  constexpr std::int64_t depth = 1'000;
  options.bytes_max = settings.bytes("bytes_max", options.bytes_max);
  options.line_bytes_max = settings.bytes("line_bytes_max", options.line_bytes_max);
  options.depth_max = static_cast<std::size_t>(
      settings.integer("depth_max", static_cast<std::int64_t>(options.depth_max), 1, depth));
  options.rows_max = settings.integer("rows_max", options.rows_max, 1, many);
  options.bad_rows_max = settings.integer("bad_rows_max", options.bad_rows_max, 0, many);
  auto tables = settings.map("tables");
  if (!tables || tables->yaml().entries.empty()) {
    settings.error(settings.has("tables") ? settings.place("tables") : settings.place(),
                   "missing-key", "'tables' is missing",
                   "write 'tables: {orders: {files: orders-*.jsonl, columns: {id: /id}}}'");
    return options;
  }
  for (const rules::YamlNode::Entry& entry : tables->yaml().entries) {
    rules::MapReader map = tables->reader_of(entry);
    JsonlTable& table = options.tables[std::string(entry.key)];
    map.has("files");  // read_files takes it
    table.mapping.explode = map.texts("explode");
    read_json_columns(map, table.mapping);
    table.key = map.texts("key");
    table.on_bad_row = map.choice("on_bad_row", "refuse", {"refuse", "skip"}) == "skip"
                           ? OnBadRow::skip
                           : OnBadRow::refuse;
    map.finish();
  }
  return options;
}

}  // namespace

std::unique_ptr<Source> make_jsonl(const SourceContext& context, rules::MapReader& settings) {
  const std::size_t errors_before = errors_in(settings);
  auto files = read_files(context, settings, {".jsonl", ".jsonl.gz"});
  const rules::Zone zone = zone_setting(context, settings);
  const ResultLimits limits = result_limits_setting(settings);
  const JsonlOptions options = read_options(settings);
  if (errors_in(settings) != errors_before) {
    return nullptr;
  }
  FileFormat format;
  format.bytes_max = options.bytes_max;
  format.load = [options](SqliteDb& db, const std::string& name, const std::vector<FileText>& parts,
                          const std::stop_token& stop) {
    return load_jsonl(db, name, parts, options, stop);
  };
  return make_file_source(context.id, std::move(files), std::move(format), zone, limits);
}

}  // namespace measured::connectors
