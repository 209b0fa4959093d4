#include "tests/support/source_world.h"

#include <stdexcept>

#include <sqlite3.h>

#include "connectors/sources/csv_reader.h"
#include "connectors/sources/csv_types.h"
#include "connectors/sources/sqlite_db.h"
#include "tests/support/postgres_server.h"
#include "tests/support/source_of.h"

namespace measured::tests {
namespace {

using Column = SourceWorld::Column;

std::string declaration(const std::vector<Column>& columns, bool sqlite) {
  std::string text;
  for (const Column& column : columns) {
    const bool timed = column.type == "date" || column.type == "timestamp";
    const std::string type = !sqlite ? (column.type == "real" ? "float8" : column.type)
                             : timed ? "text"
                             : column.type == "boolean" ? "integer"
                                                        : column.type;
    text += (text.empty() ? "" : ", ") + column.name + " " + type;
  }
  return text;
}

void fill_sqlite(const std::string& path, const std::vector<Column>& columns,
                 const std::string& csv, const std::string& table) {
  sqlite3* db = nullptr;
  sqlite3_open(path.c_str(), &db);
  sqlite3_exec(db,
               ("create table " + table + " (" + declaration(columns, true) + "); begin").c_str(),
               nullptr, nullptr, nullptr);
  std::string insert = "insert into " + table + " values (?";
  for (std::size_t i = 1; i < columns.size(); ++i) {
    insert += ",?";
  }
  sqlite3_stmt* statement = nullptr;
  sqlite3_prepare_v2(db, (insert + ")").c_str(), -1, &statement, nullptr);
  connectors::SqliteStatement owned(db, statement);
  connectors::CsvReader reader(csv, ',', {});
  reader.next();
  while (reader.next()) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const std::string_view field = reader.fields()[i];
      const bool timed = columns[i].type == "date" || columns[i].type == "timestamp";
      const connectors::CsvColumn type{
          timed ? connectors::CsvType::text : connectors::csv_type_named(columns[i].type).value(),
          ""};
      const connectors::Value value =
          field.empty() ? connectors::Value{} : connectors::convert(field, type).value();
      owned.bind(static_cast<int>(i) + 1, value);
    }
    owned.step().value();
    owned.reset();
  }
  sqlite3_exec(db, "commit", nullptr, nullptr, nullptr);
  sqlite3_close_v2(db);
}

}  // namespace

SourceWorld::SourceWorld(std::string kind) : kind_(std::move(kind)) {
  static int count = 0;
  if (kind_ == "postgres") {
    database_ = "world" + std::to_string(++count);
    PostgresServer::shared().run("create database " + database_);
  }
}

void SourceWorld::load(const std::vector<Column>& columns, const std::string& csv,
                       const std::string& table) {
  if (kind_ == "csv") {
    write_file(folder_ / (table + ".csv"), csv);
  } else if (kind_ == "sqlite") {
    fill_sqlite(folder_ / "world.db", columns, csv, table);
  } else {
    const PostgresServer& server = PostgresServer::shared();
    server.run("create table " + table + " (" + declaration(columns, false) + ")", database_);
    server.copy_csv(table, csv, database_);
    server.run("grant select on " + table + " to reader", database_);
  }
}

std::unique_ptr<connectors::Source> SourceWorld::open(const std::string& zone,
                                                      const std::string& settings) const {
  const std::string where =
      kind_ == "csv"      ? "path: " + folder_.path()
      : kind_ == "sqlite" ? "path: " + (folder_ / "world.db")
                          : "url: \"" + PostgresServer::shared().url("reader", database_) + "\"";
  std::string problems;
  auto source = source_of(kind_, where + "\ntime_zone: " + zone + "\n" + settings, &problems);
  if (source == nullptr) {
    throw std::runtime_error("settings refused: " + problems);
  }
  return source;
}

}  // namespace measured::tests
