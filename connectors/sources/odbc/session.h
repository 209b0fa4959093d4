#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "connectors/sources/cells.h"
#include "connectors/sources/odbc/dialects.h"
#include "rules/result.h"
#include "rules/secret.h"
#include "rules/time/zone.h"

namespace measured::connectors {

struct OdbcOptions {
  rules::Secret connection;  // "Driver={MariaDB Unicode};Server=…;Uid=…;Pwd=…"
  rules::Zone zone;
  std::optional<OdbcDialect> dialect;  // none: by the name that the driver gives
  std::chrono::seconds login_timeout{10};
  std::chrono::seconds statement_timeout{60};
};

// A connection through unixODBC's driver manager, kept until something goes wrong on it. A driver
// is foreign code in our process: what it does wrong ends us. That it hangs does not: its calls run
// on a thread of their own, and are left behind when they do not end.
class OdbcSession {
 public:
  explicit OdbcSession(OdbcOptions options);
  ~OdbcSession();
  OdbcSession(const OdbcSession&) = delete;
  OdbcSession& operator=(const OdbcSession&) = delete;

  // Connects if needed. What the database is.
  rules::Result<OdbcDialect> open(const std::stop_token& stop);

  // Called once with the names of the columns, then with each row.
  using Columns = std::function<rules::Result<void>(const std::vector<std::string>&)>;
  using Row = std::function<rules::Result<void>(const std::vector<Value>&)>;
  // Runs one select, as open() has connected. Ends with the failure that a function gives, and soon
  // after `stop` is requested; neither function is called after it has ended.
  rules::Result<void> select(const std::string& sql, const Columns& columns, const Row& row,
                             const std::stop_token& stop);

 private:
  class Connection;
  // Runs `call` aside; whoever comes later than `stop` finds the session without a connection.
  rules::Result<void> aside(std::function<rules::Result<void>(Connection&)> call,
                            const std::stop_token& stop);

  OdbcOptions options_;
  std::shared_ptr<Connection> connection_;     // null: open() makes one
  std::shared_ptr<std::atomic<int>> at_work_;  // calls that have not ended, those left behind too
};

}  // namespace measured::connectors
