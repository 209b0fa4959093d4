#include "connectors/sources/odbc/session.h"

#include <array>
#include <sql.h>
#include <sqlext.h>

#include <fmt/format.h>

namespace measured::connectors {
namespace {

constexpr std::size_t piece_bytes = 4096;  // of a long text, fetched in pieces
constexpr std::size_t field_bytes_max = 1U << 20;

bool worked(SQLRETURN code) {
  return code == SQL_SUCCESS || code == SQL_SUCCESS_WITH_INFO;
}

SQLCHAR* bytes_of(const std::string& text) {
  return reinterpret_cast<SQLCHAR*>(const_cast<char*>(text.c_str()));
}

// What the driver says went wrong. Class 08 and timeouts pass; of the others trying again is no
// help.
rules::Failure failure_of(SQLSMALLINT kind, SQLHANDLE handle, const std::string& what) {
  std::array<SQLCHAR, 6> state{};
  std::array<SQLCHAR, 1024> text{};
  SQLINTEGER native = 0;
  SQLSMALLINT length = 0;
  if (!worked(SQLGetDiagRec(kind, handle, 1, state.data(), &native, text.data(),
                            static_cast<SQLSMALLINT>(text.size()), &length))) {
    return {rules::Failure::Retry::later, what + ": the driver does not say why"};
  }
  const std::string code(reinterpret_cast<const char*>(state.data()));
  const bool passes = code.starts_with("08") || code.starts_with("HYT") || code == "HY008" ||
                      code.starts_with("40");
  return {passes ? rules::Failure::Retry::later : rules::Failure::Retry::never,
          fmt::format("{}: {} ({})", what, reinterpret_cast<const char*>(text.data()), code)};
}

}  // namespace

class OdbcSession::Handles {
 public:
  Handles() = default;
  ~Handles() {
    if (connection != SQL_NULL_HDBC) {
      SQLDisconnect(connection);
      SQLFreeHandle(SQL_HANDLE_DBC, connection);
    }
    if (environment != SQL_NULL_HENV) {
      SQLFreeHandle(SQL_HANDLE_ENV, environment);
    }
  }
  Handles(const Handles&) = delete;
  Handles& operator=(const Handles&) = delete;

  SQLHENV environment = SQL_NULL_HENV;
  SQLHDBC connection = SQL_NULL_HDBC;
};

namespace {

// A statement that is closed with its scope.
class OpenStatement {
 public:
  explicit OpenStatement(SQLHDBC connection) {
    if (!worked(SQLAllocHandle(SQL_HANDLE_STMT, connection, &handle))) {
      handle = SQL_NULL_HSTMT;
    }
  }
  ~OpenStatement() {
    if (handle != SQL_NULL_HSTMT) {
      SQLFreeHandle(SQL_HANDLE_STMT, handle);
    }
  }
  OpenStatement(const OpenStatement&) = delete;
  OpenStatement& operator=(const OpenStatement&) = delete;

  rules::Failure failure(const std::string& what) const {
    return failure_of(SQL_HANDLE_STMT, handle, what);
  }

