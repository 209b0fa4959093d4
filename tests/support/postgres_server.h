#pragma once

#include <filesystem>
#include <string>
#include <sys/types.h>

namespace measured::tests {

// A PostgreSQL cluster of its own for one test program: started at the first use of shared(),
// stopped at the end of the program. It listens on a socket in its folder only. Needs the server's
// programs (Debian: postgresql-15); without them shared() throws and says so. As root it runs as
// `postgres`, because the server refuses root.
class PostgresServer {
 public:
  static PostgresServer& shared();

  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;
  ~PostgresServer();

  // A connection string for `role`; "postgres" is the superuser, "reader" may read what is granted.
  std::string url(const std::string& role, const std::string& database = "postgres") const;

  // Where its socket is.
  std::string folder() const { return folder_.string(); }

  // Runs statements as the superuser. Throws what the server says.
  void run(const std::string& sql, const std::string& database = "postgres") const;

  // Fills `table` with CSV text that has a header.
  void copy_csv(const std::string& table, const std::string& csv,
                const std::string& database = "postgres") const;

 private:
  PostgresServer();
  void start();
  void await() const;

  std::filesystem::path folder_;
  pid_t pid_ = 0;
};

}  // namespace measured::tests
