#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "connectors/sources/csv_table.h"
#include "connectors/sources/kinds.h"
#include "connectors/sources/settings.h"
#include "connectors/sources/sqlite_scan.h"

// A folder of CSV files as a database: each file is a table, named after it without its ending. A
// table is filled into SQLite in memory when a statement names it, and kept until the file changes;
// the statement that then runs is the one that any SQL source gets, so that a measure means the
// same wherever its rows come from.

namespace measured::connectors {
namespace {

namespace fs = std::filesystem;

struct CsvFile {
  fs::path path;
  std::string name;   // "orders.csv.gz"
  std::string table;  // "orders"
};

struct LoadedFile {
  fs::path path;
  std::uintmax_t size = 0;
  fs::file_time_type changed;
  CsvLoaded loaded;
};

std::optional<std::string> table_name(std::string_view file_name) {
  for (const std::string_view ending : {".csv", ".csv.gz"}) {
    if (file_name.ends_with(ending) && file_name.size() > ending.size()) {
      return std::string(file_name.substr(0, file_name.size() - ending.size()));
    }
  }
  return std::nullopt;
}

class CsvSource final : public Source {
 public:
  CsvSource(std::string id, fs::path path, rules::Zone zone, CsvOptions options,
            ResultLimits limits)
      : id_(std::move(id)),
        path_(std::move(path)),
        zone_(std::move(zone)),
        options_(std::move(options)),
        limits_(limits) {}

  rules::Result<ScanResult> scan(const Scan& scan, std::stop_token stop) override {
    const auto files = list();
    if (!files) {
      return tl::unexpected<rules::Failure>(files.error());
    }
    Scan named = scan;
    if (const auto relation = relation_of(scan, *files); !relation) {
      return tl::unexpected<rules::Failure>(relation.error());
    } else {
      named.from = *relation;
    }
    std::set<std::string> words = words_of(named.from);
    words.merge(words_of(named.query));
    for (const ScanMeasure& measure : named.measures) {
      words.merge(words_of(measure.where));
      words.merge(words_of(measure.of));
      words.merge(words_of(measure.among));
    }
    ScanResult skipped;
    if (const auto loaded = load(*files, words, skipped, stop); !loaded) {
      return tl::unexpected<rules::Failure>(loaded.error());
    }
    auto result = scan_sqlite(*db_, named, zone_, limits_, stop);
    if (result) {
      result->rows_skipped = skipped.rows_skipped;
      result->notes = std::move(skipped.notes);
    }
    return result;
  }

  rules::Result<Table> read(const std::string& query, std::int64_t rows_max,
                            std::stop_token stop) override {
    const auto files = list();
    if (!files) {
      return tl::unexpected<rules::Failure>(files.error());
    }
    if (const CsvFile* file = find(*files, query)) {
      const auto text = read_packed_file(file->path.string(), options_.limits.bytes_max, stop);
      if (!text) {
        return tl::unexpected<rules::Failure>(text.error());
      }
      return read_csv(file->name, *text, options_, rows_max);
    }
    if (query.find_first_of(" \t\n") == std::string::npos) {
      return tl::unexpected<rules::Failure>(no_such_file(query, *files));
    }
    ScanResult skipped;
    if (const auto loaded = load(*files, words_of(query), skipped, stop); !loaded) {
      return tl::unexpected<rules::Failure>(loaded.error());
    }
    return read_sqlite(*db_, query, rows_max, limits_, stop);
  }

  rules::Result<void> probe(std::stop_token) override {
    const auto files = list();
    if (!files) {
      return tl::unexpected<rules::Failure>(files.error());
    }
    return {};
  }

  std::string statement(const Scan& scan) const override {
    Scan named = scan;
    if (const auto files = list()) {
      named.from = relation_of(scan, *files).value_or(scan.from);
    }
    return print_sqlite(named, zone_);
  }

 private:
  // The files that are there now, by name.
  rules::Result<std::vector<CsvFile>> list() const {
    std::error_code error;
    std::vector<CsvFile> files;
    const auto add = [&files](const fs::path& path) {
      const std::string name = path.filename().string();
      // A pipe or a device would block us or never end.
      if (const auto table = table_name(name); table && fs::is_regular_file(path)) {
        files.push_back({path, name, *table});
      }
    };
    if (fs::is_directory(path_, error)) {
      for (const auto& entry : fs::directory_iterator(path_, error)) {
        add(entry.path());
      }
    } else {
      add(path_);
    }
    if (error || files.empty()) {
      return rules::retry_later(fmt::format("source '{}': no file *.csv or *.csv.gz in '{}'{}", id_,
                                            path_.string(), error ? ": " + error.message() : ""));
    }
    std::ranges::sort(files, {}, &CsvFile::name);
    return files;
  }

  // By its name with or without its ending.
  static const CsvFile* find(const std::vector<CsvFile>& files, std::string_view name) {
    const auto found = std::ranges::find_if(
        files, [name](const CsvFile& file) { return file.name == name || file.table == name; });
    return found == files.end() ? nullptr : &*found;
  }

