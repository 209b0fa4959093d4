#include "connectors/sources/csv_table.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <zlib.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "connectors/sources/row_table.h"
#include "rules/ascii.h"
#include "rules/utf8.h"

namespace measured::connectors {
namespace {

constexpr std::size_t notes_max = 5;               // bad rows named; the others are only counted
constexpr std::int64_t rows_between_looks = 1024;  // at the stop token

using Fields = std::vector<std::string_view>;

// The rows that were bad, counted, the first of them in words.
class BadRows {
 public:
  void add(std::int64_t row, std::int64_t line, const std::string& what) {
    ++count_;
    if (notes_.size() < notes_max) {
      notes_.push_back(fmt::format("row {} (line {}): {}", row, line, what));
    }
  }
  std::int64_t count() const { return count_; }
  std::string text(const std::string& file) const {
    const std::string more = count_ > static_cast<std::int64_t>(notes_.size()) ? "; …" : "";
    return fmt::format("{}: {} bad row{}: {}{}", file, count_, count_ == 1 ? "" : "s",
                       fmt::join(notes_, "; "), more);
  }

 private:
  std::int64_t count_ = 0;
  std::vector<std::string> notes_;
};

bool is_utf8(std::string_view text) {
  return rules::utf8_error(text) == std::string_view::npos;
}

rules::Result<std::vector<std::string>> read_header(CsvReader& reader, const std::string& file) {
  if (!reader.next()) {
    return rules::give_up(file + ": empty; a header with the names of the columns is needed");
  }
  if (reader.problem() != nullptr) {
    return rules::give_up(fmt::format("{}: header: {}", file, reader.problem()->message));
  }
  std::vector<std::string> names;
  std::set<std::string> seen;  // SQL takes Name and name for the same
  for (const std::string_view field : reader.fields()) {
    names.emplace_back(field);
    if (field.empty() || !is_utf8(field)) {
      return rules::give_up(fmt::format("{}: header: column {} has no name", file, names.size()));
    }
    if (!seen.insert(rules::lower(names.back())).second) {
      return rules::give_up(
          fmt::format("{}: header: column '{}' stands there twice", file, shown(field)));
    }
  }
  return names;
}

bool is_null(const CsvOptions& options, std::string_view field) {
  return std::ranges::find(options.nulls, field) != options.nulls.end();
}

// Reads the records behind the header; what `use` returns is what is wrong with the record.
template <class Use>
rules::Result<BadRows> each_row(CsvReader& reader, const std::string& file, std::size_t width,
                                const CsvOptions& options, const std::stop_token& stop, Use use) {
  BadRows bad;
  for (std::int64_t row = 1; reader.next(); ++row) {
    if (row > options.limits.rows_max) {
      return rules::give_up(fmt::format("{}: more than {} rows: the cap is 'rows_max'", file,
                                        options.limits.rows_max));
    }
    if (row % rows_between_looks == 0 && stop.stop_requested()) {
      return rules::retry_later(file + ": stopped before the end");
    }
    std::string what;
    if (reader.problem() != nullptr) {
      what = reader.problem()->message;
      if (reader.problem()->fatal) {
        return rules::give_up(
            fmt::format("{}: row {} (line {}): {}", file, row, reader.line(), what));
      }
    } else if (reader.fields().size() != width) {
      what = fmt::format("{} fields where the header has {}", reader.fields().size(), width);
    } else {
      what = use(reader.fields());
    }
    if (!what.empty()) {
      bad.add(row, reader.line(), what);
    }
  }
  return bad;
}

// The declared type of each column, or the one its values have in all files.
rules::Result<std::vector<CsvColumn>> column_types(const std::vector<FileText>& parts,
                                                   const std::vector<std::string>& names,
                                                   const CsvOptions& options,
                                                   const std::stop_token& stop) {
  std::vector<CsvColumn> columns(names.size());
  std::vector<CsvTypeGuess> guesses(names.size());
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto declared = options.columns.find(names[i]);
    if (declared != options.columns.end()) {
      columns[i] = declared->second;
    } else {
      open.push_back(i);
    }
  }
  if (open.empty()) {
    return columns;
  }
  const auto see = [&](const Fields& fields) {
    for (const std::size_t i : open) {
      if (!is_null(options, fields[i])) {
        guesses[i].see(fields[i]);
      }
    }
    return std::string();
  };
  for (const FileText& part : parts) {
    CsvReader reader(part.text, options.delimiter, options.limits);
    reader.next();  // the header
    if (const auto seen = each_row(reader, part.name, names.size(), options, stop, see); !seen) {
      return tl::unexpected<rules::Failure>(seen.error());
    }
  }
  for (const std::size_t i : open) {
    columns[i].type = guesses[i].type();
  }
  return columns;
}

// What is wrong with the row; empty once it is in the table.
std::string insert_row(RowTable& table, const Fields& fields, const std::vector<std::string>& names,
                       const std::vector<CsvColumn>& columns, const CsvOptions& options) {
  std::vector<Value> row;
  row.reserve(fields.size());
  for (std::size_t i = 0; i < fields.size(); ++i) {
    std::optional<Value> value =
        is_null(options, fields[i]) ? Value{} : convert(fields[i], columns[i]);
    if (!value) {
      const std::string as =
          columns[i].format.empty() ? "" : fmt::format(" like '{}'", columns[i].format);
      return columns[i].type == CsvType::text
                 ? fmt::format("column '{}': not UTF-8", names[i])
                 : fmt::format("column '{}': '{}' is not {}{}", names[i], shown(fields[i]),
                               with_article(columns[i].type), as);
    }
    row.push_back(std::move(*value));
  }
  const auto inserted = table.insert(row);
  return inserted ? "" : inserted.error().message;
}

// The header that all files have.
rules::Result<std::vector<std::string>> common_header(const std::vector<FileText>& parts,
                                                      const CsvOptions& options) {
  std::vector<std::string> names;
  for (const FileText& part : parts) {
    CsvReader reader(part.text, options.delimiter, options.limits);
    auto header = read_header(reader, part.name);
    if (!header) {
      return header;
    }
    if (&part != &parts.front() && *header != names) {
      return rules::give_up(fmt::format("{}: header: its columns are not those of {}", part.name,
                                        parts.front().name));
    }
    names = std::move(*header);
  }
  return names;
}

// What one file adds to what is known of its table.
rules::Result<void> judge_bad_rows(const BadRows& bad, const std::string& file,
                                   const CsvOptions& options, CsvLoaded& loaded) {
  if (bad.count() == 0) {
    return {};
  }
  if (options.on_bad_row == OnBadRow::refuse) {
    return rules::give_up(bad.text(file) +
                          " (nothing was read; 'on_bad_row: skip' leaves such rows out)");
  }
  loaded.rows_skipped += bad.count();
  if (loaded.rows_skipped > options.bad_rows_max) {
    return rules::give_up(fmt::format("{}; that is more than the cap 'bad_rows_max' of {}",
                                      bad.text(file), options.bad_rows_max));
  }
  if (loaded.notes.size() < notes_max) {
    loaded.notes.push_back("skipped " + bad.text(file));
  }
  return {};
}

}  // namespace