  SQLHSTMT handle = SQL_NULL_HSTMT;
};

struct Described {
  std::vector<std::string> names;
  std::vector<bool> is_double;
};

rules::Result<Described> describe(const OpenStatement& statement) {
  SQLSMALLINT count = 0;
  SQLNumResultCols(statement.handle, &count);
  Described described;
  for (SQLSMALLINT i = 1; i <= count; ++i) {
    std::array<SQLCHAR, 256> name{};
    SQLSMALLINT length = 0;
    SQLSMALLINT type = 0;
    SQLULEN size = 0;
    SQLSMALLINT digits = 0;
    SQLSMALLINT nullable = 0;
    if (!worked(SQLDescribeCol(statement.handle, static_cast<SQLUSMALLINT>(i), name.data(),
                               static_cast<SQLSMALLINT>(name.size()), &length, &type, &size,
                               &digits, &nullable))) {
      return tl::unexpected<rules::Failure>(statement.failure("a column"));
    }
    described.names.emplace_back(reinterpret_cast<const char*>(name.data()));
    described.is_double.push_back(type == SQL_DOUBLE || type == SQL_FLOAT || type == SQL_REAL);
  }
  return described;
}

rules::Result<Value> double_at(const OpenStatement& statement, SQLUSMALLINT column) {
  SQLDOUBLE number = 0;
  SQLLEN length = 0;
  if (!worked(
          SQLGetData(statement.handle, column, SQL_C_DOUBLE, &number, sizeof number, &length))) {
    return tl::unexpected<rules::Failure>(statement.failure("a number"));
  }
  return length == SQL_NULL_DATA ? Value() : Value(static_cast<double>(number));
}

// Long texts come in pieces; each ends with a NUL that is not part of it.
rules::Result<Value> text_at(const OpenStatement& statement, SQLUSMALLINT column) {
  std::string text;
  std::array<char, piece_bytes> piece{};
  for (;;) {
    SQLLEN length = 0;
    const SQLRETURN code =
        SQLGetData(statement.handle, column, SQL_C_CHAR, piece.data(), piece.size(), &length);
    if (code == SQL_NO_DATA) {
      return Value(text);
    }
    if (!worked(code)) {
      return tl::unexpected<rules::Failure>(statement.failure("a value"));
    }
    if (length == SQL_NULL_DATA) {
      return Value();
    }
    const bool more = length == SQL_NO_TOTAL || length >= static_cast<SQLLEN>(piece.size());
    text.append(piece.data(), more ? piece.size() - 1 : static_cast<std::size_t>(length));
    if (!more) {
      return Value(text);
    }
    if (text.size() > field_bytes_max) {
      return rules::give_up(fmt::format("a value is longer than {} bytes", field_bytes_max));
    }
  }
}

rules::Result<void> each_row(const OpenStatement& statement, const Described& described,
                             const OdbcSession::Row& use, const std::stop_token& stop) {
  std::vector<Value> values(described.names.size());
  for (;;) {
    const SQLRETURN code = SQLFetch(statement.handle);
    if (code == SQL_NO_DATA) {
      return {};
    }
    if (stop.stop_requested()) {
      return rules::retry_later("stopped before the end");
    }
    if (!worked(code)) {
      return tl::unexpected<rules::Failure>(statement.failure("the next row"));
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
      const auto column = static_cast<SQLUSMALLINT>(i + 1);
      auto value =
          described.is_double[i] ? double_at(statement, column) : text_at(statement, column);
      if (!value) {
        return tl::unexpected<rules::Failure>(value.error());
      }
      values[i] = std::move(*value);
    }
    if (auto used = use(values); !used) {
      return used;
    }
  }
}

}  // namespace

OdbcSession::OdbcSession(OdbcOptions options) : options_(std::move(options)) {}
OdbcSession::~OdbcSession() = default;

rules::Result<OdbcDialect> OdbcSession::open() {
  if (handles_) {
    return dialect_;
  }
  auto made = std::make_unique<Handles>();
  if (!worked(SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &made->environment)) ||
      !worked(SQLSetEnvAttr(made->environment, SQL_ATTR_ODBC_VERSION,
                            reinterpret_cast<SQLPOINTER>(SQL_OV_ODBC3), 0)) ||
      !worked(SQLAllocHandle(SQL_HANDLE_DBC, made->environment, &made->connection))) {
    return rules::retry_later("unixODBC does not start");
  }
  const auto number = [](auto value) {
    return reinterpret_cast<SQLPOINTER>(static_cast<SQLULEN>(value));
  };
  SQLSetConnectAttr(made->connection, SQL_ATTR_LOGIN_TIMEOUT,
                    number(options_.login_timeout.count()), 0);
  SQLSetConnectAttr(made->connection, SQL_ATTR_ACCESS_MODE, number(SQL_MODE_READ_ONLY), 0);
  const SQLRETURN connected =
      SQLDriverConnect(made->connection, nullptr, bytes_of(options_.connection.reveal()), SQL_NTS,
                       nullptr, 0, nullptr, SQL_DRIVER_NOPROMPT);
  if (!worked(connected)) {
    rules::Failure failure = failure_of(SQL_HANDLE_DBC, made->connection, "cannot connect");
    failure.retry = rules::Failure::Retry::later;
    SQLFreeHandle(SQL_HANDLE_DBC, made->connection);
    made->connection = SQL_NULL_HDBC;
    return tl::unexpected<rules::Failure>(failure);
  }
  std::array<char, 128> name{};
  SQLGetInfo(made->connection, SQL_DBMS_NAME, name.data(), static_cast<SQLSMALLINT>(name.size()),
             nullptr);
  dialect_ = options_.dialect.value_or(dialect_of(name.data()));
  for (const std::string& sql : session_statements(dialect_, options_.zone)) {
    const OpenStatement statement(made->connection);
    const SQLRETURN code = SQLExecDirect(statement.handle, bytes_of(sql), SQL_NTS);
    if (!worked(code) && code != SQL_NO_DATA) {
      return tl::unexpected<rules::Failure>(statement.failure("'" + sql + "'"));
    }
  }
  handles_ = std::move(made);
  return dialect_;
}

rules::Result<void> OdbcSession::select(const std::string& sql, const Columns& columns,
                                        const Row& row, const std::stop_token& stop) {
  if (const auto opened = open(); !opened) {
    return tl::unexpected<rules::Failure>(opened.error());
  }
  rules::Result<void> result;
  {
    const OpenStatement statement(handles_->connection);
    SQLSetStmtAttr(
        statement.handle, SQL_ATTR_QUERY_TIMEOUT,
        reinterpret_cast<SQLPOINTER>(static_cast<SQLULEN>(options_.statement_timeout.count())), 0);
    // Canceling is the one call that a driver takes from another thread.
    const std::stop_callback cancel(stop, [&] { SQLCancel(statement.handle); });
    const SQLRETURN code = SQLExecDirect(statement.handle, bytes_of(sql), SQL_NTS);
    if (stop.stop_requested()) {
      result = rules::retry_later("stopped before the end");
    } else if (!worked(code)) {
      result = tl::unexpected<rules::Failure>(statement.failure("the statement was refused"));
    } else if (const auto described = describe(statement); !described) {
      result = tl::unexpected<rules::Failure>(described.error());
    } else {
      result = columns(described->names);
      if (result) {
        result = each_row(statement, *described, row, stop);
      }
    }
  }
  if (!result) {
    handles_.reset();  // whatever state it is in, the next statement begins anew
  }
  return result;
}

}  // namespace measured::connectors
