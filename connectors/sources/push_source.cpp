#include <algorithm>
#include <filesystem>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "connectors/errors_in.h"
#include "connectors/sources/kinds.h"
#include "connectors/sources/push/settings.h"
#include "connectors/sources/sql_names.h"
#include "connectors/sources/sqlite_scan.h"

// What others pushed, as a database. Pulls read it as they read any other; what is its own is that
// silence may mean that a sender is broken, so each answer says when the last batch came.

namespace measured::connectors {
namespace {

class PushSource final : public Source {
 public:
  PushSource(std::string id, PushSettings settings)
      : id_(std::move(id)), settings_(std::move(settings)) {}

  rules::Result<ScanResult> scan(const Scan& scan, std::stop_token stop) override {
    const bool one_word = scan.from.find_first_of(" \t\n(\"") == std::string::npos;
    if (!scan.from.empty() && one_word && find_table(settings_, scan.from) == nullptr) {
      return rules::give_up(fmt::format("{}source '{}' has no table '{}'; there are: {}",
                                        blame(scan, -1), id_, scan.from,
                                        fmt::join(table_names(), ", ")));
    }
    auto db = open();
    if (!db) {
      return tl::unexpected<rules::Failure>(db.error());
    }
    ScanResult::Filled filled{rules::Instant::max(), std::chrono::seconds::max()};
    for (const std::string& name : names_in(scan)) {
      if (const PushTable* table = find_table(settings_, name)) {
        const auto at = last_batch(*db, name);
        if (!at) {
          return tl::unexpected<rules::Failure>(at.error());
        }
        filled.at = std::min(filled.at, *at);
        if (table->expected.count() > 0) {
          filled.expected = std::min(filled.expected, table->expected);
        }
      }
    }
    auto result = scan_sqlite(*db, scan, settings_.zone, settings_.limits, stop);
    if (result && filled.expected < std::chrono::seconds::max()) {
      result->filled = filled;
    }
    return result;
  }

  rules::Result<Table> read(const std::string& query, std::int64_t rows_max,
                            std::stop_token stop) override {
    auto db = open();
    if (!db) {
      return tl::unexpected<rules::Failure>(db.error());
    }
    const bool name = find_table(settings_, query) != nullptr;
    return read_sqlite(*db, name ? "select * from " + quote_name(query) : query, rows_max,
                       settings_.limits, stop);
  }

  rules::Result<Cases> cases(const CaseScan& cases, std::stop_token stop) override {
    auto db = open();
    if (!db) {
      return tl::unexpected<rules::Failure>(db.error());
    }
    return cases_sqlite(*db, cases, settings_.zone, settings_.limits, stop);
  }

  rules::Result<void> probe(std::stop_token) override {
    const auto db = open();
    return db ? rules::Result<void>() : tl::unexpected<rules::Failure>(db.error());
  }

  std::string statement(const Scan& scan) const override {
    return print_sqlite(scan, settings_.zone);
  }

 private:
  std::vector<std::string> table_names() const {
    std::vector<std::string> names;
    for (const PushTable& table : settings_.tables) {
      names.push_back(table.name);
    }
    return names;
  }

  rules::Result<SqliteDb> open() const {
    std::error_code error;
    if (!std::filesystem::exists(settings_.path, error)) {
      return rules::retry_later(fmt::format("source '{}': nothing was pushed yet", id_));
    }
    return SqliteDb::open_file(settings_.path);
  }

  rules::Result<rules::Instant> last_batch(SqliteDb& db, const std::string& table) const {
    auto statement = db.prepare("select max(received_at) from measured_batch where relation = ?");
    if (!statement) {
      return tl::unexpected<rules::Failure>(statement.error());
    }
    statement->bind(1, Value(table));
    const auto row = statement->step();
    if (!row) {
      return tl::unexpected<rules::Failure>(row.error());
    }
    const auto value = statement->value(0);
    const auto* second = std::get_if<std::int64_t>(&value);
    if (second == nullptr) {
      return rules::retry_later(
          fmt::format("source '{}': nothing was pushed to table '{}' yet", id_, table));
    }
    return rules::Instant{std::chrono::seconds{*second}};
  }

  std::string id_;
  PushSettings settings_;
};

}  // namespace

std::unique_ptr<Source> make_push(const SourceContext& context, rules::MapReader& settings) {
  const std::size_t errors_before = errors_in(settings);
  PushSettings read = read_push_settings(context, settings);
  if (errors_in(settings) != errors_before) {
    return nullptr;
  }
  return std::make_unique<PushSource>(context.id, std::move(read));
}

}  // namespace measured::connectors
