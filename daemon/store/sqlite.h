#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "rules/result.h"
#include "rules/time/instant.h"

struct sqlite3;
struct sqlite3_stmt;

namespace measured::daemon::sqlite {

// What SQLite refused. It stays inside daemon/store: the store's functions turn it into a Failure
// with `failure_of`, where it is still known which store it was.
class Error : public std::runtime_error {
 public:
  Error(int code, const std::string& message) : std::runtime_error(message), code_(code) {}
  int code() const { return code_; }  // extended result code

 private:
  int code_;
};

// A busy, full or failing disk may get better, and the message says so; a damaged or foreign file
// does not.
rules::Failure failure_of(const Error& error, const std::string& store);

// One prepared statement. Bind, step, read; `bind` begins anew. Column numbers count from 0.
class Statement {
 public:
  Statement(sqlite3* database, std::string_view sql);
  ~Statement();
  Statement(Statement&& other) noexcept;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  Statement& operator=(Statement&&) = delete;

  // Texts are not copied: they must live until the statement has been stepped for the last time.
  template <class... Values>
  void bind(const Values&... values) {
    reset();
    int index = 0;
    (bind_value(++index, values), ...);
  }
  // True while there is a row to read.
  bool step();
  void reset();

  // Binds and steps to the end.
  template <class... Values>
  void run(const Values&... values) {
    bind(values...);
    while (step()) {
    }
  }

  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string text(int column) const;
  bool null(int column) const;
  rules::Instant instant(int column) const;
  std::optional<rules::Instant> optional_instant(int column) const;

 private:
  void bind_value(int index, std::int64_t value);
  void bind_value(int index, int value) { bind_value(index, std::int64_t{value}); }
  void bind_value(int index, double value);
  void bind_value(int index, std::string_view value);
  void bind_value(int index, const std::string& value) {
    bind_value(index, std::string_view(value));
  }
  void bind_value(int index, const char* value) { bind_value(index, std::string_view(value)); }
  void bind_value(int index, rules::Instant value);
  void bind_value(int index, std::nullopt_t);
  template <class Value>
  void bind_value(int index, const std::optional<Value>& value) {
    if (value) {
      bind_value(index, *value);
    } else {
      bind_value(index, std::nullopt);
    }
  }
  void check(int code) const;

  sqlite3* database_;
  sqlite3_stmt* statement_ = nullptr;
};

// A statement being read; leaving the scope ends the read, so that no snapshot stays open.
class Rows {
 public:
  explicit Rows(Statement& statement) : statement_(&statement) {}
  ~Rows() { statement_->reset(); }
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;

  bool next() { return statement_->step(); }
  const Statement* operator->() const { return statement_; }

 private:
  Statement* statement_;
};

enum class Access { read, write, create };

// One connection, used by one thread at a time. Statements are prepared once and kept, under a copy
// of the text given to `statement`, `query` and `run`: there is one for each text that is ever
// given.
class Connection {
 public:
  // Opens without writing anything: a file that turns out to be somebody else's stays as it was.
  Connection(const std::string& path, Access access, std::chrono::milliseconds busy_timeout);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Statement& statement(std::string_view sql);

  // Texts are not copied: pass what lives until the rows have been read.
  template <class... Values>
  Rows query(std::string_view sql, const Values&... values) {
    Statement& found = statement(sql);
    found.bind(values...);
    return Rows(found);
  }
  // The number of rows inserted, changed or removed.
  template <class... Values>
  std::int64_t run(std::string_view sql, const Values&... values) {
    statement(sql).run(values...);
    return changes();
  }
  // Several statements without values: migrations and pragmas.
  void script(const std::string& sql);
  // The first column of the first row of a statement that is not worth keeping, "" without one.
  std::string value(std::string_view sql);

  std::int64_t changes() const;

 private:
  sqlite3* database_ = nullptr;
  std::map<std::string, Statement, std::less<>> statements_;
};

// BEGIN IMMEDIATE … COMMIT; left without `commit`, everything since is undone. A deferred
// transaction that reads first could not write once another process has (SQLITE_BUSY_SNAPSHOT),
// hence IMMEDIATE.
class Transaction {
 public:
  explicit Transaction(Connection& connection);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  void commit();

 private:
  Connection& connection_;
  bool open_ = true;
};

}  // namespace measured::daemon::sqlite
