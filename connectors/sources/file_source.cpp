#include "connectors/sources/file_source.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "connectors/sources/sql_names.h"
#include "connectors/sources/sql_text.h"

namespace measured::connectors {
namespace {

class FileSource final : public Source {
 public:
  FileSource(std::string id, std::unique_ptr<FileStore> files, FileFormat format, rules::Zone zone,
             ResultLimits limits)
      : id_(std::move(id)),
        files_(std::move(files)),
        format_(std::move(format)),
        zone_(std::move(zone)),
        limits_(limits) {}

  rules::Result<ScanResult> scan(const Scan& scan, std::stop_token stop) override {
    const auto tables = files_->list();
    if (!tables) {
      return tl::unexpected<rules::Failure>(tables.error());
    }
    Scan named = scan;
    if (const auto relation = relation_of(scan, *tables); !relation) {
      return tl::unexpected<rules::Failure>(relation.error());
    } else {
      named.from = *relation;
    }
    ScanResult skipped;
    if (const auto loaded = load(*tables, names_in(named), skipped, stop); !loaded) {
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
    const auto tables = files_->list();
    if (!tables) {
      return tl::unexpected<rules::Failure>(tables.error());
    }
    std::string select = query;
    if (const FileTable* table = find(*tables, query)) {
      if (format_.read && table->parts.size() == 1) {
        const auto text = files_->read(table->parts[0], format_.bytes_max, stop);
        if (!text) {
          return tl::unexpected<rules::Failure>(text.error());
        }
        return format_.read({table->parts[0].name, *text}, rows_max);
      }
      select = "select * from " + quote_name(table->name);
    } else if (query.find_first_of(" \t\n") == std::string::npos) {
      return tl::unexpected<rules::Failure>(no_such_file(query, *tables));
    }
    ScanResult skipped;
    if (const auto loaded = load(*tables, names_in(select), skipped, stop); !loaded) {
      return tl::unexpected<rules::Failure>(loaded.error());
    }
    return read_sqlite(*db_, select, rows_max, limits_, stop);
  }

  rules::Result<Cases> cases(const CaseScan& cases, std::stop_token stop) override {
    const auto tables = files_->list();
    if (!tables) {
      return tl::unexpected<rules::Failure>(tables.error());
    }
    const auto relation = relation_of(cases.scan, *tables);
    if (!relation) {
      return tl::unexpected<rules::Failure>(relation.error());
    }
    CaseScan named = cases;
    named.scan.from = *relation;
    ScanResult skipped;
    if (const auto loaded = load(*tables, names_in(named), skipped, stop); !loaded) {
      return tl::unexpected<rules::Failure>(loaded.error());
    }
    return cases_sqlite(*db_, named, zone_, limits_, stop);
  }

  rules::Result<void> probe(std::stop_token) override {
    const auto tables = files_->list();
    if (!tables) {
      return tl::unexpected<rules::Failure>(tables.error());
    }
    return {};
  }

  std::string statement(const Scan& scan) const override {
    Scan named = scan;
    if (const auto tables = files_->list()) {
      named.from = relation_of(scan, *tables).value_or(scan.from);
    }
    return print_sqlite(named, zone_);
  }

 private:
  using Clock = std::chrono::steady_clock;
  struct Loaded {
    std::string stamps;
    Clock::time_point at{};
    CsvLoaded loaded;
  };

  // By the name of the table, or of its only file.
  static const FileTable* find(const std::vector<FileTable>& tables, std::string_view name) {
    const auto found = std::ranges::find_if(tables, [name](const FileTable& table) {
      return table.name == name || (table.parts.size() == 1 && table.parts[0].name == name);
    });
    return found == tables.end() ? nullptr : &*found;
  }

  rules::Failure no_such_file(const std::string& name, const std::vector<FileTable>& tables) const {
    constexpr std::ptrdiff_t shown_max = 10;
    std::vector<std::string> names;
    for (const FileTable& table : tables) {
      names.push_back(table.parts.size() == 1 ? table.parts[0].name : table.name);
    }
    const bool more = std::ssize(names) > shown_max;
    names.resize(more ? shown_max : names.size());
    return {rules::Failure::Retry::later,
            fmt::format("no file '{}' in source '{}'; there are: {}{}", name, id_,
                        fmt::join(names, ", "), more ? ", …" : "")};
  }

  // `from` as SQL: a file's name becomes its table.
  rules::Result<std::string> relation_of(const Scan& scan,
                                         const std::vector<FileTable>& tables) const {
    if (scan.from.empty()) {
      return scan.from;
    }
    if (const FileTable* table = find(tables, scan.from)) {
      return quote_name(table->name);
    }
    if (scan.from.find_first_of(" \t\n(\"") == std::string::npos) {
      const rules::Failure failure = no_such_file(scan.from, tables);
      return rules::retry_later(blame(scan, -1) + failure.message);
    }
    return scan.from;
  }

  rules::Result<void> load(const std::vector<FileTable>& tables, const std::set<std::string>& names,
                           ScanResult& skipped, const std::stop_token& stop) {
    if (!db_) {
      auto db = SqliteDb::open_memory();
      if (!db) {
        return tl::unexpected<rules::Failure>(db.error());
      }
      db_.emplace(std::move(*db));
    }
    for (const FileTable& table : tables) {
      if (!names.contains(table.name)) {
        continue;
      }
      if (std::ranges::count(tables, table.name, &FileTable::name) > 1) {
        return rules::give_up(fmt::format(
            "source '{}': '{}' and '{}' are both there: which of them is meant cannot be known",
            id_, table.parts[0].name, other_of(tables, table).parts[0].name));
      }
      const auto loaded = load_if_changed(table, stop);
      if (!loaded) {
        return tl::unexpected<rules::Failure>(loaded.error());
      }
      skipped.rows_skipped += (*loaded)->rows_skipped;
      skipped.notes.insert(skipped.notes.end(), (*loaded)->notes.begin(), (*loaded)->notes.end());
    }
    return {};
  }

  static const FileTable& other_of(const std::vector<FileTable>& tables, const FileTable& table) {
    return *std::ranges::find_if(tables, [&](const FileTable& other) {
      return other.name == table.name && &other != &table;
    });
  }

  rules::Result<std::string> stamps_of(const FileTable& table) {
    std::string stamps;
    for (const SourceFile& part : table.parts) {
      const auto stamp = files_->stamp(part);
      if (!stamp) {
        return stamp;
      }
      stamps += *stamp + "\n";
    }
    return stamps;
  }

  rules::Result<const CsvLoaded*> load_if_changed(const FileTable& table,
                                                  const std::stop_token& stop) {
    const auto stamps = stamps_of(table);
    if (!stamps) {
      return tl::unexpected<rules::Failure>(stamps.error());
    }
    const auto known = loaded_.find(table.name);
    const bool ages = files_->reuse().count() > 0;
    if (known != loaded_.end() && known->second.stamps == *stamps &&
        (!ages || Clock::now() - known->second.at <= files_->reuse())) {
      return &known->second.loaded;
    }
    loaded_.erase(table.name);
    std::vector<FileText> parts;
    std::size_t left = format_.bytes_max;
    for (const SourceFile& part : table.parts) {
      auto text = files_->read(part, left, stop);
      if (!text) {
        return tl::unexpected<rules::Failure>(text.error());
      }
      left -= text->size();
      parts.push_back({part.name, std::move(*text)});
    }
    if (const auto now = stamps_of(table); !now || *now != *stamps) {
      return rules::retry_later(table.parts[0].where + ": changed while it was read");
    }
    auto loaded = format_.load(*db_, table.name, parts, stop);
    if (!loaded) {
      return tl::unexpected<rules::Failure>(loaded.error());
    }
    Loaded& kept = loaded_[table.name];
    kept = {*stamps, Clock::now(), std::move(*loaded)};
    return &kept.loaded;
  }

  std::string id_;
  std::unique_ptr<FileStore> files_;
  FileFormat format_;
  rules::Zone zone_;
  ResultLimits limits_;
  std::optional<SqliteDb> db_;
  std::map<std::string, Loaded> loaded_;  // by table
};

}  // namespace

std::unique_ptr<Source> make_file_source(std::string id, std::unique_ptr<FileStore> files,
                                         FileFormat format, rules::Zone zone, ResultLimits limits) {
  return std::make_unique<FileSource>(std::move(id), std::move(files), std::move(format),
                                      std::move(zone), limits);
}

}  // namespace measured::connectors
