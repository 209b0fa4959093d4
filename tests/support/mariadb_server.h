#pragma once

#include <memory>
#include <string>

#include "tests/support/program.h"

namespace measured::tests {

// A MariaDB of its own for one test program: started at the first use of shared(), stopped at its
// end. It listens on a socket in its folder only. Needs the server's programs (Debian:
// mariadb-server); without them shared() throws. As root it runs as `mysql`.
class MariadbServer {
 public:
  static MariadbServer& shared();

  // How ODBC reaches it as the user `reader`, who may read what is in `database`.
  std::string connection(const std::string& database) const;
  // Runs statements as root. Throws what the server says.
  void run(const std::string& sql) const;

 private:
  MariadbServer();

  TempFolder folder_;
  std::unique_ptr<Program> server_;
};

}  // namespace measured::tests
