#include "tests/support/program.h"

#include <csignal>
#include <fcntl.h>
#include <spawn.h>
#include <stdexcept>
#include <string_view>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace measured::tests {
namespace {

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (std::string& text : texts) {
    list.push_back(text.data());
  }
  list.push_back(nullptr);
  return list;
}

// The tests' own environment with `more` instead of what it says of the same names.
std::vector<std::string> environment_with(const std::map<std::string, std::string>& more) {
  std::vector<std::string> list;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    if (!more.contains(std::string(text.substr(0, text.find('='))))) {
      list.emplace_back(text);
    }
  }
  for (const auto& [name, value] : more) {
    list.push_back(name + '=' + value);
  }
  return list;
}

}  // namespace

Program::Program(const std::vector<std::string>& command, const Start& start)
    : out_(said_ / "out"), err_(said_ / "err") {
  std::vector<std::string> arguments = command;
  std::vector<std::string> environment = environment_with(start.environment);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  constexpr int flags = O_WRONLY | O_CREAT | O_APPEND;
  constexpr mode_t mode = 0600;
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, out_.c_str(), flags, mode);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, err_.c_str(), flags, mode);
  posix_spawn_file_actions_addchdir_np(&actions, start.folder.c_str());
  write_file(out_, "");
  write_file(err_, "");
  const int error = posix_spawnp(&pid_, arguments.front().c_str(), &actions, nullptr,
                                 pointers(arguments).data(), pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    throw std::runtime_error("cannot start " + command.front());
  }
}

Program::~Program() {
  if (!has_ended()) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
}

void Program::signal(int number) const {
  ::kill(pid_, number);
}

bool Program::has_ended() {
  int status = 0;
  if (!exit_ && ::waitpid(pid_, &status, WNOHANG) == pid_) {
    exit_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  return exit_.has_value();
}

Ended Program::wait(std::chrono::seconds longest) {
  if (!eventually([this] { return has_ended(); }, longest)) {
    throw std::runtime_error("still runs; it said:\n" + out() + err());
  }
  return {*exit_, out(), err()};
}

int listening_port(Program& server) {
  if (!eventually([&] { return server.out().ends_with('\n'); })) {
    throw std::runtime_error("the server does not listen; it said:\n" + server.err());
  }
  return std::stoi(server.out());
}

bool eventually(const std::function<bool()>& holds, std::chrono::seconds longest) {
  const auto end = std::chrono::steady_clock::now() + longest;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) {
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  return true;
}

}  // namespace measured::tests
