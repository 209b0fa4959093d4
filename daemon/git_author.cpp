// Git is a program that is asked, not a library that is linked: an installation without it works
// the same, with the user's name in the ledger.
#include "daemon/git_author.h"

#include <array>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <map>
#include <memory>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "rules/utf8.h"

extern char** environ;

namespace measured::daemon {
namespace {

constexpr std::chrono::seconds answer_within{5};
constexpr std::size_t answer_bytes_max = 4096;

struct Answer {
  int exit = -1;  // -1: it did not start, was killed, or took too long
  std::string out;
};

// What comes through `fd` until its end; none when it takes too long.
std::optional<std::string> read_all(int fd) {
  const auto deadline = std::chrono::steady_clock::now() + answer_within;
  std::string text;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    pollfd waiting{fd, POLLIN, 0};
    if (left.count() <= 0 || poll(&waiting, 1, static_cast<int>(left.count())) <= 0) {
      return std::nullopt;
    }
    std::array<char, 1024> buffer{};
    const ssize_t got = read(fd, buffer.data(), buffer.size());
    if (got < 0 || text.size() > answer_bytes_max) {
      return std::nullopt;
    }
    if (got == 0) {
      return text;
    }
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

// Waits for `pid`, killing it first unless it has said all it had to say.
int ended(pid_t pid, bool said_all) {
  if (!said_all) {
    kill(pid, SIGKILL);
  }
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return said_all && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

Answer ask_git(const std::string& folder, const std::vector<std::string>& question) {
  // The daemon's user is seldom the owner of the rules, and whoever can write the repository can
  // write the rules too: its owner is no reason to refuse. Its hooks and helpers are not run.
  std::vector<std::string> words = {"git",
                                    "--no-pager",
                                    "--no-optional-locks",
                                    "-c",
                                    "safe.directory=*",
                                    "-c",
                                    "log.showSignature=false",
                                    "-C",
                                    folder};
  words.insert(words.end(), question.begin(), question.end());
  std::vector<char*> argv;
  for (std::string& word : words) {
    argv.push_back(word.data());
  }
  argv.push_back(nullptr);

  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    return {};
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t pid = 0;
  const int failed = posix_spawnp(&pid, "git", &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  std::optional<std::string> said;
  Answer answer;
  if (failed == 0) {
    said = read_all(ends[0]);
    answer.exit = ended(pid, said.has_value());
  }
  close(ends[0]);
  answer.out = said.value_or("");
  return answer;
}

}  // namespace

std::optional<std::string> git_author(const std::string& path) {
  const std::filesystem::path file = std::filesystem::absolute(path);
  const std::string folder = file.parent_path().string();
  const std::string name = file.filename().string();
  // Two hashes rather than a diff, which would run the filters that a repository may configure.
  const Answer committed = ask_git(folder, {"rev-parse", "HEAD:./" + name});
  const Answer on_disk = ask_git(folder, {"hash-object", "--no-filters", "--", name});
  if (committed.exit != 0 || on_disk.exit != 0 || committed.out != on_disk.out) {
    return std::nullopt;
  }
  Answer last = ask_git(folder, {"log", "-1", "--format=%aN", "--", name});
  while (last.out.ends_with('\n')) {
    last.out.pop_back();
  }
  const bool known = last.exit == 0 && !last.out.empty();
  return known ? std::optional(rules::valid_utf8(last.out)) : std::nullopt;
}

std::function<std::string(const std::string& file)> author_in(std::string folder,
                                                              std::string otherwise) {
  auto found = std::make_shared<std::map<std::string, std::string>>();
  return [folder = std::move(folder), otherwise = std::move(otherwise),
          found](const std::string& file) {
    const auto [known, fresh] = found->try_emplace(file);
    if (fresh) {
      known->second =
          git_author((std::filesystem::path(folder) / file).string()).value_or(otherwise);
    }
    return known->second;
  };
}

}  // namespace measured::daemon
