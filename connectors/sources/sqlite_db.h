#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/sources/cells.h"
#include "rules/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace measured::connectors {

// A statement that is ready to run. Belongs to its database and must not outlive it.
class SqliteStatement {
 public:
  SqliteStatement(sqlite3* db, sqlite3_stmt* statement) : db_(db), statement_(statement) {}
  SqliteStatement(SqliteStatement&& other) noexcept;
  SqliteStatement& operator=(SqliteStatement&&) = delete;
  SqliteStatement(const SqliteStatement&) = delete;
  ~SqliteStatement();

  // Binding to a name that the statement does not have does nothing.
  void bind(const char* name, std::int64_t value);
  void bind(const char* name, const std::string& value);
  void bind(int position, const Value& value);  // from 1

  // True when there is a row; false at the end.
  rules::Result<bool> step();
  void reset();

  int column_count() const;
  std::vector<std::string> column_names() const;
  Value value(int column) const;
  std::optional<std::string> text(int column) const;

 private:
  sqlite3* db_;
  sqlite3_stmt* statement_;
};

// A connection to an SQLite database that is only read from, or to one that we fill.
class SqliteDb {
 public:
  // Read only, without ATTACH and without trust in the file's own schema: a database file is
  // foreign data that may hold views and triggers.
  static rules::Result<SqliteDb> open_file(const std::string& path);
  static rules::Result<SqliteDb> open_memory();
  // One that nobody else sees and that goes with us. What does not fit into `cache_bytes` of memory
  // is in a file of SQLite's temporary folder ($SQLITE_TMPDIR, $TMPDIR, /var/tmp).
  static rules::Result<SqliteDb> open_temporary(std::size_t cache_bytes);
  // A file of ours, made if it is not there, that survives a loss of power after each commit.
  static rules::Result<SqliteDb> open_own(const std::string& path);

  // Fails with SQLite's own message. What is behind the first statement is not looked at.
  rules::Result<SqliteStatement> prepare(const std::string& sql);
  rules::Result<void> run(const std::string& sql);

  // The line (from 1) of the last failed prepare; 0 when SQLite did not tell.
  int last_error_line() const { return error_line_; }

  // While one of these lives, statements may only select, and end with a Failure soon after `stop`
  // is requested.
  class ReadOnly {
   public:
    ReadOnly(SqliteDb& db, std::stop_token stop);
    ~ReadOnly();
    ReadOnly(const ReadOnly&) = delete;
    ReadOnly& operator=(const ReadOnly&) = delete;

   private:
    SqliteDb& db_;
    std::stop_token stop_;
  };

  sqlite3* handle() const { return db_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* db) const;
  };
  explicit SqliteDb(sqlite3* db) : db_(db) {}

  std::unique_ptr<sqlite3, Close> db_;
  int error_line_ = 0;
};

}  // namespace measured::connectors