rules::Result<CsvLoaded> load_csv(SqliteDb& db, const std::string& name,
                                  const std::vector<FileText>& parts, const CsvOptions& options,
                                  const std::stop_token& stop) {
  const auto names = common_header(parts, options);
  if (!names) {
    return tl::unexpected<rules::Failure>(names.error());
  }
  const auto columns = column_types(parts, *names, options, stop);
  if (!columns) {
    return tl::unexpected<rules::Failure>(columns.error());
  }
  std::vector<RowColumn> stored;
  for (std::size_t i = 0; i < names->size(); ++i) {
    stored.push_back({(*names)[i], (*columns)[i].type});
  }
  auto table = RowTable::create(db, name, stored);
  if (!table) {
    return rules::give_up(fmt::format("{}: {}", parts.front().name, table.error().message));
  }
  CsvLoaded loaded;
  for (const FileText& part : parts) {
    CsvReader reader(part.text, options.delimiter, options.limits);
    reader.next();  // the header
    const auto bad =
        each_row(reader, part.name, names->size(), options, stop, [&](const Fields& fields) {
          return insert_row(*table, fields, *names, *columns, options);
        });
    if (!bad) {
      return tl::unexpected<rules::Failure>(bad.error());
    }
    if (const auto judged = judge_bad_rows(*bad, part.name, options, loaded); !judged) {
      return tl::unexpected<rules::Failure>(judged.error());
    }
  }
  return loaded;
}

rules::Result<Table> read_csv(const std::string& file, std::string_view text,
                              const CsvOptions& options, std::int64_t rows_max) {
  CsvReader reader(text, options.delimiter, options.limits);
  const auto names = read_header(reader, file);
  if (!names) {
    return tl::unexpected<rules::Failure>(names.error());
  }
  Table table{*names, {}};
  bool too_many = false;
  const auto bad = each_row(reader, file, names->size(), options, {}, [&](const Fields& fields) {
    too_many = too_many || static_cast<std::int64_t>(table.rows.size()) == rows_max;
    if (too_many) {
      return std::string();
    }
    auto& row = table.rows.emplace_back();
    for (const std::string_view field : fields) {
      if (!is_utf8(field)) {
        return fmt::format("column '{}': not UTF-8", (*names)[row.size()]);
      }
      row.push_back(is_null(options, field) ? std::nullopt : std::optional<std::string>(field));
    }
    return std::string();
  });
  if (!bad) {
    return tl::unexpected<rules::Failure>(bad.error());
  }
  if (bad->count() > 0) {
    return rules::give_up(bad->text(file));
  }
  if (too_many) {
    return rules::give_up(
        fmt::format("{}: more than {} rows: the cap is 'rows_max'", file, rows_max));
  }
  return table;
}

rules::Result<std::string> read_packed_file(const std::string& path, std::size_t bytes_max,
                                            const std::stop_token& stop) {
  const auto close = [](gzFile_s* file) { gzclose_r(file); };
  const std::unique_ptr<gzFile_s, decltype(close)> file(gzopen(path.c_str(), "rb"), close);
  if (file == nullptr) {
    return rules::retry_later(path + ": cannot be opened");
  }
  gzbuffer(file.get(), 128U << 10);
  std::string text;
  std::string chunk(1U << 20, '\0');
  for (;;) {
    const int count = gzread(file.get(), chunk.data(), static_cast<unsigned>(chunk.size()));
    int code = Z_OK;
    const char* message = gzerror(file.get(), &code);
    if (count < 0 || code != Z_OK) {
      return rules::retry_later(fmt::format(
          "{}: {}", path, code == Z_BUF_ERROR ? "the gzip data end too soon" : message));
    }
    if (count == 0) {
      return text;
    }
    if (text.size() + static_cast<std::size_t>(count) > bytes_max) {
      return rules::give_up(
          fmt::format("{}: more than {} bytes unpacked: the cap is 'bytes_max'", path, bytes_max));
    }
    if (stop.stop_requested()) {
      return rules::retry_later(path + ": stopped before the end");
    }
    text.append(chunk, 0, static_cast<std::size_t>(count));
  }
}

}  // namespace measured::connectors
