#include "tests/support/postgres_server.h"

#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <pqxx/pqxx>

namespace measured::tests {
namespace {

namespace fs = std::filesystem;

fs::path programs() {
  const char* configured = std::getenv("MEASURED_POSTGRES_BIN");
  const fs::path folder = configured != nullptr ? configured : "/usr/lib/postgresql/15/bin";
  if (!fs::exists(folder / "initdb") || !fs::exists(folder / "postgres")) {
    throw std::runtime_error("no PostgreSQL server in " + folder.string() +
                             ": apt-get install postgresql-15, or set MEASURED_POSTGRES_BIN");
  }
  return folder;
}

const passwd* server_user() {
  const passwd* user = geteuid() == 0 ? getpwnam("postgres") : getpwuid(geteuid());
  if (user == nullptr) {
    throw std::runtime_error(
        "no user 'postgres' to run the server as: apt-get install postgresql-15");
  }
  return user;
}

// Only calls that are safe between fork and exec.
[[noreturn]] void become(const passwd* user, const fs::path& log, std::vector<char*>& arguments) {
  if (geteuid() == 0 && (setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0)) {
    _exit(126);
  }
  prctl(PR_SET_PDEATHSIG, SIGINT);  // never outlives the test program
  const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  dup2(out, 1);
  dup2(out, 2);
  execv(arguments[0], arguments.data());
  _exit(127);
}

pid_t spawn(const passwd* user, const fs::path& log, std::vector<std::string> words) {
  std::vector<char*> arguments;
  for (std::string& word : words) {
    arguments.push_back(word.data());
  }
  arguments.push_back(nullptr);
  const pid_t pid = fork();
  if (pid == 0) {
    become(user, log, arguments);
  }
  return pid;
}

}  // namespace

PostgresServer& PostgresServer::shared() {
  static PostgresServer server;
  return server;
}

PostgresServer::PostgresServer() {
  std::string name = (fs::temp_directory_path() / "measured-pg-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) {
    throw std::runtime_error("no temporary folder: " + name);
  }
  folder_ = name;
  try {
    start();
    await();
    run("create role reader login");
  } catch (...) {
    fs::remove_all(folder_);
    throw;
  }
}

PostgresServer::~PostgresServer() {
  kill(pid_, SIGINT);  // "fast": ends the sessions
  waitpid(pid_, nullptr, 0);
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void PostgresServer::start() {
  const fs::path bin = programs();
  const passwd* user = server_user();
  if (chown(folder_.c_str(), user->pw_uid, user->pw_gid) != 0) {
    throw std::runtime_error("cannot hand over " + folder_.string());
  }
  const std::string data = (folder_ / "data").string();
  const pid_t setup = spawn(user, folder_ / "initdb.log",
                            {bin / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E",
                             "UTF8", "--locale=C", "--no-sync", "--no-instructions"});
  int status = 0;
  waitpid(setup, &status, 0);
  if (status != 0) {
    throw std::runtime_error("initdb failed in " + folder_.string());
  }
  pid_ = spawn(user, folder_ / "server.log",
               {bin / "postgres", "-D", data, "-c", "listen_addresses=", "-c",
                "unix_socket_directories=" + folder_.string(), "-c", "fsync=off", "-c",
                "shared_buffers=32MB"});
}

// The server says that it is ready by taking a connection.
void PostgresServer::await() const {
  for (int attempt = 0; attempt < 300; ++attempt) {
    try {
      const pqxx::connection connection(url("postgres"));
      return;
    } catch (const pqxx::broken_connection&) {
      std::this_thread::sleep_for(std::chrono::milliseconds{100});
    }
  }
  throw std::runtime_error("PostgreSQL does not answer in " + folder_.string());
}

std::string PostgresServer::url(const std::string& role, const std::string& database) const {
  return "host=" + folder_.string() + " user=" + role + " dbname=" + database;
}

void PostgresServer::run(const std::string& sql, const std::string& database) const {
  pqxx::connection connection(url("postgres", database));
  pqxx::nontransaction(connection).exec(sql);
}

void PostgresServer::copy_csv(const std::string& table, const std::string& csv,
                              const std::string& database) const {
  const fs::path file = folder_ / "copy.csv";
  FILE* out = std::fopen(file.c_str(), "wb");
  std::fwrite(csv.data(), 1, csv.size(), out);
  std::fclose(out);
  chmod(file.c_str(), 0644);
  run("copy " + table + " from '" + file.string() + "' with (format csv, header true)", database);
}

}  // namespace measured::tests