  rules::Failure no_such_file(const std::string& name, const std::vector<CsvFile>& files) const {
    constexpr std::ptrdiff_t shown_max = 10;
    std::vector<std::string> names;
    for (const CsvFile& file : files) {
      names.push_back(file.name);
    }
    const bool more = std::ssize(names) > shown_max;
    names.resize(more ? shown_max : names.size());
    return {rules::Failure::Retry::later,
            fmt::format("no file '{}' in '{}'; there are: {}{}", name, path_.string(),
                        fmt::join(names, ", "), more ? ", …" : "")};
  }

  // `from` as SQL: a file's name becomes its table.
  rules::Result<std::string> relation_of(const Scan& scan,
                                         const std::vector<CsvFile>& files) const {
    if (scan.from.empty()) {
      return scan.from;
    }
    if (const CsvFile* file = find(files, scan.from)) {
      return quote_name(file->table);
    }
    if (scan.from.find_first_of(" \t\n(\"") == std::string::npos) {
      const rules::Failure failure = no_such_file(scan.from, files);
      return rules::retry_later(blame(scan, -1) + failure.message);
    }
    return scan.from;
  }

  // What may be the name of a table in a piece of SQL. Broken SQL has none: it is refused later,
  // with its place.
  static std::set<std::string> words_of(std::string_view sql) {
    std::set<std::string> words;
    if (const auto tokens = split_sql(sql, SqlFlavour::sqlite)) {
      for (const SqlToken& token : *tokens) {
        if (token.kind == SqlToken::Kind::word || token.kind == SqlToken::Kind::quoted_name) {
          words.insert(name_of(token));
        }
      }
    }
    return words;
  }

  rules::Result<void> load(const std::vector<CsvFile>& files, const std::set<std::string>& words,
                           ScanResult& skipped, const std::stop_token& stop) {
    if (!db_) {
      auto db = SqliteDb::open_memory();
      if (!db) {
        return tl::unexpected<rules::Failure>(db.error());
      }
      db_.emplace(std::move(*db));
    }
    for (const CsvFile& file : files) {
      if (!words.contains(file.table)) {
        continue;
      }
      const auto twin = std::ranges::count(files, file.table, &CsvFile::table);
      if (twin > 1) {
        return rules::give_up(fmt::format(
            "source '{}': '{}.csv' and '{}.csv.gz' are both there: which of them is meant "
            "cannot be known",
            id_, file.table, file.table));
      }
      const auto loaded = load_if_changed(file, stop);
      if (!loaded) {
        return tl::unexpected<rules::Failure>(loaded.error());
      }
      skipped.rows_skipped += (*loaded)->rows_skipped;
      skipped.notes.insert(skipped.notes.end(), (*loaded)->notes.begin(), (*loaded)->notes.end());
    }
    return {};
  }

  rules::Result<const CsvLoaded*> load_if_changed(const CsvFile& file,
                                                  const std::stop_token& stop) {
    std::error_code error;
    LoadedFile now{
        file.path, fs::file_size(file.path, error), fs::last_write_time(file.path, error), {}};
    if (error) {
      return rules::retry_later(fmt::format("{}: {}", file.path.string(), error.message()));
    }
    const auto known = loaded_.find(file.table);
    if (known != loaded_.end() && known->second.path == now.path &&
        known->second.size == now.size && known->second.changed == now.changed) {
      return &known->second.loaded;
    }
    loaded_.erase(file.table);
    const auto text = read_packed_file(file.path.string(), options_.limits.bytes_max, stop);
    if (!text) {
      return tl::unexpected<rules::Failure>(text.error());
    }
    if (fs::file_size(file.path, error) != now.size ||
        fs::last_write_time(file.path, error) != now.changed) {
      return rules::retry_later(file.path.string() + ": changed while it was read");
    }
    auto loaded = load_csv(*db_, file.table, file.name, *text, options_, stop);
    if (!loaded) {
      return tl::unexpected<rules::Failure>(loaded.error());
    }
    now.loaded = std::move(*loaded);
    return &(loaded_[file.table] = std::move(now)).loaded;
  }

  std::string id_;
  fs::path path_;
  rules::Zone zone_;
  CsvOptions options_;
  ResultLimits limits_;
  std::optional<SqliteDb> db_;
  std::map<std::string, LoadedFile> loaded_;  // by table
};

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
  const std::size_t problems = settings.diagnostics().size();
  const std::string path = path_setting(context, settings);
  const rules::Zone zone = zone_setting(context, settings);
  const ResultLimits limits = result_limits_setting(settings);
  const CsvOptions options = read_options(settings);
  if (settings.diagnostics().size() != problems) {
    return nullptr;
  }
  return std::make_unique<CsvSource>(context.id, path, zone, options, limits);
}

}  // namespace measured::connectors
