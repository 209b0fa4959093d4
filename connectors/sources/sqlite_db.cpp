#include "connectors/sources/sqlite_db.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <sqlite3.h>

namespace measured::connectors {
namespace {

constexpr int busy_timeout_ms = 5000;
// Virtual machine steps between two looks at the stop token: some tens of microseconds.
constexpr int steps_between_looks = 2000;

rules::Failure failure_of(sqlite3* db) {
  const int code = sqlite3_errcode(db) & 0xff;
  if (code == SQLITE_INTERRUPT) {
    return {rules::Failure::Retry::later, "stopped before the end"};
  }
  if (code == SQLITE_AUTH) {
    return {rules::Failure::Retry::never, "only a select is allowed here"};
  }
  const bool passes = code == SQLITE_BUSY || code == SQLITE_LOCKED || code == SQLITE_IOERR ||
                      code == SQLITE_CANTOPEN || code == SQLITE_NOMEM || code == SQLITE_PROTOCOL;
  return {passes ? rules::Failure::Retry::later : rules::Failure::Retry::never, sqlite3_errmsg(db)};
}

int stop_requested(void* token) {
  return static_cast<const std::stop_token*>(token)->stop_requested() ? 1 : 0;
}

int authorize(void*, int action, const char*, const char*, const char*, const char*) {
  const bool reads = action == SQLITE_SELECT || action == SQLITE_READ ||
                     action == SQLITE_FUNCTION || action == SQLITE_RECURSIVE;
  return reads ? SQLITE_OK : SQLITE_DENY;
}

rules::Result<sqlite3*> open(const std::string& path, int flags) {
  sqlite3* db = nullptr;
  if (sqlite3_open_v2(path.c_str(), &db, flags | SQLITE_OPEN_NOMUTEX, nullptr) != SQLITE_OK) {
    const rules::Failure failure = failure_of(db);
    sqlite3_close_v2(db);
    return tl::unexpected<rules::Failure>(failure);
  }
  sqlite3_extended_result_codes(db, 1);
  sqlite3_busy_timeout(db, busy_timeout_ms);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
  // "name" in double quotes is a column or an error, never silently the text 'name'.
  sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
  return db;
}

}  // namespace

SqliteStatement::SqliteStatement(SqliteStatement&& other) noexcept
    : db_(other.db_), statement_(std::exchange(other.statement_, nullptr)) {}

SqliteStatement::~SqliteStatement() {
  sqlite3_finalize(statement_);
}

void SqliteStatement::bind(const char* name, std::int64_t value) {
  if (const int position = sqlite3_bind_parameter_index(statement_, name); position > 0) {
    sqlite3_bind_int64(statement_, position, value);
  }
}

void SqliteStatement::bind(const char* name, const std::string& value) {
  if (const int position = sqlite3_bind_parameter_index(statement_, name); position > 0) {
    sqlite3_bind_text64(statement_, position, value.data(), value.size(), SQLITE_TRANSIENT,
                        SQLITE_UTF8);
  }
}

void SqliteStatement::bind(int position, const Value& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    sqlite3_bind_int64(statement_, position, *whole);
  } else if (const auto* real = std::get_if<double>(&value)) {
    sqlite3_bind_double(statement_, position, *real);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    sqlite3_bind_text64(statement_, position, text->data(), text->size(), SQLITE_TRANSIENT,
                        SQLITE_UTF8);
  } else {
    sqlite3_bind_null(statement_, position);
  }
}

rules::Result<bool> SqliteStatement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW || code == SQLITE_DONE) {
    return code == SQLITE_ROW;
  }
  return tl::unexpected<rules::Failure>(failure_of(db_));
}

void SqliteStatement::reset() {
  sqlite3_reset(statement_);
}

int SqliteStatement::column_count() const {
  return sqlite3_column_count(statement_);
}

std::vector<std::string> SqliteStatement::column_names() const {
  std::vector<std::string> names;
  for (int i = 0; i < column_count(); ++i) {
    names.emplace_back(sqlite3_column_name(statement_, i));
  }
  return names;
}

