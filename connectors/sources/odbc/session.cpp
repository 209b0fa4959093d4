#include "connectors/sources/odbc/session.h"

#include <array>
#include <mutex>
#include <sql.h>
#include <sqlext.h>

#include <fmt/format.h>

#include "connectors/sources/run_aside.h"

namespace measured::connectors {
namespace {

constexpr std::size_t piece_bytes = 4096;  // of a long text, fetched in pieces
constexpr std::size_t field_bytes_max = 1U << 20;
constexpr std::chrono::seconds cancel_grace{1};  // how long a cancelled statement has to end
constexpr int at_work_max = 4;  // calls that hang in the driver before no other one is begun

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

// The handles of one connection. A call on another thread may cancel its statement at any time;
// everything else is done by one thread at a time.
class OdbcSession::Connection {
 public:
  explicit Connection(OdbcOptions options) : options_(std::move(options)) {}
  ~Connection() {
    if (connection_ != SQL_NULL_HDBC) {
      SQLDisconnect(connection_);
      SQLFreeHandle(SQL_HANDLE_DBC, connection_);
    }
    if (environment_ != SQL_NULL_HENV) {
      SQLFreeHandle(SQL_HANDLE_ENV, environment_);
    }
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  OdbcDialect dialect() const { return dialect_; }

  rules::Result<void> open() {
    if (!worked(SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &environment_)) ||
        !worked(SQLSetEnvAttr(environment_, SQL_ATTR_ODBC_VERSION,
                              reinterpret_cast<SQLPOINTER>(SQL_OV_ODBC3), 0)) ||
        !worked(SQLAllocHandle(SQL_HANDLE_DBC, environment_, &connection_))) {
      return rules::retry_later("unixODBC does not start");
    }
    const auto number = [](auto value) {
      return reinterpret_cast<SQLPOINTER>(static_cast<SQLULEN>(value));
    };
    SQLSetConnectAttr(connection_, SQL_ATTR_LOGIN_TIMEOUT, number(options_.login_timeout.count()),
                      0);
    SQLSetConnectAttr(connection_, SQL_ATTR_ACCESS_MODE, number(SQL_MODE_READ_ONLY), 0);
    if (!worked(SQLDriverConnect(connection_, nullptr, bytes_of(options_.connection.reveal()),
                                 SQL_NTS, nullptr, 0, nullptr, SQL_DRIVER_NOPROMPT))) {
      rules::Failure failure = failure_of(SQL_HANDLE_DBC, connection_, "cannot connect");
      failure.retry = rules::Failure::Retry::later;
      SQLFreeHandle(SQL_HANDLE_DBC, connection_);
      connection_ = SQL_NULL_HDBC;
      return tl::unexpected<rules::Failure>(failure);
    }
    std::array<char, 128> name{};
    SQLGetInfo(connection_, SQL_DBMS_NAME, name.data(), static_cast<SQLSMALLINT>(name.size()),
               nullptr);
    dialect_ = options_.dialect.value_or(dialect_of(name.data()));
    for (const std::string& sql : session_statements(dialect_, options_.zone)) {
      const OpenStatement statement(connection_);
      const SQLRETURN code = SQLExecDirect(statement.handle, bytes_of(sql), SQL_NTS);
      if (!worked(code) && code != SQL_NO_DATA) {
        return tl::unexpected<rules::Failure>(statement.failure("'" + sql + "'"));
      }
    }
    return {};
  }

  rules::Result<void> select(const std::string& sql, const Columns& columns, const Row& row,
                             const std::stop_token& stop) {
    const OpenStatement statement(connection_);
    const Cancellable cancellable(*this, statement.handle);
    SQLSetStmtAttr(
        statement.handle, SQL_ATTR_QUERY_TIMEOUT,
        reinterpret_cast<SQLPOINTER>(static_cast<SQLULEN>(options_.statement_timeout.count())), 0);
    const SQLRETURN code = SQLExecDirect(statement.handle, bytes_of(sql), SQL_NTS);
    if (!worked(code)) {
      return tl::unexpected<rules::Failure>(statement.failure("the statement was refused"));
    }
    const auto described = describe(statement);
    if (!described) {
      return tl::unexpected<rules::Failure>(described.error());
    }
    const auto taken = columns(described->names);
    return taken ? each_row(statement, *described, row, stop) : taken;
  }

