#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

#include "tests/support/files.h"

namespace measured::tests {

// How a program is started: in which folder, and with what beside the environment of the tests.
struct Start {
  std::string folder = "/";
  std::map<std::string, std::string> environment;
};

// How a program ended: its exit code, or minus the number of the signal that ended it.
struct Ended {
  int exit = 0;
  std::string out;
  std::string err;
};

// A program that runs beside the test. It is killed with the test, if it has not ended before.
class Program {
 public:
  Program(const std::vector<std::string>& command, const Start& start = {});
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  pid_t pid() const { return pid_; }
  std::string out() const { return file_text(out_); }  // what it has said so far
  std::string err() const { return file_text(err_); }
  void signal(int number) const;

  // Waits for its end. Throws, with what it said, when it still runs after `longest`.
  Ended wait(std::chrono::seconds longest = std::chrono::seconds{30});

 private:
  bool has_ended();

  TempFolder said_;
  std::string out_;
  std::string err_;
  pid_t pid_ = 0;
  std::optional<int> exit_;
};

// The port that a server of tests/support prints once it listens. Throws what it said when it does
// not.
int listening_port(Program& server);

// Whether `holds` becomes true within `longest`; asks every few milliseconds.
bool eventually(const std::function<bool()>& holds,
                std::chrono::seconds longest = std::chrono::seconds{20});

}  // namespace measured::tests
