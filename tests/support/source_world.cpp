#include "tests/support/source_world.h"

#include <algorithm>
#include <stdexcept>

#include <sqlite3.h>

#include "connectors/sources/csv_reader.h"
#include "connectors/sources/csv_types.h"
#include "connectors/sources/http/request_template.h"
#include "connectors/sources/sqlite_db.h"
#include "tests/support/mariadb_server.h"
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

void fill_mariadb(const std::string& database, const std::vector<Column>& columns,
                  const std::string& file, const std::string& table) {
  std::string types;
  std::string variables;
  std::string values;
  for (const Column& column : columns) {
    const std::string comma = types.empty() ? "" : ", ";
    const std::string type = column.type == "text"        ? "varchar(200)"
                             : column.type == "timestamp" ? "datetime"
                             : column.type == "real"      ? "double"
                                                          : column.type;
    types += comma + column.name + " " + type;
    variables += comma + "@" + column.name;
    values += comma + column.name + " = " +
              (column.type == "boolean" ? "case @" + column.name +
                                              " when 'true' then 1 when "
                                              "'false' then 0 end"
                                        : "nullif(@" + column.name + ", '')");
  }
  MariadbServer::shared().run(
      "use " + database + "; create table " + table + " (" + types + "); load data local infile '" +
      file + "' into table " + table +
      " character set utf8mb4 fields terminated by ',' optionally enclosed by '\"' escaped by '' "
      "ignore 1 lines (" +
      variables + ") set " + values);
}

// Each row as an object: numbers and truth as such, all else as text.
std::vector<std::string> json_of(const std::vector<Column>& columns, const std::string& csv) {
  connectors::CsvReader reader(csv, ',', {});
  reader.next();
  std::vector<std::string> rows;
  while (reader.next()) {
    std::string row;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const std::string_view field = reader.fields()[i];
      const std::string& type = columns[i].type;
      const bool bare = type == "integer" || type == "real" || type == "boolean";
      row += (row.empty() ? "{\"" : ",\"") + columns[i].name + "\":";
      row += field.empty() ? "null"
             : bare        ? std::string(field)
                           : "\"" + connectors::json_escaped(field) + "\"";
    }
    rows.push_back(row + "}");
  }
  return rows;
}

}  // namespace

SourceWorld::SourceWorld(std::string kind) : kind_(std::move(kind)) {
  static int count = 0;
  if (kind_ == "postgres" || kind_ == "odbc_postgres") {
    database_ = "world" + std::to_string(++count);
    PostgresServer::shared().run("create database " + database_);
  } else if (kind_ == "odbc_mariadb") {
    database_ = "world" + std::to_string(++count);
    MariadbServer::shared().run("create database " + database_ +
                                " character set utf8mb4; grant select on " + database_ +
                                ".* to reader");
  }
}

void SourceWorld::load(const std::vector<Column>& columns, const std::string& csv,
                       const std::string& table) {
  if (kind_ == "csv") {
    write_file(folder_ / (table + ".csv"), csv);
  } else if (kind_ == "http") {
    tables_.push_back({table, columns, json_of(columns, csv)});
  } else if (kind_ == "sqlite" || kind_ == "odbc_sqlite") {
    fill_sqlite(folder_ / "world.db", columns, csv, table);
  } else if (kind_ == "odbc_mariadb") {
    const std::string file = folder_ / (table + ".csv");
    write_file(file, csv);
    fill_mariadb(database_, columns, file, table);
  } else {
    const PostgresServer& server = PostgresServer::shared();
    server.run("create table " + table + " (" + declaration(columns, false) + ")", database_);
    server.copy_csv(table, csv, database_);
    server.run("grant select on " + table + " to reader", database_);
  }
}

// The settings of an http source over an API that hands out each table in pages of three rows.
std::string SourceWorld::served() const {
  api_ = std::make_unique<FakeApi>([this](const ApiRequest& request) {
    for (const Served& one : tables_) {
      if (request.path == "/" + one.name) {
        constexpr std::size_t size = 3;
        const std::size_t first = (std::stoul(request.query.at("page")) - 1) * size;
        std::string rows;
        for (std::size_t i = first; i < std::min(first + size, one.rows.size()); ++i) {
          rows += (rows.empty() ? "" : ",") + one.rows[i];
        }
        return ApiReply{200, "[" + rows + "]"};
      }
    }
    return ApiReply{404, "{}"};
  });
  std::string yaml = "base_url: " + api_->url() + "\nallow_private: true\ntables:\n";
  for (const Served& one : tables_) {
    yaml += "  " + one.name + ":\n    path: /" + one.name +
            "\n    pages: {by: page, parameter: page, size: 3}\n    columns:\n";
    for (const Column& column : one.columns) {
      yaml += "      " + column.name + ": {type: " + column.type + "}\n";
    }
  }
  return yaml;
}

std::string SourceWorld::odbc_connection() const {
  if (kind_ == "odbc_sqlite") {
    return "connection: 'Driver={SQLite3};Database=" + (folder_ / "world.db") + "'";
  }
  if (kind_ == "odbc_mariadb") {
    return "connection: '" + MariadbServer::shared().connection(database_) + "'";
  }
  return "connection: 'Driver={PostgreSQL Unicode};Servername=" +
         PostgresServer::shared().folder() + ";Port=5432;Username=reader;Database=" + database_ +
         "'";
}

std::unique_ptr<connectors::Source> SourceWorld::open(const std::string& zone,
                                                      const std::string& settings) const {
  const std::string where =
      kind_ == "csv"               ? "path: " + folder_.path()
      : kind_ == "http"            ? served()
      : kind_.starts_with("odbc_") ? odbc_connection()
      : kind_ == "sqlite"          ? "path: " + (folder_ / "world.db")
                          : "url: \"" + PostgresServer::shared().url("reader", database_) + "\"";
  std::string problems;
  auto source = source_of(kind_.substr(0, kind_.find('_')),
                          where + "\ntime_zone: " + zone + "\n" + settings, &problems);
  if (source == nullptr) {
    throw std::runtime_error("settings refused: " + problems);
  }
  return source;
}

}  // namespace measured::tests
