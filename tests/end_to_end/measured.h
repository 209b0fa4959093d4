#pragma once

#include <string>
#include <vector>

#include "tests/support/http_get.h"
#include "tests/support/program.h"

namespace measured::tests {

// Runs `measured ARGUMENTS…` in `folder` to its end, as its user does.
Ended run_measured(const std::string& folder, const std::vector<std::string>& arguments);

// The daemon: `measured run` in a folder whose measured.yaml listens on a free port of 127.0.0.1.
class Daemon : public Program {
 public:
  explicit Daemon(const std::string& folder, std::map<std::string, std::string> environment = {});

  // Where it listens, as its log says; waits for that. Throws what the daemon said if it never
  // does.
  std::string address();

  // Waits until /readyz has the status; false when it does not in time.
  bool becomes(int status);

  HttpAnswer get(const std::string& path) { return http_get(address(), path); }
  bool says(const std::string& text) const;  // waits until its log has `text`
  Ended stop();                              // SIGTERM, and its end within the promised 10 s

 private:
  std::string address_;
};

// A copy of examples/NAME in `folder`, without what an earlier run left there.
void copy_example(const std::string& name, const std::string& folder);

// Replaces the only place of `what` in a file. Throws when there is none, or another one.
void edit_file(const std::string& path, const std::string& what, const std::string& with);

// The rows of CSV text, with its header as the first.
std::vector<std::vector<std::string>> csv_rows(const std::string& text);

}  // namespace measured::tests