  // Canceling is the one call that a driver takes from another thread. It may block.
  void cancel() {
    const std::lock_guard lock(mutex_);
    if (current_ != SQL_NULL_HSTMT) {
      SQLCancel(current_);
    }
  }

 private:
  // While one lives, its statement can be cancelled; it ends only after a cancel has.
  class Cancellable {
   public:
    Cancellable(Connection& connection, SQLHSTMT statement) : connection_(connection) {
      const std::lock_guard lock(connection_.mutex_);
      connection_.current_ = statement;
    }
    ~Cancellable() {
      const std::lock_guard lock(connection_.mutex_);
      connection_.current_ = SQL_NULL_HSTMT;
    }
    Cancellable(const Cancellable&) = delete;
    Cancellable& operator=(const Cancellable&) = delete;

   private:
    Connection& connection_;
  };

  OdbcOptions options_;
  SQLHENV environment_ = SQL_NULL_HENV;
  SQLHDBC connection_ = SQL_NULL_HDBC;
  OdbcDialect dialect_ = OdbcDialect::ansi;
  std::mutex mutex_;
  SQLHSTMT current_ = SQL_NULL_HSTMT;
};

OdbcSession::OdbcSession(OdbcOptions options)
    : options_(std::move(options)), at_work_(std::make_shared<std::atomic<int>>(0)) {}
OdbcSession::~OdbcSession() = default;

rules::Result<void> OdbcSession::aside(std::function<rules::Result<void>(Connection&)> call,
                                       const std::stop_token& stop) {
  if (*at_work_ >= at_work_max) {
    return rules::retry_later(
        fmt::format("{} calls before this one still hang in the driver", at_work_max));
  }
  const auto result = std::make_shared<rules::Result<void>>();
  // The connection ends on the thread that has worked on it: its end may hang as well.
  const auto work = [call = std::move(call), result, connection = connection_, at_work = at_work_] {
    ++*at_work;
    *result = call(*connection);
    --*at_work;
  };
  const auto cancel = [connection = connection_] { connection->cancel(); };
  const bool ended = run_aside(work, cancel, stop, cancel_grace);
  if (!ended || stop.stop_requested()) {
    connection_.reset();
    return rules::retry_later("stopped before the end");
  }
  if (!*result) {
    connection_.reset();  // whatever state it is in, the next statement begins anew
  }
  return *result;
}

rules::Result<OdbcDialect> OdbcSession::open(const std::stop_token& stop) {
  if (!connection_) {
    connection_ = std::make_shared<Connection>(options_);
    const auto opened = aside([](Connection& connection) { return connection.open(); }, stop);
    if (!opened) {
      return tl::unexpected<rules::Failure>(opened.error());
    }
  }
  return connection_->dialect();
}

rules::Result<void> OdbcSession::select(const std::string& sql, const Columns& columns,
                                        const Row& row, const std::stop_token& stop) {
  if (const auto opened = open(stop); !opened) {
    return tl::unexpected<rules::Failure>(opened.error());
  }
  // `columns` and `row` are our caller's: what is left behind finds the gate shut.
  struct Gate {
    std::mutex mutex;
    bool open = true;
  };
  const auto gate = std::make_shared<Gate>();
  const auto passing = [gate](const auto& take) {
    return [gate, take](const auto& given) -> rules::Result<void> {
      const std::lock_guard lock(gate->mutex);
      return gate->open ? take(given) : rules::retry_later("stopped before the end");
    };
  };
  const auto call = [sql, columns = Columns(passing(columns)), row = Row(passing(row)),
                     stop](Connection& connection) {
    return connection.select(sql, columns, row, stop);
  };
  auto result = aside(call, stop);
  const std::lock_guard lock(gate->mutex);
  gate->open = false;
  return result;
}

}  // namespace measured::connectors
