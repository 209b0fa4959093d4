#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include "connectors/sources/kinds.h"
#include "connectors/sources/settings.h"
#include "connectors/sources/sqlite_scan.h"

namespace measured::connectors {
namespace {

class SqliteSource final : public Source {
 public:
  SqliteSource(std::string id, std::string path, rules::Zone zone, ResultLimits limits)
      : id_(std::move(id)), path_(std::move(path)), zone_(std::move(zone)), limits_(limits) {}

  rules::Result<ScanResult> scan(const Scan& scan, std::stop_token stop) override {
    const auto opened = open();
    if (!opened) {
      return tl::unexpected<rules::Failure>(opened.error());
    }
    return scan_sqlite(*db_, scan, zone_, limits_, stop);
  }

  rules::Result<Table> read(const std::string& query, std::int64_t rows_max,
                            std::stop_token stop) override {
    const auto opened = open();
    if (!opened) {
      return tl::unexpected<rules::Failure>(opened.error());
    }
    return read_sqlite(*db_, query, rows_max, limits_, stop);
  }

  rules::Result<Cases> cases(const CaseScan& cases, std::stop_token stop) override {
    const auto opened = open();
    if (!opened) {
      return tl::unexpected<rules::Failure>(opened.error());
    }
    return cases_sqlite(*db_, cases, zone_, limits_, stop);
  }

  rules::Result<void> probe(std::stop_token stop) override {
    const auto table = read("select count(*) from sqlite_schema", 1, stop);
    if (!table) {
      return tl::unexpected<rules::Failure>(rules::Failure{
          table.error().retry, fmt::format("source '{}': {}", id_, table.error().message)});
    }
    return {};
  }

  std::string statement(const Scan& scan) const override { return print_sqlite(scan, zone_); }

 private:
  // The file may be replaced by another while we run, so each call opens it anew: that takes less
  // than a millisecond.
  rules::Result<void> open() {
    db_.reset();
    auto db = SqliteDb::open_file(path_);
    if (!db) {
      return tl::unexpected<rules::Failure>(db.error());
    }
    db_.emplace(std::move(*db));
    return {};
  }

  std::string id_;
  std::string path_;
  rules::Zone zone_;
  ResultLimits limits_;
  std::optional<SqliteDb> db_;
};

}  // namespace

std::unique_ptr<Source> make_sqlite(const SourceContext& context, rules::MapReader& settings) {
  const std::size_t problems = settings.diagnostics().size();
  const std::string path = path_setting(context, settings);
  const rules::Zone zone = zone_setting(context, settings);
  const ResultLimits limits = result_limits_setting(settings);
  if (settings.diagnostics().size() != problems) {
    return nullptr;
  }
  return std::make_unique<SqliteSource>(context.id, path, zone, limits);
}

}  // namespace measured::connectors
