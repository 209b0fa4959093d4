#include "daemon/store/sqlite.h"

#include <utility>

#include <fmt/format.h>
#include <sqlite3.h>

namespace measured::daemon::sqlite {
namespace {

[[noreturn]] void fail(sqlite3* database, int code) {
  if (database == nullptr) {
    throw Error(code, sqlite3_errstr(code));
  }
  throw Error(sqlite3_extended_errcode(database), sqlite3_errmsg(database));
}

int flags_of(Access access) {
  // One thread at a time is the store's contract, so SQLite need not lock around each call.
  constexpr int common = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  switch (access) {
    case Access::read: return common | SQLITE_OPEN_READONLY;
    case Access::write: return common | SQLITE_OPEN_READWRITE;
    case Access::create: return common | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  }
  return common;
}

}  // namespace

rules::Failure failure_of(const Error& error, const std::string& store) {
  using Retry = rules::Failure::Retry;
  const auto say = [&](Retry retry, std::string_view what) {
    return rules::Failure{retry, fmt::format("store '{}': {} ({})", store, what, error.what())};
  };
  switch (error.code() & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return say(Retry::later, "another process keeps it busy");
    case SQLITE_FULL: return say(Retry::later, "no space left on its disk");
    case SQLITE_IOERR: return say(Retry::later, "its disk does not work");
    case SQLITE_NOMEM: return say(Retry::later, "no memory left");
    case SQLITE_READONLY: return say(Retry::later, "it cannot be written");
    case SQLITE_CANTOPEN: return say(Retry::later, "it cannot be opened");
    case SQLITE_PERM:
    case SQLITE_AUTH: return say(Retry::later, "this user may not use it");
    case SQLITE_NOTADB: return say(Retry::never, "it is not an SQLite database");
    case SQLITE_CORRUPT: return say(Retry::never, "the file is damaged; restore it from a backup");
    default: return say(Retry::never, "refused by SQLite");
  }
}

Statement::Statement(sqlite3* database, std::string_view sql) : database_(database) {
  check(sqlite3_prepare_v3(database, sql.data(), static_cast<int>(sql.size()),
                           SQLITE_PREPARE_PERSISTENT, &statement_, nullptr));
}

Statement::~Statement() {
  sqlite3_finalize(statement_);
}

Statement::Statement(Statement&& other) noexcept
    : database_(other.database_), statement_(std::exchange(other.statement_, nullptr)) {}

void Statement::check(int code) const {
  if (code != SQLITE_OK) {
    fail(database_, code);
  }
}

bool Statement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) {
    return true;
  }
  if (code == SQLITE_DONE) {
    sqlite3_reset(statement_);
    return false;
  }
  // The message belongs to the step; reset would keep the code but the order is what SQLite
  // documents.
  const Error error(sqlite3_extended_errcode(database_), sqlite3_errmsg(database_));
  sqlite3_reset(statement_);
  throw error;
}

void Statement::reset() {
  // Its result repeats the last step's, which has been reported already.
  sqlite3_reset(statement_);
}

void Statement::bind_value(int index, std::int64_t value) {
  check(sqlite3_bind_int64(statement_, index, value));
}

void Statement::bind_value(int index, double value) {
  check(sqlite3_bind_double(statement_, index, value));
}

void Statement::bind_value(int index, std::string_view value) {
  // A view without data would be bound as NULL; an empty text is a text.
  const char* data = value.data() == nullptr ? "" : value.data();
  check(sqlite3_bind_text64(statement_, index, data, value.size(), SQLITE_STATIC, SQLITE_UTF8));
}

void Statement::bind_value(int index, rules::Instant value) {
  bind_value(index, std::int64_t{value.time_since_epoch().count()});
}

void Statement::bind_value(int index, std::nullopt_t) {
  check(sqlite3_bind_null(statement_, index));
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

double Statement::real(int column) const {
  return sqlite3_column_double(statement_, column);
}

std::string Statement::text(int column) const {
  const auto* data = sqlite3_column_text(statement_, column);
  if (data == nullptr) {
    return {};
  }
  return {reinterpret_cast<const char*>(data),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

bool Statement::null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

rules::Instant Statement::instant(int column) const {
  return rules::Instant{std::chrono::seconds{integer(column)}};
}

std::optional<rules::Instant> Statement::optional_instant(int column) const {
  return null(column) ? std::nullopt : std::optional(instant(column));
}

Connection::Connection(const std::string& path, Access access,
                       std::chrono::milliseconds busy_timeout) {
  const int code = sqlite3_open_v2(path.c_str(), &database_, flags_of(access), nullptr);
  if (code != SQLITE_OK) {
    const Error error(code,
                      database_ == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(database_));
    sqlite3_close(database_);
    throw error;
  }
  sqlite3_busy_timeout(database_, static_cast<int>(busy_timeout.count()));
  // The file is read as data: neither its triggers nor its views may call functions with effects.
  sqlite3_db_config(database_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(database_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
}

Connection::~Connection() {
  statements_.clear();  // a connection with statements would stay open
  sqlite3_close(database_);
}

Statement& Connection::statement(std::string_view sql) {
  const auto found = statements_.find(sql);
  if (found != statements_.end()) {
    return found->second;
  }
  return statements_.emplace(sql, Statement(database_, sql)).first->second;
}

void Connection::script(const std::string& sql) {
  if (sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    fail(database_, SQLITE_ERROR);
  }
}

std::string Connection::value(std::string_view sql) {
  Statement once(database_, sql);
  return once.step() ? once.text(0) : std::string();
}

std::int64_t Connection::changes() const {
  return sqlite3_changes64(database_);
}

Transaction::Transaction(Connection& connection) : connection_(connection) {
  connection_.run("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
  if (!open_) {
    return;
  }
  try {
    connection_.run("ROLLBACK");
  } catch (const Error&) {
    // SQLite has rolled back by itself (disk full, I/O error): there is nothing left to undo.
  }
}

void Transaction::commit() {
  connection_.run("COMMIT");
  open_ = false;
}

}  // namespace measured::daemon::sqlite