Value SqliteStatement::value(int column) const {
  switch (sqlite3_column_type(statement_, column)) {
    case SQLITE_INTEGER: return static_cast<std::int64_t>(sqlite3_column_int64(statement_, column));
    case SQLITE_FLOAT: return sqlite3_column_double(statement_, column);
    case SQLITE_NULL: return std::monostate{};
    default: return *text(column);
  }
}

std::optional<std::string> SqliteStatement::text(int column) const {
  if (sqlite3_column_type(statement_, column) == SQLITE_NULL) {
    return std::nullopt;
  }
  // The text first, then its length: this order is SQLite's own rule.
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return bytes == nullptr ? std::string() : std::string(bytes, size);
}

void SqliteDb::Close::operator()(sqlite3* db) const {
  sqlite3_close_v2(db);
}

rules::Result<SqliteDb> SqliteDb::open_file(const std::string& path) {
  const auto db = open(path, SQLITE_OPEN_READONLY);
  if (!db) {
    return rules::retry_later(fmt::format("{}: {}", path, db.error().message));
  }
  return SqliteDb(*db);
}

rules::Result<SqliteDb> SqliteDb::open_memory() {
  const auto db = open(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  if (!db) {
    return tl::unexpected<rules::Failure>(db.error());
  }
  return SqliteDb(*db);
}

rules::Result<SqliteDb> SqliteDb::open_temporary(std::size_t cache_bytes) {
  const auto handle = open("", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  if (!handle) {
    return tl::unexpected<rules::Failure>(handle.error());
  }
  SqliteDb db(*handle);
  const auto sized = db.run(fmt::format("pragma cache_size = -{}", cache_bytes >> 10));
  return sized ? rules::Result<SqliteDb>(std::move(db))
               : tl::unexpected<rules::Failure>(sized.error());
}

rules::Result<SqliteDb> SqliteDb::open_own(const std::string& path) {
  const auto handle = open(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  if (!handle) {
    return rules::retry_later(fmt::format("{}: {}", path, handle.error().message));
  }
  SqliteDb db(*handle);
  const auto set = db.run("pragma journal_mode = wal").and_then([&] {
    return db.run("pragma synchronous = full");
  });
  return set ? rules::Result<SqliteDb>(std::move(db)) : tl::unexpected<rules::Failure>(set.error());
}

rules::Result<SqliteStatement> SqliteDb::prepare(const std::string& sql) {
  error_line_ = 0;
  sqlite3_stmt* statement = nullptr;
  const int code =
      sqlite3_prepare_v2(db_.get(), sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
  if (code != SQLITE_OK) {
    const int offset = sqlite3_error_offset(db_.get());
    if (offset >= 0) {
      error_line_ = static_cast<int>(std::count(sql.begin(), sql.begin() + offset, '\n')) + 1;
    }
    return tl::unexpected<rules::Failure>(failure_of(db_.get()));
  }
  if (statement == nullptr) {
    return rules::give_up("an empty statement");
  }
  return SqliteStatement(db_.get(), statement);
}

rules::Result<void> SqliteDb::run(const std::string& sql) {
  auto statement = prepare(sql);
  if (!statement) {
    return tl::unexpected<rules::Failure>(statement.error());
  }
  for (;;) {
    const auto row = statement->step();
    if (!row) {
      return tl::unexpected<rules::Failure>(row.error());
    }
    if (!*row) {
      return {};
    }
  }
}

SqliteDb::ReadOnly::ReadOnly(SqliteDb& db, std::stop_token stop) : db_(db), stop_(std::move(stop)) {
  sqlite3_progress_handler(db.handle(), steps_between_looks, stop_requested, &stop_);
  sqlite3_set_authorizer(db.handle(), authorize, nullptr);
}

SqliteDb::ReadOnly::~ReadOnly() {
  sqlite3_set_authorizer(db_.handle(), nullptr, nullptr);
  sqlite3_progress_handler(db_.handle(), 0, nullptr, nullptr);
}

}  // namespace measured::connectors
