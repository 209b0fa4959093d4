#include "tests/support/mariadb_server.h"

#include <filesystem>
#include <pwd.h>
#include <stdexcept>
#include <unistd.h>

namespace measured::tests {
namespace {

// The command, as the user that the server runs as.
std::vector<std::string> as_server_user(std::vector<std::string> command) {
  if (geteuid() == 0) {
    command.insert(command.begin(),
                   {"setpriv", "--reuid=mysql", "--regid=mysql", "--clear-groups"});
  }
  return command;
}

}  // namespace

MariadbServer& MariadbServer::shared() {
  static MariadbServer server;
  return server;
}

MariadbServer::MariadbServer() {
  if (geteuid() == 0) {
    const passwd* user = getpwnam("mysql");
    if (user == nullptr || chown(folder_.path().c_str(), user->pw_uid, user->pw_gid) != 0) {
      throw std::runtime_error("no user 'mysql': apt-get install mariadb-server");
    }
  }
  const std::string data = "--datadir=" + (folder_ / "data");
  // Servers that are made at the same time take each other's temporary tables away else.
  const std::string temporary = "--tmpdir=" + folder_.path();
  const Ended made =
      Program(as_server_user({"mariadb-install-db", "--no-defaults", data, temporary,
                              "--auth-root-authentication-method=normal", "--skip-test-db"}))
          .wait(std::chrono::seconds{120});
  if (made.exit != 0) {
    throw std::runtime_error("mariadb-install-db: " + made.out + made.err);
  }
  server_ = std::make_unique<Program>(
      as_server_user({"mariadbd", "--no-defaults", data, temporary,
                      "--socket=" + (folder_ / "sock"), "--skip-networking",
                      "--innodb-flush-log-at-trx-commit=0", "--pid-file=" + (folder_ / "pid")}));
  const bool up = eventually([&] { return std::filesystem::exists(folder_ / "sock"); },
                             std::chrono::seconds{60});
  if (!up) {
    throw std::runtime_error("MariaDB does not start: " + server_->err());
  }
  run("create user reader");
}

std::string MariadbServer::connection(const std::string& database) const {
  return "Driver={MariaDB Unicode};Socket=" + (folder_ / "sock") +
         ";Uid=reader;Database=" + database;
}

void MariadbServer::run(const std::string& sql) const {
  const Ended done = Program({"mariadb", "--no-defaults", "--socket=" + (folder_ / "sock"),
                              "--user=root", "--local-infile=1", "--execute=" + sql})
                         .wait();
  if (done.exit != 0) {
    throw std::runtime_error("MariaDB: " + done.err);
  }
}

}  // namespace measured::tests
