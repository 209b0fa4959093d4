#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include <pqxx/pqxx>

#include "rules/result.h"

namespace measured::connectors {

struct PostgresOptions {
  std::string source;  // its id, for messages and the server's list of sessions
  std::string url;     // a secret: it may hold a password
  std::chrono::milliseconds statement_timeout{60'000};
  std::chrono::milliseconds lock_timeout{5'000};
  bool allow_privileged = false;
  std::string target_session_attrs;  // which of several hosts will do, in libpq's words; or empty
  std::string time_zone = "UTC";
};

// A connection that is kept between calls and thrown away after any error: whatever state the
// failed one is in, the next call starts from a known one.
class PostgresSession {
 public:
  explicit PostgresSession(PostgresOptions options) : options_(std::move(options)) {}

  // Runs `work` in a read-only transaction with the timeouts and the planner settings of a scan.
  // What it throws becomes a Failure, by `explain` where it is an error in SQL. A kept connection
  // that the server has closed meanwhile is replaced once. Ends soon after `stop` is requested: the
  // server is asked to cancel, and if that does not help, the socket is shut.
  using Work = std::function<rules::Result<void>(pqxx::read_transaction&)>;
  using Explain = std::function<std::string(const pqxx::sql_error&)>;
  rules::Result<void> run(const Work& work, const Explain& explain, const std::stop_token& stop);

 private:
  rules::Result<void> connect(const std::stop_token& stop);
  rules::Result<void> check_role(const std::stop_token& stop);
  rules::Result<void> try_run(const Work& work, const Explain& explain, const std::stop_token& stop,
                              bool& lost);
  std::string what_broke(const std::exception& error) const;

  PostgresOptions options_;
  std::shared_ptr<pqxx::connection> connection_;  // shared with who asks it to cancel
};

// What the server said about a statement: its own message, its hint, and where in the statement.
struct SqlComplaint {
  std::string message;
  int line = 0;  // of the statement, from 1; 0 when the server named none
};
SqlComplaint complaint_of(const pqxx::sql_error& error);

}  // namespace measured::connectors
