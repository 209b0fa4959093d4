#pragma once

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
// is foreign code in our process: what it does wrong ends us.
class OdbcSession {
 public:
  explicit OdbcSession(OdbcOptions options);
  ~OdbcSession();
  OdbcSession(const OdbcSession&) = delete;
  OdbcSession& operator=(const OdbcSession&) = delete;

  // Connects if needed. What the database is.
  rules::Result<OdbcDialect> open();

  // Called once with the names of the columns, then with each row.
  using Columns = std::function<rules::Result<void>(const std::vector<std::string>&)>;
  using Row = std::function<rules::Result<void>(const std::vector<Value>&)>;
  // Runs one select. Ends with the failure that a function gives, and soon after `stop` is
  // requested.
  rules::Result<void> select(const std::string& sql, const Columns& columns, const Row& row,
                             const std::stop_token& stop);

 private:
  class Handles;
  OdbcOptions options_;
  std::unique_ptr<Handles> handles_;
  OdbcDialect dialect_ = OdbcDialect::ansi;
};

}  // namespace measured::connectors
